import { remember } from "../../math/remember.js";
import { replaceInRows } from "../../trace/evaluate/evaluation.js";
import type { Graph, Node } from "../../trace/op.js";
import { scopeText, type Trace } from "../../trace/trace.js";
import type { Altered, AtStep, Homework, Mistake, RightWay } from "../mistakes/mistake.js";
import { MISTAKES } from "../mistakes/registry.js";
import { RIGHT_WAYS } from "../ways.js";
import { type Changes, changesOf, UNCHANGED } from "./changes.js";

/** Changed steps: a mistake, or another right way. */
export interface Variant {
  readonly what: Mistake | RightWay;
  readonly isRight: boolean;
  /** Whether it was suggested by the written numbers. Then no other sheet of the class uses it. */
  readonly isFromAnswer: boolean;
  readonly altered: Altered;
  /** The changed steps in this head. */
  readonly nodes: Changes;
  /** The head or layer, if it is made in only one of several. */
  readonly head: string | undefined;
}

const isMistake = (what: Mistake | RightWay): what is Mistake => "step" in what;

/** Returns all variants of a problem: each in the whole run, and in each layer and head alone. */
export const listVariants = (homework: Homework): readonly Variant[] =>
  // Variants that depend only on the problem are the same for every sheet of a class.
  remember(variantsBy, homework.trace, () =>
    VARIATIONS.flatMap((what) =>
      what.apply(homework).flatMap((altered) => variantsOf(homework.trace, altered, what, false)),
    ),
  );

const variantsBy = new WeakMap<Trace, readonly Variant[]>();

const VARIATIONS: readonly (Mistake | RightWay)[] = [...RIGHT_WAYS, ...MISTAKES];

/** Returns the variants that are suggested by one written step. */
export const variantsAt = (homework: Homework, at: AtStep): readonly Variant[] =>
  VARIATIONS.flatMap((what) =>
    (what.applyAt?.(homework, at) ?? []).flatMap((altered) =>
      variantsOf(homework.trace, altered, what, true),
    ),
  );

function variantsOf(
  trace: Trace,
  altered: Altered,
  what: Mistake | RightWay,
  isFromAnswer: boolean,
): Variant[] {
  const nodes = changesOf(trace, altered);
  const others = [...nodes.values()];
  const about = { what, isRight: !isMistake(what), isFromAnswer, altered };
  const whole = { ...about, nodes, head: undefined };
  const places = new Map<string, Map<string, Node>>();
  for (const step of others)
    for (const place of placesOf(step))
      remember(places, place, () => new Map<string, Node>()).set(step.key, step);
  const innermost = new Set(others.map(headOf));
  const alone = [...places].filter(
    // A variant that also changes steps outside the heads cannot be made in one head alone.
    ([place, { size }]) =>
      size < others.length && ![...innermost].some((outer) => outer !== place && isWithin(place, outer)),
  );
  return [whole, ...alone.map(([head, nodes]) => ({ ...about, nodes, head }))];
}

/** Returns the layer and the head of a step, beginning with the outermost. */
const placesOf = ({ scope }: Pick<Node, "scope">): readonly string[] =>
  remember(placesIn, scope, () =>
    scope.flatMap(({ kind }, level) => (PLACES.includes(kind) ? [scopeText(scope.slice(0, level + 1))] : [])),
  );

const placesIn = new WeakMap<Node["scope"], readonly string[]>();

/** The kinds of places in which a variant may be made alone. */
const PLACES = ["layer", "head", "scoring"];

/** Returns the innermost layer, head or scoring of a step. */
export const headOf = (step: Pick<Node, "scope">): string | undefined => placesOf(step).at(-1);

/** Whether a place is another place, or inside it. Undefined is the whole run. */
export const isWithin = (place: string | undefined, other: string | undefined): boolean =>
  other === undefined || place === other || (place?.startsWith(`${other}/`) ?? false);

/**
 * Adds a variant to some changes, in all rows or in some. Returns the changes as they are if a step would then be
 * computed from itself: one variant takes a later step, and the other computes that from the earlier one.
 */
export function withVariant(
  graph: Graph,
  changes: Changes,
  variant: Variant,
  rows?: readonly number[],
): Changes {
  // A mistake alone is the same map for all sheets, so its numbers are known.
  if (changes === UNCHANGED && !rows) return variant.nodes;
  const changed = new Map(changes);
  for (const [key, node] of variant.nodes) {
    const before = rows && (changed.get(key) ?? graph.node(key));
    changed.set(key, rows && before ? inSomeRows(before, node, rows) : node);
  }
  return changes.size > 0 && isCircular(graph, changed) ? changes : changed;
}

/** Whether a changed step depends on itself. Only a step that uses a later step of the graph can. */
function isCircular(graph: Graph, changed: Changes): boolean {
  const dependsOn = (key: string, target: string, seen: Set<string>): boolean => {
    if (seen.has(key)) return false;
    seen.add(key);
    const { inputs } = changed.get(key) ?? graph.node(key) ?? { inputs: [] };
    return inputs.some((input) => input === target || dependsOn(input, target, seen));
  };
  return [...changed].some(
    ([key, { inputs }]) =>
      inputs.some((input) => graph.after(key).has(input)) && dependsOn(key, key, new Set()),
  );
}

/** Adds several variants, one after the other. */
export const withVariants = (
  graph: Graph,
  changes: Changes,
  named: readonly { readonly variant: Variant; readonly rows?: readonly number[] | undefined }[],
): Changes => named.reduce((all, { variant, rows }) => withVariant(graph, all, variant, rows), changes);

/** Returns a node that is changed in some rows. */
function inSomeRows(node: Node, other: Node, rows: readonly number[]): Node {
  const count = node.inputs.length;
  return {
    ...node,
    inputs: [...node.inputs, ...other.inputs],
    op: {
      ...node.op,
      compute: (inputs) =>
        replaceInRows(rows, () => other.op.compute(inputs.slice(count), other.params))(
          inputs.slice(0, count),
          node,
        ),
    },
  };
}
