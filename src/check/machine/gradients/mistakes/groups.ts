import { tabulate } from "../../../../math/lists.js";
import { addTo, createMatrix, type Matrix } from "../../../../math/matrix.js";
import type { Parameters } from "../../mistakes/kernel-mistake.js";
import { type BackwardRows, type Part, type PerPart, perPart } from "../backward-rows.js";
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

const isGrouped = (all: GradientSearchContext) => groupOf(all) > 1;

/** Computes the weights from the L, and δ from the output, of the forward pass, which used the right keys. */
export const withForward = (rows: BackwardRows, head: ReplayedHead): Changes => ({
  weights: weightsFrom(rows, (score, row) => Math.exp(score - head.logSumExp[rows.first + row])),
  delta: dotsOfOutput(rows, head),
});

/** Multiplies heads by a factor in dK and dV, or in one of the two. `factorOf` has the place of a head in its group. */
const weighing = (
  all: ReplayedHeads,
  parameters: Parameters,
  factorOf: (place: number) => number,
): readonly GradientVariant[] =>
  ([undefined, "key", "value"] as const).map((alone) => ({
    parameters: { ...parameters, ...(alone && { of: `${GRADIENT_NAMES[alone]} alone` }) },
    gather: (given) =>
      gatherWith(given, all, (head, part) =>
        alone === undefined || alone === part ? factorOf(head % groupOf(all)) : 1,
      ),
  }));

const plus = (a: Matrix, b: Matrix | undefined): Matrix =>
  b ? cells(a, (at) => a.data[at] + b.data[at]) : a;

const gatherTiled = (given: readonly PerPart<Matrix>[], all: ReplayedHeads) =>
  gatherWith(given, { ...all, kvOf: given.map((_, head) => head % all.kvHeads) });

export const GROUPS: readonly GradientMistake[] = [
  grouped({
    id: "group-not-summed",
    title:
      "dK and dV of a kv head are not the sum over its query heads, but one of them, their mean, or without one.",
    fix: "Add up the gradients of all query heads of the group, and do not divide.",
    isPossible: isGrouped,
    variants: (all) => [
      ...weighing(all, { kept: "their mean" }, () => 1 / groupOf(all)),
      ...tabulate(groupOf(all), (one) => [
        ...weighing(all, { kept: `query head ${one} of each group` }, (place) => (place === one ? 1 : 0)),
        ...(groupOf(all) > 2
          ? weighing(all, { lost: `query head ${one} of each group` }, (place) => (place === one ? 0 : 1))
          : []),
      ]).flat(),
    ],
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
    id: "gradients-not-cleared",
    title: "Gradients of a head or batch also contain those of other ones.",
    formula: "dQ, dK and dV of a head are sums over its own queries and keys",
    fix: "Clear the accumulators for each head and batch, and advance the pointers of the gradients from one to the next.",
    isPossible: ({ heads, batches }) => heads.length > 1 || batches.length > 1,
    variants: (all) => {
      const { batches, batch, wrongParts } = all;
      const others = {
        "all before": batches.slice(0, batch),
        "the one before": batches.slice(batch - 1, batch),
      };
      return [
        ...Object.entries({ "the one before": withOneBefore, "all before": addedUp }).map(
          ([heads, summed]): GradientVariant => ({
            parameters: { heads },
            gather: (given) => {
              const sums = perPart((part) => summed(given.map((one) => one[part])));
              const ofHead = (own: PerPart<Matrix>, at: number) =>
                perPart((part) => (wrongParts.includes(part) ? sums[part][at] : own[part]));
              return gatherWith(given.map(ofHead), all);
            },
          }),
        ),
        ...(isGrouped(all) ? [changing(all, (_, made) => addedUp(made), { "kv heads": "all before" })] : []),
        ...Object.entries({ ...others, all: batches.toSpliced(batch, 1) }).flatMap(([which, some]) =>
          some.length === 0
            ? []
            : [
                changing(
                  all,
                  (part, made) =>
                    made.map((own, at) => some.reduce((sum, of) => plus(sum, of.right()[part][at]), own)),
                  { batches: which },
                ),
              ],
        ),
      ];
    },
  }),
];

/** Changes the gradients that are wrong. */
const changing = (
  { wrongParts }: GradientSearchContext,
  change: (part: Part, made: readonly Matrix[]) => readonly Matrix[],
  parameters: GradientVariant["parameters"],
): GradientVariant => ({
  parameters,
  finish: (made) => ({
    ...made,
    ...Object.fromEntries(wrongParts.map((part) => [part, change(part, made[part])])),
  }),
});

const withOneBefore = (list: readonly Matrix[]): readonly Matrix[] =>
  list.map((own, at) => plus(own, list[at - 1]));

/** Running sums: each matrix plus all before it. */
function addedUp(list: readonly Matrix[]): readonly Matrix[] {
  const made: Matrix[] = [];
  for (const own of list) made.push(plus(own, made[made.length - 1]));
  return made;
}
