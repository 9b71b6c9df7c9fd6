import { once } from "../../math/remember.js";
import { replay } from "../../trace/recorder.js";
import { findStep, indexIn, partText, type Trace } from "../../trace/trace.js";
import type { MachineDiagnosis } from "../machine/check-dump.js";
import { isOff } from "../machine/rule.js";
import { kvHeadsTiled } from "../mistakes/heads.js";
import { NORM_MISTAKES } from "../mistakes/layer-norms.js";
import { LAYER_MISTAKES } from "../mistakes/layer-parts.js";
import { MASK_MISTAKES } from "../mistakes/masks.js";
import { ifPossible, type MistakeText } from "../mistakes/mistake.js";
import { SCALE_MISTAKES } from "../mistakes/scale.js";
import { SOFTMAX_MISTAKES } from "../mistakes/softmax.js";
import { CROSS_MISTAKES } from "./cross-mistakes.js";
import { countWrong, type JudgedPart, type JudgingRules, judgePart } from "./judge-part.js";
import type { ModelHomework } from "./model-homework.js";
import { inLayer, varyStacks } from "./stacks.js";
import type { VariedModel } from "./variation.js";
import { VARIATIONS } from "./variations.js";

/** A difference that the other implementation may have, ready to be run. */
interface Candidate {
  readonly text: MistakeText;
  readonly parameters?: VariedModel["parameters"];
  /** Runs the model with it, up to layer `last` if that is given. */
  run(last?: number): Trace | undefined;
}

/**
 * Finds what explains the numbers of a dump. Runs every candidate. A candidate is named if it makes the first wrong
 * part right, keeps all parts before it right, and makes most of the others right. `parts`: in the order of the run.
 */
export function findCauses(
  homework: ModelHomework,
  parts: readonly JudgedPart[],
  judging: JudgingRules,
): readonly MachineDiagnosis[] {
  const firstWrong = parts.findIndex(({ units }) => units.some(isOff));
  const upToFirst = parts.slice(0, firstWrong + 1);
  const { key } = parts[firstWrong].part;
  const last = layerOf(homework.trace, key);
  const fitting = (candidates: readonly Candidate[]) =>
    candidates.flatMap((candidate) => {
      const near = candidate.run(last);
      // The first wrong part is compared first, because most candidates fail there.
      if (!near || !upToFirst.toReversed().every((part) => isRightIn(near, part, judging))) return [];
      const whole = last === undefined ? near : candidate.run();
      return whole ? [{ candidate, right: parts.filter((part) => isRightIn(whole, part, judging)) }] : [];
    });
  const { model } = homework;
  const layer = last ?? model.architecture.numLayers - 1;
  const general = fitting(allCandidates(homework));
  const isExplained = general.some(({ right }) => right.length === parts.length);
  // If a model was converted layer by layer, one layer alone may be wrong.
  const found = isExplained
    ? general
    : [...general, ...fitting(variationCandidates(homework, (one) => inLayer(layer, model, one)))];
  const most = Math.max(...found.map(({ right }) => right.length));
  return found
    .filter(({ right }) => right.length === most)
    .map(({ candidate: { text, parameters }, right }) => ({
      mistake: text,
      step: findStep(homework.trace, key)?.id ?? text.step,
      ...(parameters && { parameters }),
      explains: countWrong(right),
      of: countWrong(parts),
    }));
}

const isRightIn = (trace: Trace, { part, type }: JudgedPart, judging: JudgingRules): boolean =>
  !judgePart(trace, part, type, judging).units.some(isOff);

/**
 * Returns the layer up to which a run has to go for a part (of the decoder, if there is an encoder). Undefined if the
 * part comes after the layers.
 */
function layerOf(trace: Trace, key: string): number | undefined {
  const step = findStep(trace, key);
  if (!step) return undefined;
  if (step.scope.some((part) => partText(part) === "encoder")) return 0;
  return indexIn(step.scope, "layer") ?? (step.id.includes("embedding") ? 0 : undefined);
}

const STEP_MISTAKES = [
  ...NORM_MISTAKES,
  ...LAYER_MISTAKES,
  ...SCALE_MISTAKES,
  ...MASK_MISTAKES,
  ...SOFTMAX_MISTAKES,
  kvHeadsTiled,
  ...CROSS_MISTAKES,
];

function allCandidates(homework: ModelHomework): readonly Candidate[] {
  const { model, trace } = homework;
  const problem = { matrices: {}, settings: {}, model };
  const again = { trace, problem, record: () => trace };
  const altered = STEP_MISTAKES.filter(({ id }) => !COVERED_BY_VARIATIONS.includes(id)).flatMap((text) =>
    // An altered run is computed once, whatever is compared with it.
    text.apply(again).map((other): Candidate => ({ text, run: once(() => replay(other, {})) })),
  );
  return [...variationCandidates(homework, (one) => [one]), ...altered];
}

/** Makes candidates of all variations, each restricted by `narrow`. */
const variationCandidates = (
  homework: ModelHomework,
  narrow: (one: VariedModel) => readonly VariedModel[],
): readonly Candidate[] =>
  VARIATIONS.flatMap((text) =>
    varyStacks(text, homework.model)
      .flatMap(narrow)
      .map(
        ({ model, parameters }): Candidate => ({
          text,
          parameters,
          run: (last) => ifPossible(() => homework.record(model, last)),
        }),
      ),
  );

/** Mistakes that the variations cover, which also name the entry of config.json. */
const COVERED_BY_VARIATIONS: readonly string[] = [
  "activation-gelu-variant",
  "activation-other",
  "gate-swapped",
  "norm-misplaced",
  "mask-missing",
  "scale-missing",
  "scale-by-dk",
  "scale-by-sqrt-dmodel",
];
