import { type NdArray, numbersOf, reordered } from "../../math/nd-array.js";
import type { FloatName } from "./float-names.js";
import { FLOAT_TYPES } from "./float-types.js";
import type { Tolerance } from "./tolerance.js";
import { locate, type Where } from "./where.js";

/** How two arrays of one shape differ. */
export interface ArrayDifference {
  readonly shape: readonly number[];
  readonly type: FloatName;
  readonly tolerance: Tolerance;
  readonly of: number;
  /** Numbers that are farther apart than the tolerance, and those of them that are not finite in one array alone. */
  readonly wrong: number;
  readonly nonFinite: number;
  readonly largest: DifferentCell;
  /** The mean of all distances. */
  readonly mean: number;
  /** For each axis but the last two the indices at which something is wrong. */
  readonly along: readonly (readonly number[])[];
  /** Rows and columns, those of all other axes below each other. */
  readonly where?: Where;
  /** The order of the reference's axes in which both would be equal, where it is another one. */
  readonly order?: readonly number[];
}

/** The numbers that are farthest apart. */
export interface DifferentCell {
  readonly at: readonly number[];
  readonly reference: number;
  readonly got: number;
  readonly distance: number;
  /** The distance in units in the last place that the reference has in the type. */
  readonly ulps: number;
}

/** By how much torch.testing.assert_close lets numbers of a type differ; tf32 is what float32 products are made in. */
export const USUAL_TOLERANCE: Readonly<Record<FloatName, Tolerance>> = {
  float64: { atol: 1e-7, rtol: 1e-7 },
  float32: { atol: 1e-5, rtol: 1.3e-6 },
  tf32: { atol: 1e-5, rtol: 1e-3 },
  float16: { atol: 1e-5, rtol: 1e-3 },
  bfloat16: { atol: 1e-5, rtol: 1.6e-2 },
};

/** A number is off beyond its tolerance, which `locate` knows as eight units. */
const UNITS = 8;

/** Compares two arrays of one shape number by number: a number is wrong where |got − reference| > atol + rtol·|reference|. */
export function compareArrays(
  reference: NdArray,
  got: NdArray,
  { type, tolerance }: { readonly type: FloatName; readonly tolerance: Tolerance },
): ArrayDifference {
  const { shape } = reference;
  const [want, given] = [numbersOf(reference), numbersOf(got)];
  const units = want.map((right, place) => UNITS * distanceIn(given[place], right, tolerance));
  const distances = want.map((right, place) => distanceOf(given[place], right));
  const worst = units.reduce((best, unit, place) => (unit > units[best] ? place : best), 0);
  const isWrong = (place: number) => units[place] > UNITS;
  const places = Array.from(units.keys()).filter(isWrong);
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
    mean: finite.length === 0 ? 0 : finite.reduce((sum, one) => sum + one, 0) / finite.length,
    along: shape
      .slice(0, -2)
      .map((_, axis) => [...new Set(places.map((place) => indicesOf(place, shape)[axis]))]),
    ...(places.length > 0 && { where: locate(units, shape.at(-1) ?? 1) }),
    ...(order && { order }),
  };
}

/** How far apart two numbers are; equal ones that are not finite are not. */
const distanceOf = (got: number, right: number): number => {
  if (Object.is(got, right) || got === right) return 0;
  const distance = Math.abs(got - right);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
};

const distanceIn = (got: number, right: number, { atol, rtol }: Tolerance): number => {
  const distance = distanceOf(got, right);
  const allowed = atol + rtol * Math.abs(right);
  if (distance === 0) return 0;
  return Number.isFinite(allowed) && allowed > 0 ? distance / allowed : Number.POSITIVE_INFINITY;
};

/** A unit in the last place of a number in a type. */
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

/** Two axes of the reference that are exchanged in what was got, where that explains all: axes in another order are a usual slip. */
function otherOrder(reference: NdArray, got: NdArray, tolerance: Tolerance): readonly number[] | undefined {
  const { shape } = reference;
  const axes = shape.map((_, axis) => axis);
  const given = numbersOf(got);
  for (const first of axes) {
    for (const second of axes.slice(first + 1)) {
      if (shape[first] !== shape[second]) continue;
      const order = axes.with(first, second).with(second, first);
      const turned = numbersOf(reordered(reference, order));
      if (turned.every((right, place) => distanceIn(given[place], right, tolerance) <= 1)) return order;
    }
  }
  return undefined;
}
