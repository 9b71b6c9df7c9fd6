import { sumOver } from "../../../math/lists.js";
import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { add } from "../../../ops/elementwise.js";
import { partnerOf, type Rotation, rotatePairs } from "../../../ops/pairs.js";
import { type Parts, placeParts, type Slice, slice } from "../../../ops/parts.js";
import { matrixOf } from "../../../trace/trace.js";
import type { RoundingModel } from "../expected-error.js";
import { squared } from "../expected-steps.js";
import { errorTermsOf } from "./error-terms.js";
import { anglesOf, ofTurn } from "./forward-errors.js";
import { addSums, store } from "./head-errors.js";
import { combineDistinctRows, type Propagated } from "./propagated.js";
import type { Propagation } from "./propagation.js";

// Estimates the variance of gradients that are cut out, put together, added up or rotated (RoPE), from the variances of
// their parts. docs/precision.md: "The gradient of a kv head", and "Projections" for RoPE.

const asMatrix = ({ want: { rows, cols } }: Propagated, data: Float64Array): Matrix => ({ rows, cols, data });

const wideOf = (parts: readonly Propagated[]): ReadonlySet<string> =>
  new Set(parts.flatMap(({ wide }) => Array.from(wide)));

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
  const want = placeParts.compute(
    parts.map((part) => part.want),
    places,
  );
  const count = sumOver(parts, (part) => part.want.data.length);
  const isShared = count > want.data.length;
  return {
    want,
    wide: wideOf(parts),
    distinctRows: differentIn(parts, places),
    variance(rounding) {
      const errors = parts.map((part) => asMatrix(part, part.variance(rounding)));
      const { data } = placeParts.compute(errors, places);
      if (!isShared) return data;
      const errorTerms = errorTermsOf(rounding);
      addTogether(data, parts, places, rounding);
      return store(addSums(data, want, termsIn(parts, want.rows), errorTerms), want, errorTerms);
    },
  };
}

/** Replaces, for errors whose signs are known (r), the sum of their squares by the square of their sum. */
function addTogether(
  data: Float64Array,
  parts: readonly Propagated[],
  places: Parts,
  rounding: RoundingModel,
): void {
  const shifts = parts.flatMap((part) => (part.shift ? [asMatrix(part, part.shift(rounding))] : []));
  if (shifts.length < parts.length) return;
  const sum = placeParts.compute(shifts, places).data;
  const squares = placeParts.compute(shifts.map(squared), places).data;
  for (let at = 0; at < data.length; at++) data[at] += sum[at] ** 2 - squares[at];
}

/** Counts the rows with independent errors. Query heads in the same place read the same keys, so keys count once. */
function differentIn(parts: readonly Propagated[], { places }: Parts) {
  const byPlace = new Map<string, Propagated[]>();
  for (const [at, part] of parts.entries()) {
    const place = `${places[at].firstRow} ${places[at].firstCol}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), part]);
  }
  const groups = Array.from(byPlace.values(), (group) => {
    const found = combineDistinctRows(group, true);
    return { ...group[0], different: found };
  });
  return combineDistinctRows(groups, false);
}

/** Counts the terms of the sums of each row, over all parts. */
function termsIn(parts: readonly Propagated[], rows: number): Float64Array {
  const counts = new Float64Array(rows);
  for (const { terms } of parts)
    for (let row = 0; terms && row < terms.length; row++) counts[row] += terms[row];
  return counts;
}

/** Adds several gradients of one thing up. Returns a single one as it is. */
export function addedUp(parts: readonly Propagated[]): Propagated {
  if (parts.length === 1) return parts[0];
  const want = add.compute(
    parts.map((part) => part.want),
    undefined,
  );
  return {
    want,
    wide: wideOf(parts),
    distinctRows: combineDistinctRows(parts, false),
    variance(rounding) {
      const errors = parts.map((part) => asMatrix(part, part.variance(rounding)));
      const errorTerms = errorTermsOf(rounding);
      const terms = new Float64Array(want.rows).fill(9 * parts.length);
      return store(addSums(add.compute(errors, undefined).data, want, terms, errorTerms), want, errorTerms);
    },
  };
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
  const [, cosines, sines] = step.inputs.map((key) => matrixOf(forward.trace, key));
  const pairs = cosines.cols;
  const angles = anglesOf(forward.trace, step);
  const { shift } = part;
  return {
    ...part,
    want,
    ...(shift && {
      shift: (rounding: RoundingModel) =>
        rotatePairs.compute([asMatrix(part, shift(rounding)), cosines, sines], rotation).data,
    }),
    variance(rounding) {
      const errors = part.variance(rounding);
      const errorTerms = errorTermsOf(rounding);
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
      return store(own.data, want, errorTerms);
    },
  };
}
