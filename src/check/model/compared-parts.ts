import type { Architecture } from "../../attention/model/architecture.js";
import { countAttentions } from "../../attention/model/model.js";
import { findStep, indexIn, type Step, scopeText, type Trace } from "../../trace/trace.js";
import type { ComparedParts } from "../compared-parts.js";

/** A run of a model, which may end after one of its layers, and what of it was compared. */
interface ComparedRun {
  readonly trace: Trace;
  readonly architecture: Architecture;
  /** The head of each layer that was compared. Undefined: all. */
  readonly head?: number;
  /**
   * The parts of a dump that were compared: the keys of their steps, and the number of texts in the dump. One text was
   * run.
   */
  readonly compared?: readonly { readonly part: { readonly key: string; readonly texts: number } }[];
}

/**
 * Returns how many heads, layers or texts were compared, of how many: for the smallest kind that was not compared
 * completely. Undefined if everything was.
 */
export function partsOfModel({
  trace,
  architecture,
  head,
  compared = [],
}: ComparedRun): ComparedParts | undefined {
  const layers = countScopes(trace.steps, "layer");
  const ofLayers = countLayers(architecture);
  const texts = Math.max(1, ...compared.map(({ part }) => part.texts));
  if (head !== undefined) {
    const steps = compared.flatMap(({ part }) => findStep(trace, part.key) ?? []);
    const [checked, ofHeads] = [steps, trace.steps].map((some) => countScopes(some, "head", "cross-head"));
    const all = layers < ofLayers ? countAttentions(architecture) : ofHeads;
    if (checked < all) return { checked, of: all * texts, kind: "head" };
  }
  if (layers < ofLayers) return { checked: layers, of: ofLayers * texts, kind: "layer" };
  return texts > 1 ? { checked: 1, of: texts, kind: "text" } : undefined;
}

const countLayers = ({ numLayers, encoder }: Architecture) => numLayers + (encoder?.numLayers ?? 0);

/**
 * Returns a function that says, for a run that ends before the last layer, whether a step combines layers. A dump of
 * the whole model has more layers in such steps.
 */
export function gathersSomeLayers({ trace, architecture }: ComparedRun): (key: string) => boolean {
  if (countScopes(trace.steps, "layer") === countLayers(architecture)) return () => false;
  const isInLayer = (step: Step | undefined) =>
    step !== undefined && indexIn(step.scope, "layer") !== undefined;
  return (key) => {
    const step = findStep(trace, key);
    return (
      step !== undefined && !isInLayer(step) && step.inputs.some((input) => isInLayer(findStep(trace, input)))
    );
  };
}

/** Counts the scopes of steps, cut at the first level of one of these kinds. */
function countScopes(steps: readonly Step[], ...kinds: readonly string[]): number {
  const found = steps.map(({ scope }) =>
    scopeText(scope.slice(0, scope.findIndex((part) => kinds.includes(part.kind)) + 1)),
  );
  return new Set(found.filter(Boolean)).size;
}
