import { tabulate } from "../../../../math/lists.js";
import { addTo, createMatrix, type Matrix } from "../../../../math/matrix.js";
import type { BackwardRows, Part, PerPart } from "../backward-rows.js";
import {
  type Changes,
  cells,
  dotsOfOutput,
  GRADIENT_NAMES,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  type ReplayedGradients,
  type ReplayedHead,
  type ReplayedHeads,
  weightsFrom,
} from "./gradient-mistake.js";

// Mistakes between heads: the sum over the query heads that share a kv head, and accumulators that are not cleared
// between heads.

const grouped = gradientMistakes("d-key", "dK and dV of a kv head = Σ over the query heads that read it");

/** Adds the gradients of the query heads up in their kv heads, each times a factor. */
export function gatherWith(
  given: readonly PerPart<Matrix>[],
  { kvOf, kvHeads }: Pick<ReplayedHeads, "kvOf" | "kvHeads">,
  factorOf: (head: number, part: "key" | "value") => number = () => 1,
): ReplayedGradients {
  const sum = (part: "key" | "value") =>
    tabulate(kvHeads, (kv) => {
      const { rows, cols } = given[0][part];
      const total = createMatrix(rows, cols);
      for (const [head, one] of given.entries()) {
        if (kvOf[head] === kv) addTo(total, one[part], factorOf(head, part));
      }
      return total;
    });
  return { query: given.map(({ query }) => query), key: sum("key"), value: sum("value") };
}

const groupOf = ({ heads, kvHeads }: ReplayedHeads) => heads.length / kvHeads;

const areSeveral = ({ heads }: GradientSearchContext) => heads.length > 1;

const isGrouped = (all: GradientSearchContext) => groupOf(all) > 1;

/** Computes the weights from the L, and δ from the output, of the forward pass, which used the right keys. */
export const withForward = (rows: BackwardRows, head: ReplayedHead): Changes => ({
  weights: weightsFrom(rows, (score, row) => Math.exp(score - head.logSumExp[rows.first + row])),
  delta: dotsOfOutput(rows, head),
});

/** Multiplies heads by a factor in dK and dV, or in one of the two. */
const weighing = (all: ReplayedHeads, factorOf: (head: number) => number): readonly GradientVariant[] =>
  ([undefined, "key", "value"] as const).map((alone) => ({
    ...(alone && { parameters: { of: `${GRADIENT_NAMES[alone]} alone` } }),
    gather: (given) =>
      gatherWith(given, all, (head, part) => (alone === undefined || alone === part ? factorOf(head) : 1)),
  }));

const plus = (a: Matrix, b: Matrix | undefined): Matrix =>
  b ? cells(a, (at) => a.data[at] + b.data[at]) : a;

const gatherTiled = (given: readonly PerPart<Matrix>[], all: ReplayedHeads) =>
  gatherWith(given, { ...all, kvOf: given.map((_, head) => head % all.kvHeads) });

export const GROUPS: readonly GradientMistake[] = [
  grouped({
    id: "group-not-summed",
    title: "dK and dV of a kv head are those of the last query head of its group, or lack one head.",
    fix: "Add up the gradients of all query heads of the group.",
    isPossible: isGrouped,
    variants: (all) => [
      ...weighing(all, (head) => (head % groupOf(all) === groupOf(all) - 1 ? 1 : 0)),
      ...tabulate(groupOf(all) > 2 ? groupOf(all) : 0, (lost) =>
        weighing(all, (head) => (head % groupOf(all) === lost ? 0 : 1)).map((variant) => ({
          ...variant,
          parameters: { lost, ...variant.parameters },
        })),
      ).flat(),
    ],
  }),
  grouped({
    id: "group-averaged",
    title: "dK and dV of a kv head are the mean over its group, not the sum.",
    fix: "Add up the gradients of the query heads of the group; do not divide.",
    isPossible: isGrouped,
    variants: (all) => weighing(all, () => 1 / groupOf(all)),
  }),
  grouped({
    id: "group-first",
    title: "dK and dV of a kv head are those of the first query head of its group.",
    fix: "Add up the gradients of the query heads of the group.",
    isPossible: isGrouped,
    variants: (all) => weighing(all, (head) => (head % groupOf(all) === 0 ? 1 : 0)),
  }),
  grouped({
    id: "kv-heads-tiled",
    title:
      "In the backward pass, query head h used kv head h mod G instead of sharing one with its neighbours.",
    formula: "query head h reads kv head ⌊h·G/H⌋",
    fix: "Repeat each kv head for its group (repeat_interleave), and do not tile them.",
    isPossible: (all) => isGrouped(all) && all.kvHeads > 1,
    variants: (all) => [
      {
        task: ({ task, index }) => {
          const other = all.heads.find(({ index: at }) => all.kvOf[at] === index % all.kvHeads);
          return other ? { ...task, key: other.task.key, value: other.task.value } : task;
        },
        change: withForward,
        gather: (given) => gatherTiled(given, all),
      },
      { parameters: { of: "the sums of dK and dV alone" }, gather: (given) => gatherTiled(given, all) },
    ],
  }),
  grouped({
    id: "sum-over-heads-in-query",
    step: "d-query",
    title: "dQ of a head also contains dQ of the head before.",
    formula: "dQ of a head is its own sum over the keys",
    fix: "Clear the accumulator of dQ for each head.",
    isPossible: areSeveral,
    variants: () => [{ finish: (gradients) => ({ ...gradients, query: addedUp(gradients.query) }) }],
  }),
  grouped({
    id: "value-not-cleared",
    step: "d-value",
    title: "dV of a head also contains the gradient of the head before.",
    formula: "dV of a kv head = Σ over the query heads that read it",
    fix: "Clear the accumulator of dV for each head.",
    isPossible: areSeveral,
    variants: (all) => [
      {
        gather: (given) =>
          gatherWith(
            given.map((one, head) => ({ ...one, value: plus(one.value, given[head - 1]?.value) })),
            all,
          ),
      },
      {
        parameters: { of: "all heads before" },
        finish: (gradients) => ({ ...gradients, value: addedUp(gradients.value) }),
      },
    ],
  }),
  grouped({
    id: "batches-not-cleared",
    title: "Gradients of a batch also contain those of other batches.",
    formula: "dQ, dK and dV of a batch are sums over its own queries and keys",
    fix: "Clear the accumulators for each batch, and advance the pointers of the gradients from batch to batch.",
    isPossible: ({ batches }) => batches.length > 1,
    variants: ({ batches, batch, wrongParts }) =>
      Object.entries({
        "all before": batches.slice(0, batch),
        "the one before": batches.slice(batch - 1, batch),
        all: batches.toSpliced(batch, 1),
      }).flatMap(([which, others]) => {
        const withOthers = (part: Part, own: Matrix, at: number) =>
          others.reduce((sum, of) => plus(sum, of.right()[part][at]), own);
        const finish: GradientVariant["finish"] = (made) => ({
          ...made,
          ...Object.fromEntries(
            wrongParts.map((part) => [part, made[part].map((own, at) => withOthers(part, own, at))]),
          ),
        });
        return others.length > 0 ? [{ parameters: { batches: which }, finish }] : [];
      }),
  }),
];

/** Running sums: each matrix plus all before it. */
function addedUp(list: readonly Matrix[]): readonly Matrix[] {
  const made: Matrix[] = [];
  for (const own of list) made.push(plus(own, made[made.length - 1]));
  return made;
}
