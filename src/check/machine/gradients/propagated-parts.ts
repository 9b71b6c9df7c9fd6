import { sumOver } from "../../../math/lists.js";
import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { partnerOf, type Rotation, rotatePairs } from "../../../ops/pairs.js";
import { type Parts, placeParts, type Slice, slice } from "../../../ops/parts.js";
import { inputsOf } from "../../../trace/trace.js";
import type { RoundingModel } from "../expected-error.js";
import { squared } from "../expected-steps.js";
import { anglesOf, ofTurn } from "./forward-errors.js";
import { addSums, type DistinctRows, type Propagated, stored } from "./propagated.js";
import type { Propagation } from "./propagation.js";

// Estimates the variance of gradients that are cut out, put together, added up or rotated (RoPE), from the variances of
// their parts. docs/precision.md: "The gradient of a kv head", and "Projections" for RoPE.

const asMatrix = ({ want: { rows, cols } }: Propagated, data: Float64Array): Matrix => ({ rows, cols, data });

/** Takes some rows and columns of a gradient. */
export function cutFrom(whole: Propagated, part: Slice): Propagated {
  return {
    want: slice.compute([whole.want], part),
    wide: whole.wide,
    variance: (rounding) => slice.compute([asMatrix(whole, whole.variance(rounding))], part).data,
  };
}

/**
 * Puts parts in their places. If several have the same place, each part is stored before the sum is, so its υ_o counts
 * too.
 */
export function placed(parts: readonly Propagated[], places: Parts): Propagated {
  const place = (matrices: readonly Matrix[]) => placeParts.compute(matrices, places);
  const want = place(parts.map((part) => part.want));
  const wide = new Set(parts.flatMap((part) => Array.from(part.wide)));
  const variance = (rounding: RoundingModel) =>
    place(parts.map((part) => asMatrix(part, part.variance(rounding)))).data;
  const isShared = sumOver(parts, (part) => part.want.data.length) > want.data.length;
  const whole = isShared
    ? stored(
        want,
        (rounding, errorTerms) => {
          const data = variance(rounding);
          addTogether(data, parts, place, rounding);
          return addSums(data, want, termsIn(parts, want.rows), errorTerms);
        },
        wide,
      )
    : { want, wide, variance };
  return { ...whole, distinctRows: distinctIn(parts, places) };
}

/** Replaces, for errors whose signs are known (r), the sum of their squares by the square of their sum. */
function addTogether(
  data: Float64Array,
  parts: readonly Propagated[],
  place: (matrices: readonly Matrix[]) => Matrix,
  rounding: RoundingModel,
): void {
  const shifts = parts.flatMap((part) => (part.shift ? [asMatrix(part, part.shift(rounding))] : []));
  if (shifts.length < parts.length) return;
  const [sum, squares] = [place(shifts).data, place(shifts.map(squared)).data];
  for (let at = 0; at < data.length; at++) data[at] += sum[at] ** 2 - squares[at];
}

/** Counts the rows with independent errors. Query heads in the same place read the same keys, so keys count once. */
function distinctIn(parts: readonly Propagated[], { places }: Parts): DistinctRows | undefined {
  const all = parts.flatMap(({ distinctRows }) => distinctRows ?? []);
  const [first] = all;
  if (!first || all.length < parts.length || all.some((one) => one.of !== first.of)) return undefined;
  const queries = sumOver(all, (one) => one.queries);
  // Heads that share a bias add up in the same rows: more heads do not make more rows.
  if (first.of === "pairs") {
    return { ...first, queries: queries / all.length, keys: sumOver(all, (one) => one.keys) / all.length };
  }
  const isFirst = (at: number) =>
    places.findIndex(
      ({ firstRow, firstCol }) => firstRow === places[at].firstRow && firstCol === places[at].firstCol,
    ) === at;
  return { ...first, queries, keys: sumOver(all, (one, at) => (isFirst(at) ? one.keys : 0)) };
}

/** Counts the terms of the sums of each row, over all parts. */
function termsIn(parts: readonly Propagated[], rows: number): Float64Array {
  const counts = new Float64Array(rows);
  for (const { terms } of parts)
    for (let row = 0; terms && row < terms.length; row++) counts[row] += terms[row];
  return counts;
}

/** Adds up gradients of the same shape that are sums over queries themselves. */
export function summed(parts: readonly Propagated[]): Propagated {
  const { rows, cols } = parts[0].want;
  return placed(parts, { rows, cols, places: parts.map(() => ({ firstRow: 0, firstCol: 0 })) });
}

/** Adds several gradients of one thing up, with one rounding for each. Returns a single one as it is. */
export function addedUp(parts: readonly Propagated[]): Propagated {
  if (parts.length === 1) return parts[0];
  return summed(parts.map((part) => ({ ...part, terms: new Float64Array(part.want.rows).fill(9) })));
}

/** Multiplies every cell by a number. */
export function scaled(part: Propagated, factor: number): Propagated {
  return {
    ...part,
    want: { ...part.want, data: part.want.data.map((value) => value * factor) },
    variance: (rounding) => part.variance(rounding).map((own) => own * factor ** 2),
  };
}

/**
 * Estimates the error of the gradients of rotated rows (RoPE), after they were rotated back. The variances of a pair
 * are mixed by the squares of the cosine and the sine.
 */
export function rotated(
  { step, want, forward }: Propagation,
  part: Propagated,
  rotation: Rotation,
): Propagated {
  const { pairing } = rotation;
  const [, cosines, sines] = inputsOf(forward.trace, step);
  const pairs = cosines.cols;
  const angles = anglesOf(forward.trace, step);
  const { shift } = part;
  return {
    ...part,
    ...(shift && {
      shift: (rounding: RoundingModel) =>
        rotatePairs.compute([asMatrix(part, shift(rounding)), cosines, sines], rotation).data,
    }),
    ...stored(
      want,
      (rounding, errorTerms) => {
        const errors = part.variance(rounding);
        const { cols } = want;
        const own = createMatrix(want.rows, cols, (row, col) => {
          const at = row * cols + col;
          if (col >= 2 * pairs) return errors[at];
          const { pair, partner } = partnerOf(col, pairs, pairing);
          const other = row * cols + partner;
          const cosine = cosines.data[row * pairs + pair] ** 2;
          const sine = sines.data[row * pairs + pair] ** 2;
          const sizes = part.want.data[at] ** 2 + part.want.data[other] ** 2;
          const angle = angles?.data[row * pairs + pair] ?? 0;
          return cosine * errors[at] + sine * errors[other] + ofTurn(angle ** 2, errorTerms) * sizes;
        });
        return own.data;
      },
      part.wide,
    ),
  };
}
