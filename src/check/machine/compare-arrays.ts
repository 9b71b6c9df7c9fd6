import { sumOver } from "../../math/lists.js";
import { type NdArray, numbersOf, reordered } from "../../math/nd-array.js";
import type { FloatName } from "./float-names.js";
import { FLOAT_TYPES } from "./float-types.js";
import { isOff, unitsOf } from "./rule.js";
import { type Tolerance, varianceOfTolerance } from "./tolerance.js";
import { locate, type Where } from "./where.js";

/** The differences between two arrays of the same shape. */
export interface ArrayDifference {
  readonly shape: readonly number[];
  readonly type: FloatName;
  readonly tolerance: Tolerance;
  readonly of: number;
  /** The number of cells beyond the tolerance, and how many of them are finite in only one of the arrays. */
  readonly wrong: number;
  readonly nonFinite: number;
  readonly largest: DifferentCell;
  /** The mean of all finite distances. */
  readonly mean: number;
  /** For each axis except the last two: the indices with wrong numbers. */
  readonly along: readonly (readonly number[])[];
  /** The wrong rows and columns. All axes except the last are flattened into rows. */
  readonly where?: Where;
  /** The order of the reference's axes that makes both arrays equal, if it is another order. */
  readonly order?: readonly number[];
}

/** The pair of numbers that is farthest beyond the tolerance. */
export interface DifferentCell {
  readonly at: readonly number[];
  readonly reference: number;
  readonly got: number;
  readonly distance: number;
  /** The distance in units in the last place of the reference number, in the given type. */
  readonly ulps: number;
}

/**
 * The default tolerances of torch.testing.assert_close. Those of tf32 allow for float32 products whose factors were
 * rounded to tf32.
 */
export const USUAL_TOLERANCE: Readonly<Record<FloatName, Tolerance>> = {
  float64: { atol: 1e-7, rtol: 1e-7 },
  float32: { atol: 1e-5, rtol: 1.3e-6 },
  tf32: { atol: 1e-5, rtol: 1e-3 },
  float16: { atol: 1e-5, rtol: 1e-3 },
  bfloat16: { atol: 1e-5, rtol: 1.6e-2 },
};

/** Compares two arrays of the same shape. A number is wrong if |got − reference| > atol + rtol·|reference|. */
export function compareArrays(
  reference: NdArray,
  got: NdArray,
  { type, tolerance }: { readonly type: FloatName; readonly tolerance: Tolerance },
): ArrayDifference {
  const { shape } = reference;
  const [want, given] = [numbersOf(reference), numbersOf(got)];
  const units = unitsIn(reference, given, tolerance);
  const distances = want.map((right, place) => distanceOf(given[place], right));
  const worst = units.reduce((best, unit, place) => (unit > units[best] ? place : best), 0);
  const places = Array.from(units.keys()).filter((place) => isOff(units[place]));
  const order = places.length > 0 ? otherOrder(reference, got, tolerance) : undefined;
  const finite = distances.filter(Number.isFinite);
  return {
    shape,
    type,
    tolerance,
    of: want.length,
    wrong: places.length,
    nonFinite: places.filter((place) => Number.isFinite(want[place]) !== Number.isFinite(given[place]))
      .length,
    largest: {
      at: indicesOf(worst, shape),
      reference: want[worst],
      got: given[worst],
      distance: distances[worst],
      ulps: distances[worst] / ulpOf(want[worst], type),
    },
    mean: finite.length === 0 ? 0 : sumOver(finite) / finite.length,
    along: shape
      .slice(0, -2)
      .map((_, axis) => [...new Set(places.map((place) => indicesOf(place, shape)[axis]))]),
    ...(places.length > 0 && { where: locate(units, shape.at(-1) ?? 1) }),
    ...(order && { order }),
  };
}

/** Returns how far numbers are from those of the reference, in units of which `isOff` takes the tolerance. */
function unitsIn(reference: NdArray, got: Float64Array, tolerance: Tolerance): Float64Array {
  const [want, given] = [numbersOf(reference), got].map((data) => ({ rows: 1, cols: data.length, data }));
  return unitsOf({ got: given, want }, varianceOfTolerance(want, tolerance));
}

/** Returns |got − right|: 0 for two equal infinities or two NaN, ∞ if only one number is NaN. */
const distanceOf = (got: number, right: number): number => {
  if (Object.is(got, right) || got === right) return 0;
  const distance = Math.abs(got - right);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
};

/** Returns one unit in the last place of a number in a type. */
function ulpOf(value: number, type: FloatName): number {
  const { unit } = FLOAT_TYPES[type];
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(size)) return unit;
  return 2 * unit * 2 ** Math.floor(Math.log2(size));
}

function indicesOf(place: number, shape: readonly number[]): readonly number[] {
  const indices: number[] = [];
  let left = place;
  for (const length of shape.toReversed()) {
    indices.push(left % length);
    left = Math.floor(left / length);
  }
  return indices.reverse();
}

/**
 * Finds two axes of the reference whose exchange explains all differences. A wrong order of axes is a common mistake.
 */
function otherOrder(reference: NdArray, got: NdArray, tolerance: Tolerance): readonly number[] | undefined {
  const { shape } = reference;
  const axes = shape.map((_, axis) => axis);
  const given = numbersOf(got);
  for (const first of axes) {
    for (const second of axes.slice(first + 1)) {
      if (shape[first] !== shape[second]) continue;
      const order = axes.with(first, second).with(second, first);
      if (!unitsIn(reordered(reference, order), given, tolerance).some(isOff)) return order;
    }
  }
  return undefined;
}
