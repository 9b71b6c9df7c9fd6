import { type Matrix, rowsOf, sameShape } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { type BackwardRows, PARTS, type Part, timesCells } from "../backward-rows.js";
import {
  type Changes,
  dotsOfOutput,
  GRADIENT_NAMES,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  namesOf,
  type ReplayedHead,
} from "./gradient-mistake.js";
import { withForward } from "./groups.js";
import { likeIt, type Reading, type Tensor, wrongPlaces } from "./readings.js";

// Products that read another tensor of the same shape, and gradients that are returned in each other's place.

/** The tensors with one number per query and key. */
const PAIRS = {
  P: ({ kept }: BackwardRows) => kept,
  dP: ({ dWeights }: BackwardRows) => dWeights,
  dS: ({ dScaled }: BackwardRows) => dScaled,
} as const;

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
  gradientIn("dP and δ", VALUES_IN_DP.parts),
  gradientIn("dP and dV", PARTS),
  gradientIn("dP, dV and δ", PARTS),
];

/** Makes a variant with a change in a product. Returns none if other gradients depend on it than those that are wrong. */
const taken = (
  { wrongParts }: GradientSearchContext,
  parts: readonly Part[],
  parameters: Readonly<Record<"in" | "read" | "for", string>>,
  change: NonNullable<GradientVariant["change"]>,
) => {
  const isPossible = wrongParts.every((part) => parts.includes(part));
  return isPossible && parts.includes("value") === wrongParts.includes("value")
    ? [{ parameters, change }]
    : [];
};

/** Reads something in place of a tensor. */
const readIn = (given: GradientSearchContext, place: Place, { read, of }: Reading) =>
  taken(given, place.parts, { in: place.in, read, for: place.for }, (rows, head) =>
    place.change(of(place.for, head), rows, head),
  );

/** Reads the weights, their gradients or those of the scores in each other's place. */
const inPairs = (given: GradientSearchContext) =>
  PRODUCTS.flatMap(({ part, pairs }) =>
    (["P", "dP", "dS"] as const)
      .filter((read) => read !== pairs)
      .flatMap((read) =>
        taken(given, [part], { in: GRADIENT_NAMES[part], read, for: pairs }, (rows) => ({
          pairs: { [part]: PAIRS[read](rows) },
        })),
      ),
  );

/** Reads keys, values or both from other places in the whole backward pass, which gets L and O of the right forward pass. */
const inAllProducts = (given: GradientSearchContext) =>
  Array.from(wrongPlaces(given, "K")).flatMap(({ read, of }) =>
    Object.entries({ "K and V": ["K", "V"], K: ["K"], V: ["V"] } as const).map(
      ([tensors, taken]: [string, readonly Tensor[]]): GradientVariant => ({
        parameters: { in: "all products", read, for: tensors },
        task: (head) => ({
          ...head.task,
          ...(taken.includes("K") && { key: of("K", head) }),
          ...(taken.includes("V") && { value: of("V", head) }),
        }),
        change: withForward,
      }),
    ),
  );

/** Reads Q in place of K and K in place of Q. */
const inEachOthersPlace = (given: GradientSearchContext) =>
  likeIt(given, "K").some(({ read }) => read === "Q")
    ? taken(given, ["query", "key"], { in: "dQ and dK", read: "Q and K", for: "K and Q" }, (_, { task }) => ({
        read: { query: task.query, key: task.key },
      }))
    : [];

/** Exchanges two gradients that have the same shape. */
const swapped = ({
  heads: [{ task }, ...others],
  kvHeads,
}: GradientSearchContext): readonly GradientVariant[] =>
  PARTS.flatMap((a, at) =>
    PARTS.slice(at + 1).flatMap((b) => {
      const areAlike = sameShape(task[a], task[b]);
      const areAsMany = a !== "query" || kvHeads === others.length + 1;
      return areAlike && areAsMany
        ? [
            {
              parameters: { swapped: namesOf([a, b]) },
              finish: (made) => ({ ...made, [a]: made[b], [b]: made[a] }),
            },
          ]
        : [];
    }),
  );

const product = gradientMistakes("d-query", "dP = dO Vᵀ, dQ = scale · dS K, dK = scale · dSᵀ Q, dV = Pᵀ dO");

export const OPERANDS = [
  product({
    id: "gradients-swapped",
    title: "Two gradients were swapped.",
    fix: "Look at the order in which the gradients are returned.",
    variants: swapped,
  }),
  product({
    id: "operand-misread",
    title:
      "A product was computed with another tensor of the same shape, or with other rows or columns of its own.",
    fix: "Look at the names, pointers and bounds where this product loads its tensors.",
    variants: (given) => [
      ...inPairs(given),
      ...inEachOthersPlace(given),
      ...inAllProducts(given),
      ...ALL_PLACES.flatMap((place) =>
        [...likeIt(given, place.for), ...wrongPlaces(given, place.for)].flatMap((reading) =>
          readIn(given, place, reading),
        ),
      ),
    ],
  }),
];
