import { dotRows, multiply } from "../../../../math/product.js";
import { FLOAT_TYPES, roundTo } from "../../float-types.js";
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
import { wrongPlaces } from "./readings.js";

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

export const ROW_TERMS: readonly GradientMistake[] = [
  rowTerm({
    id: "row-term-missing",
    title: "δ was not subtracted from dP, or only the term of the key itself.",
    fix: "Compute δ = Σ dO∘O for each row before the tiles, and subtract it from dP.",
    variants: () => [
      withDots(() => 0),
      {
        parameters: { dS: "P ∘ (1 − P) ∘ dP" },
        change: (rows) => {
          const { weights, dWeights } = rows;
          const change = (at: number) => weights.data[at] * (1 - weights.data[at]) * dWeights.data[at];
          return ofBoth(cells(weights, (at) => change(at) * slopeAt(rows, at)));
        },
      },
    ],
  }),
  rowTerm({
    id: "row-term-added",
    title: "δ was added to dP, not subtracted.",
    fix: "dS = P∘(dP − δ): look at the sign of the row term.",
    variants: () => [withDots(({ delta }, _, row) => -delta[row])],
  }),
  rowTerm({
    id: "row-term-stale",
    title: "δ was computed from the output of another row or tile.",
    fix: "In every tile, load O and dO of the same rows again.",
    variants: (all) =>
      Array.from(wrongPlaces(all, "O")).flatMap(({ read, of }) =>
        (["O", "O and dO"] as const).map((tensors) => ({
          parameters: { read, of: tensors },
          change: (rows, head) => {
            const gradient = tensors === "O" ? head.gradient : of("dO", head);
            return { delta: dotsOfOutput(rows, { ...head, gradient, outputs: of("O", head) }) };
          },
        })),
      ),
  }),
  rowTerm({
    id: "row-term-unnormalised",
    title: "δ was computed from an output that was not yet divided by its row sum.",
    fix: "Divide the accumulator by the row sum before you compute δ from it.",
    variants: () => [
      withDots(
        ({ delta, first }, { logSumExp, maxima }, row) =>
          delta[row] * Math.exp(logSumExp[first + row] - maxima[first + row]),
      ),
    ],
  }),
  rowTerm({
    id: "row-term-of-value",
    title: "δ was computed from the values, not from the output.",
    fix: "δ = Σ_c dO∘O: use the row of O, not that of V.",
    variants: () => [
      withDots(({ first }, { gradient, task: { value } }, row) =>
        dotRows(gradient, first + row, value, (first + row) % value.rows),
      ),
    ],
  }),
  rowTerm({
    id: "row-term-of-output",
    title: "δ was computed only from the output: Σ O², not Σ dO∘O.",
    fix: "δ = Σ_c dO∘O.",
    variants: () => [withDots(({ output }, _, row) => dotRows(output, row, output, row))],
  }),
  rowTerm({
    id: "row-term-mean",
    title: "The plain mean of dP was subtracted, not the mean by the weights.",
    fix: "δ_i = Σ_j P_ij dP_ij.",
    variants: () =>
      (["the keys of the row", "all keys"] as const).map((of) =>
        withDots(
          ({ scores: { cols, data }, dWeights, keys }, _, row) => {
            let sum = 0;
            for (let at = row * cols; at < (row + 1) * cols; at++) {
              if (of === "all keys" || data[at] !== Number.NEGATIVE_INFINITY) sum += dWeights.data[at];
            }
            return sum / Math.max(1, of === "all keys" ? cols : keys[row]);
          },
          { of },
        ),
      ),
  }),
  rowTerm({
    id: "row-term-short",
    title: "δ was rounded to bfloat16.",
    fix: "Keep δ in float32.",
    variants: () => [withDots(({ delta }, _, row) => roundTo(FLOAT_TYPES.bfloat16, delta[row]))],
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
  id: "row-term-other",
  title: "A number other than δ was subtracted from dP.",
  fix: "Compare δ of this row with Σ_c dO O: look at the rows, the head and the tile from which it is loaded.",
  isPossible: ({ heads: [{ task }], hasRope, wrongParts }) =>
    !hasRope &&
    wrongParts.includes("query") &&
    !wrongParts.includes("value") &&
    (wrongParts.includes("key") || task.key.cols >= MIN_COLUMNS),
  variants: rowTermsRead,
});
