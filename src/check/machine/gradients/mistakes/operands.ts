import { type Matrix, rowsOf } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { transposed } from "../../mistakes/orders.js";
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

/** The two factors of each gradient: one number per query and key, times a tensor. */
const PRODUCTS = [
  { part: "query", pairs: "dS", tensor: "K" },
  { part: "key", pairs: "dS", tensor: "Q" },
  { part: "value", pairs: "P", tensor: "dO" },
] as const;

/** A place where the backward pass reads a tensor, and the gradients that depend on it. */
interface Place {
  readonly in: string;
  readonly for: Tensor;
  readonly parts: readonly Part[];
  change(read: Matrix, rows: BackwardRows, head: ReplayedHead): Changes;
}

/** Computes dP of other tensors. */
const dWeightsOf = (rows: BackwardRows, gradient: Matrix, value: Matrix): Matrix =>
  timesCells(multiplyTransposed(rowsOf(gradient, rows), value), rows.factors);

const VALUES_IN_DP: Place = {
  in: "dP",
  for: "V",
  parts: ["query", "key"],
  change: (value, rows, { gradient }) => ({ dWeights: dWeightsOf(rows, gradient, value) }),
};

/** Reads dO in dP, and perhaps also in dV and in δ. */
const gradientIn = (place: string, parts: readonly Part[]): Place => ({
  in: place,
  for: "dO",
  parts,
  change: (gradient, rows, head) => ({
    dWeights: dWeightsOf(rows, gradient, head.task.value),
    ...(place.includes("δ") && { delta: dotsOfOutput(rows, { ...head, gradient }) }),
    ...(parts.includes("value") && { read: { value: gradient } }),
  }),
});

const ALL_PLACES: readonly Place[] = [
  ...PRODUCTS.map(
    ({ part, tensor }): Place => ({
      in: GRADIENT_NAMES[part],
      for: tensor,
      parts: [part],
      change: (read) => ({ read: { [part]: read } }),
    }),
  ),
  VALUES_IN_DP,
  gradientIn("dP", VALUES_IN_DP.parts),
  gradientIn("dP and dV", PARTS),
  gradientIn("dP, dV and δ", PARTS),
];

/** Another matrix that is read in place of a tensor of a head, with its description. */
type Reading = readonly [read: string, of: (head: ReplayedHead) => Matrix];

/** Returns the other tensors that have the same shape. */
const likeIt = ({ heads: [head] }: GradientSearchContext, tensor: Tensor): readonly Reading[] => {
  const { rows, cols } = TENSORS[tensor](head);
  return Object.entries(TENSORS).filter(([other, of]) => {
    const own = of(head);
    return other !== tensor && own.rows === rows && own.cols === cols;
  });
};

/** Yields what kernels read in place of a tensor: another tensor, other rows, another head, another layout. */
function* readingsOf(given: GradientSearchContext, tensor: Tensor): Generator<Reading> {
  const { heads, kvHeads } = given;
  const of = TENSORS[tensor];
  const { rows } = of(heads[0]);
  /** Rows are counted over all heads, one head after the other. */
  const inOrder = (order: (row: number, count: number) => number) => (head: ReplayedHead) =>
    cells(of(head), (_, row, col) => {
      const at = order(head.index * rows + row, heads.length * rows);
      const { data, cols } = of(heads[Math.floor(at / rows)]);
      return data[(at % rows) * cols + col];
    });
  yield* likeIt(given, tensor);
  for (const shift of new Set(SHIFTS.flatMap((by) => [by, -by])))
    yield [`row i + ${shift}`, inOrder((at) => at - (at % rows) + ((((at + shift) % rows) + rows) % rows))];
  for (const { parameters, of: other } of otherHeads(given))
    yield [
      `${tensor} of another head: ${Object.entries(parameters).flat().join(" ")}`,
      (head) => of(other(head)),
    ];
  if (heads.length === 1 || (kvHeads < heads.length && (tensor === "K" || tensor === "V"))) return;
  yield ["(head, token) as (token, head)", inOrder(transposed(rows))];
  yield ["(token, head) as (head, token)", inOrder(transposed(heads.length))];
}

/** Makes a variant with a change in a product. Returns none if a wrong gradient does not depend on it. */
const taken = (
  { wrongParts }: GradientSearchContext,
  parts: readonly Part[],
  parameters: Readonly<Record<"in" | "read" | "for", string>>,
  change: NonNullable<GradientVariant["change"]>,
): readonly GradientVariant[] =>
  wrongParts.every((part) => parts.includes(part)) ? [{ parameters, change }] : [];

/** Reads something in place of a tensor. */
const readIn = (given: GradientSearchContext, place: Place, [read, of]: Reading) =>
  taken(given, place.parts, { in: place.in, read, for: place.for }, (rows, head) =>
    place.change(of(head), rows, head),
  );

/** Reads the weights, their gradients or those of the scores in each other's place. */
const inPairs = (given: GradientSearchContext): readonly GradientVariant[] =>
  PRODUCTS.flatMap(({ part, pairs }) =>
    (["P", "dP", "dS"] as const)
      .filter((read) => read !== pairs)
      .flatMap((read) =>
        taken(given, [part], { in: GRADIENT_NAMES[part], read, for: pairs }, (rows) => ({
          pairs: { [part]: PAIRS[read](rows) },
        })),
      ),
  );

/** Whether the keys are read in place of the values in dP, which is a mistake with another name. */
const isOfKeys = (place: Place, [read]: Reading) => place === VALUES_IN_DP && read === "K";

/** Reads Q in place of K and K in place of Q. */
const inEachOthersPlace = (given: GradientSearchContext): readonly GradientVariant[] =>
  likeIt(given, "K").some(([read]) => read === "Q")
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
    variants: (given) =>
      likeIt(given, "V")
        .filter((reading) => isOfKeys(VALUES_IN_DP, reading))
        .flatMap((reading) => readIn(given, VALUES_IN_DP, reading)),
  }),
  product({
    id: "operand-misread",
    title: "A product was computed with another tensor of the same shape.",
    fix: "Look at the names and pointers of the two tensors where this product loads them.",
    variants: (given) => [
      ...inPairs(given),
      ...inEachOthersPlace(given),
      ...ALL_PLACES.flatMap((place) =>
        Array.from(readingsOf(given, place.for))
          .filter((reading) => !isOfKeys(place, reading))
          .flatMap((reading) => readIn(given, place, reading)),
      ),
    ],
  }),
];
