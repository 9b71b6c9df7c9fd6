import type { Matrix } from "../../../../math/matrix.js";
import { dotRows, multiply } from "../../../../math/product.js";
import { FLOAT_TYPES, roundTo } from "../../float-types.js";
import { tilesBelow } from "../../mistakes/online.js";
import { type BackwardRows, backwardRows, slopeAt } from "../backward-rows.js";
import {
  cells,
  type DumpedPart,
  dotsOfOutput,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  ofBoth,
  type ReplayedHead,
} from "./gradient-mistake.js";
import { likeIt, wrongPlaces } from "./readings.js";

// Mistakes in δ, the row term that is subtracted from dP: Σ_c dO O of each query.

const rowTerm = gradientMistakes("d-row-delta", "δ_i = Σ_c dO_ic O_ic, dS = P ∘ (dP − δ)");

/** Uses another number in place of δ. */
const withDots = (
  dotOf: (rows: BackwardRows, head: ReplayedHead, row: number) => number,
  parameters?: GradientVariant["parameters"],
): GradientVariant => ({
  parameters,
  change: (rows, head) => ({
    delta: Float64Array.from({ length: rows.count }, (_, row) => dotOf(rows, head, row)),
  }),
});

/** What is subtracted in place of δ, by description. */
const DOTS: Readonly<Record<string, Parameters<typeof withDots>[0]>> = {
  0: () => 0,
  "−δ": ({ delta }, _, row) => -delta[row],
  "Σ dO∘O, with O not yet divided by the row sum": ({ delta, first }, { logSumExp, maxima }, row) =>
    delta[row] * Math.exp(logSumExp[first + row] - maxima[first + row]),
  "δ · scale": ({ delta }, { task }, row) => delta[row] * task.scale,
  "δ / scale, as if the scale of dS were that of dP alone": ({ delta }, { task }, row) =>
    delta[row] / task.scale,
  "the mean of dO∘O over the columns, not their sum": ({ delta }, { task }, row) =>
    delta[row] / task.value.cols,
  "Σ O²": ({ output }, _, row) => dotRows(output, row, output, row),
  "the mean of dP over the keys of the row": (rows, _, row) =>
    sumOfRow(rows, row) / Math.max(1, rows.keys[row]),
  "the mean of dP over all keys": (rows, _, row) => sumOfRow(rows, row, true) / rows.scores.cols,
  "δ rounded to bfloat16": ({ delta }, _, row) => roundTo(FLOAT_TYPES.bfloat16, delta[row]),
};

/** Adds up dP of the keys that a row may attend to, or of all keys. */
function sumOfRow({ scores: { cols, data }, dWeights }: BackwardRows, row: number, isOfAll = false): number {
  let sum = 0;
  for (let at = row * cols; at < (row + 1) * cols; at++)
    if (isOfAll || data[at] !== Number.NEGATIVE_INFINITY) sum += dWeights.data[at];
  return sum;
}

/** Computes dS if δ = Σ_j P dP is the sum over the tile of each key alone, or over all tiles up to it. */
function lessTilesOf(rows: BackwardRows, tile: number, isOwn: boolean): Matrix {
  const { weights, dWeights } = rows;
  const { cols } = weights;
  const sums = new Float64Array(weights.data.length);
  for (let row = 0; row < rows.count; row++) {
    let sum = 0;
    for (let low = row * cols; low < (row + 1) * cols; low += tile) {
      const high = Math.min((row + 1) * cols, low + tile);
      if (isOwn) sum = 0;
      for (let at = low; at < high; at++) sum += weights.data[at] * dWeights.data[at];
      sums.fill(sum, low, high);
    }
  }
  return cells(weights, (at) => weights.data[at] * (dWeights.data[at] - sums[at]) * slopeAt(rows, at));
}

const WRONG_TERM = {
  id: "row-term-other",
  title: "A number other than δ was subtracted from dP.",
  fix: "Compute δ = Σ dO∘O for each row, in float32 and from the divided output, and subtract it: look at the sign, and at the rows, the head and the tile from which O and dO are loaded.",
} as const;

export const ROW_TERMS: readonly GradientMistake[] = [
  rowTerm({
    ...WRONG_TERM,
    variants: (all) => [
      ...Object.entries(DOTS).map(([said, dotOf]) => withDots(dotOf, { "in place of δ": said })),
      {
        parameters: { dS: "P ∘ (1 − P) ∘ dP" },
        change: (rows) => {
          const { weights, dWeights } = rows;
          const change = (at: number) => weights.data[at] * (1 - weights.data[at]) * dWeights.data[at];
          return ofBoth(cells(weights, (at) => change(at) * slopeAt(rows, at)));
        },
      },
      ...tilesBelow(all.heads[0].task.key.rows).flatMap((tile) =>
        (["its own tile", "the tiles up to its own"] as const).map(
          (keys): GradientVariant => ({
            parameters: { "δ of": keys, tile },
            change: (rows) => ofBoth(lessTilesOf(rows, tile, keys === "its own tile")),
          }),
        ),
      ),
      ...likeIt(all, "O").map(
        ({ read, of }): GradientVariant => ({
          parameters: { read, for: "O" },
          change: (rows, head) => ({ delta: dotsOfOutput(rows, { ...head, outputs: of("O", head) }) }),
        }),
      ),
      ...Array.from(wrongPlaces(all, "O")).flatMap(({ read, of }) =>
        (["O", "O and dO"] as const).map(
          (tensors): GradientVariant => ({
            parameters: { read, of: tensors },
            change: (rows, head) => {
              const gradient = tensors === "O" ? head.gradient : of("dO", head);
              return { delta: dotsOfOutput(rows, { ...head, gradient, outputs: of("O", head) }) };
            },
          }),
        ),
      ),
    ],
  }),
];

/** If dQ has fewer columns than this, some δ explains any row of it. Then dK has to be wrong, too. */
const MIN_COLUMNS = 4;

/** Reads δ off the rows of dQ: a wrong δ changes a row by the error of δ times scale · Σ_j f P k_j. */
function rowTermsRead({ heads, dumped }: GradientSearchContext): readonly GradientVariant[] {
  const read = heads.flatMap((head) => {
    const given = dumped("query", head.index);
    return given ? [readDots(head, given)] : [];
  });
  if (read.length < heads.length) return [];
  const all = read.flatMap(({ got, want }, head) =>
    Array.from(got, (dot, row) => ({ head, row, dot, right: want[row] })),
  );
  const offBy = ({ dot, right }: (typeof all)[number]) => Math.abs(dot - right);
  const worst = all.reduce((most, one) => (offBy(one) > offBy(most) ? one : most));
  const shown = (dot: number) => (Math.abs(dot) < NOTHING * offBy(worst) ? 0 : Number(dot.toPrecision(3)));
  const place = `${heads.length > 1 ? `head ${worst.head}, ` : ""}row ${worst.row}`;
  return [
    withDots(({ first }, { index }, row) => read[index].got[first + row], {
      [place]: `${shown(worst.dot)} where ${shown(worst.right)} is right`,
    }),
  ];
}

/** A row term that is smaller than this share of the error of δ is reported as 0. */
const NOTHING = 1e-3;

function readDots(head: ReplayedHead, { got, want }: DumpedPart) {
  const { key, scale } = head.task;
  const found = { got: new Float64Array(got.rows), want: new Float64Array(got.rows) };
  for (const rows of backwardRows(head)) {
    const { first, weights, delta } = rows;
    const slopes = cells(weights, (at) => weights.data[at] * slopeAt(rows, at));
    const means = multiply(slopes, key);
    for (let row = 0; row < means.rows; row++) {
      let [off, square] = [0, 0];
      for (let c = 0; c < means.cols; c++) {
        const mean = scale * means.data[row * means.cols + c];
        const at = (first + row) * means.cols + c;
        off += (want.data[at] - got.data[at]) * mean;
        square += mean ** 2;
      }
      found.want[first + row] = delta[row];
      found.got[first + row] = delta[row] + (square > 0 ? off / square : 0);
    }
  }
  return found;
}

/** The mistake that is tried if no other row term explains the gradients. Its δ is read off dQ. */
export const rowTermOther: GradientMistake = rowTerm({
  ...WRONG_TERM,
  isPossible: ({ heads: [{ task }], hasRope, wrongParts }) =>
    !hasRope &&
    wrongParts.includes("query") &&
    !wrongParts.includes("value") &&
    (wrongParts.includes("key") || task.key.cols >= MIN_COLUMNS),
  variants: rowTermsRead,
});
