import { type Matrix, rowsOf } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { type BackwardRows, PARTS, type Part, timesCells } from "../backward-rows.js";
import {
  type Changes,
  cells,
  dotsOfOutput,
  GRADIENT_NAMES,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  otherHeads,
  type ReplayedHead,
  SHIFTS,
} from "./gradient-mistake.js";

// Products that read another tensor of the same shape, and gradients that are returned in each other's place.

/** The tensors of a head with one row per query or key. */
const TENSORS = {
  Q: ({ task }: ReplayedHead) => task.query,
  K: ({ task }: ReplayedHead) => task.key,
  V: ({ task }: ReplayedHead) => task.value,
  dO: ({ gradient }: ReplayedHead) => gradient,
  O: ({ outputs }: ReplayedHead) => outputs,
} as const;

/** The tensors with one number per query and key. */
const PAIRS = {
  P: ({ kept }: BackwardRows) => kept,
  dP: ({ dWeights }: BackwardRows) => dWeights,
  dS: ({ dScaled }: BackwardRows) => dScaled,
} as const;

type Tensor = keyof typeof TENSORS;
type Change = (rows: BackwardRows, head: ReplayedHead) => Changes;

/** The two factors of each gradient: one number per query and key, times a tensor. */
const PRODUCTS = [
  { part: "query", pairs: "dS", tensor: "K" },
  { part: "key", pairs: "dS", tensor: "Q" },
  { part: "value", pairs: "P", tensor: "dO" },
] as const;

/** Finds the other tensors that have the same shape. */
function likeIt({ heads: [head] }: GradientSearchContext, tensor: Tensor): readonly Tensor[] {
  const { rows, cols } = TENSORS[tensor](head);
  return (Object.keys(TENSORS) as Tensor[]).filter((other) => {
    const own = TENSORS[other](head);
    return other !== tensor && own.rows === rows && own.cols === cols;
  });
}

/** Reads one tensor in place of another. Returns no variant if a wrong gradient does not depend on it. */
const taken = (
  { wrongParts }: GradientSearchContext,
  parts: readonly Part[],
  parameters: Readonly<Record<"in" | "read" | "for", string>>,
  change: Change,
): readonly GradientVariant[] =>
  wrongParts.every((part) => parts.includes(part)) ? [{ parameters, change }] : [];

/** Reads another tensor in a product that is a gradient. */
const readIn = (
  given: GradientSearchContext,
  { part, tensor }: (typeof PRODUCTS)[number],
  read: string,
  of: (head: ReplayedHead) => Matrix,
): readonly GradientVariant[] =>
  taken(given, [part], { in: GRADIENT_NAMES[part], read, for: tensor }, (_, head) => ({
    read: { [part]: of(head) },
  }));

const inProducts = (given: GradientSearchContext): readonly GradientVariant[] =>
  PRODUCTS.flatMap((product) => [
    ...likeIt(given, product.tensor).flatMap((read) => readIn(given, product, read, TENSORS[read])),
    ...(["P", "dP", "dS"] as const)
      .filter((read) => read !== product.pairs)
      .flatMap((read) =>
        taken(
          given,
          [product.part],
          { in: GRADIENT_NAMES[product.part], read, for: product.pairs },
          (rows) => ({ pairs: { [product.part]: PAIRS[read](rows) } }),
        ),
      ),
  ]);

/** Reads the rows of a tensor from other places, as a double buffer or a wrong offset does. */
const inOtherRows = (given: GradientSearchContext): readonly GradientVariant[] =>
  PRODUCTS.flatMap((product) =>
    [...SHIFTS, ...SHIFTS.map((shift) => -shift)].flatMap((shift) =>
      readIn(given, product, `row i + ${shift}`, (head) => {
        const own = TENSORS[product.tensor](head);
        const { rows, cols, data } = own;
        const from = (row: number) => (((row + shift) % rows) + rows) % rows;
        return cells(own, (_, row, col) => data[from(row) * cols + col]);
      }),
    ),
  );

/** Computes dP of other tensors. */
const dWeightsOf = (rows: BackwardRows, gradient: Matrix, value: Matrix): Matrix =>
  timesCells(multiplyTransposed(rowsOf(gradient, rows), value), rows.factors);

/** Reads another tensor in place of V in dP. */
const readForValues = (
  given: GradientSearchContext,
  read: string,
  of: (head: ReplayedHead) => Matrix,
): readonly GradientVariant[] =>
  taken(given, ["query", "key"], { in: "dP", read, for: "V" }, (rows, head) => ({
    dWeights: dWeightsOf(rows, head.gradient, of(head)),
  }));

/** Reads a tensor of another head: the values in dP, dO, or a factor of a gradient. */
const readOfOtherHeads = (given: GradientSearchContext): readonly GradientVariant[] =>
  otherHeads(given).flatMap(({ parameters, of }) => {
    const from = (tensor: Tensor) =>
      [
        `${tensor} of another head: ${Object.entries(parameters).flat().join(" ")}`,
        (head: ReplayedHead) => TENSORS[tensor](of(head)),
      ] as const;
    return [
      ...readForValues(given, ...from("V")),
      ...readForGradient(given, ...from("dO")),
      ...PRODUCTS.flatMap((product) => readIn(given, product, ...from(product.tensor))),
    ];
  });

/** Reads another tensor in place of dO in dP, in dP and dV, or in δ, too. */
function readForGradient(
  given: GradientSearchContext,
  read: string,
  of: (head: ReplayedHead) => Matrix,
): readonly GradientVariant[] {
  const taking = (place: string, parts: readonly Part[]) =>
    taken(given, parts, { in: place, read, for: "dO" }, (rows, head) => {
      const gradient = of(head);
      return {
        dWeights: dWeightsOf(rows, gradient, head.task.value),
        ...(place.includes("δ") && { delta: dotsOfOutput(rows, { ...head, gradient }) }),
        ...(parts.includes("value") && { read: { value: gradient } }),
      };
    });
  return [...taking("dP", ["query", "key"]), ...taking("dP and dV", PARTS), ...taking("dP, dV and δ", PARTS)];
}

/** Reads Q in place of K and K in place of Q. */
const inEachOthersPlace = (given: GradientSearchContext): readonly GradientVariant[] =>
  likeIt(given, "K").includes("Q")
    ? taken(given, ["query", "key"], { in: "dQ and dK", read: "Q and K", for: "K and Q" }, (_, { task }) => ({
        read: { query: task.query, key: task.key },
      }))
    : [];

/** Exchanges two gradients, if they have the same shape. */
const swapped = ({ heads, kvHeads }: GradientSearchContext, a: Part, b: Part): readonly GradientVariant[] => {
  const [{ task }] = heads;
  const areAlike = task[a].rows === task[b].rows && task[a].cols === task[b].cols;
  const areAsMany = a !== "query" || kvHeads === heads.length;
  if (!areAlike || !areAsMany) return [];
  return [{ finish: (made) => ({ ...made, [a]: made[b], [b]: made[a] }) }];
};

const product = gradientMistakes("d-query", "dP = dO Vᵀ, dQ = scale · dS K, dK = scale · dSᵀ Q, dV = Pᵀ dO");

export const OPERANDS: readonly GradientMistake[] = [
  product({
    id: "query-key-swapped",
    title: "dQ and dK were swapped.",
    fix: "Look at the order in which the gradients are returned.",
    variants: (given) => swapped(given, "query", "key"),
  }),
  product({
    id: "value-swapped",
    step: "d-value",
    title: "dV and another gradient were swapped.",
    fix: "Look at the order in which the gradients are returned.",
    variants: (given) =>
      (["key", "query"] as const).flatMap((part) =>
        swapped(given, part, "value").map((one) => ({ ...one, parameters: { with: `d-${part}` } })),
      ),
  }),
  product({
    id: "value-by-query-gradient",
    step: "d-weights",
    title: "dP was computed with the keys, not with the values.",
    fix: "Load V for dP.",
    variants: (given) => (likeIt(given, "V").includes("K") ? readForValues(given, "K", TENSORS.K) : []),
  }),
  product({
    id: "operand-misread",
    title: "A product was computed with another tensor of the same shape.",
    fix: "Look at the names and pointers of the two tensors where this product loads them.",
    variants: (given) => [
      ...inProducts(given),
      ...inEachOthersPlace(given),
      ...inOtherRows(given),
      ...readOfOtherHeads(given),
      ...likeIt(given, "V")
        .filter((read) => read !== "K")
        .flatMap((read) => readForValues(given, read, TENSORS[read])),
      ...likeIt(given, "dO").flatMap((read) => readForGradient(given, read, TENSORS[read])),
    ],
  }),
];
