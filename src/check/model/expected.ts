import { type Matrix, mapCells } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import type { Epsilon } from "../../ops/normalisation.js";
import { replay } from "../../trace/recorder.js";
import { findStep, idOfKey, type Trace } from "../../trace/trace.js";
import type { FloatName } from "../machine/float-names.js";
import { FLOAT_TYPES } from "../machine/float-types.js";
import type { Part } from "./parts.js";

type Place = Pick<Part, "key" | "measure">;

/**
 * Returns what a part of a dump should be, by a run that may have been altered. Undefined if the run has no such step.
 */
export function rightNumbers(trace: Trace, { key, measure }: Place): Matrix | undefined {
  // If a run has no final norm, the residual stream stands in its place.
  const [, stack] = /^(.*?)final-norm$/.exec(key) ?? [];
  const stream =
    stack === undefined
      ? undefined
      : trace.steps.findLast((step) => step.id === "residual" && step.key.startsWith(stack));
  const step = findStep(trace, key) ?? stream;
  if (!step) return trace.inputs.find(({ name }) => name === key)?.matrix;
  const output = step.output();
  if (!measure) return output;
  const normalised = findStep(trace, key.replace(/[^/]+$/, "normalised"));
  const { eps } = (normalised?.params ?? { eps: 0 }) as Epsilon;
  return mapCells(output, (square) => Math.sqrt(square + eps));
}

/** How far rounding may change the numbers of each step. */
export interface Rounding {
  /** Estimates the variance of each cell for numbers computed in this type. */
  variance(place: Place, type: FloatName): Float64Array;
}

/**
 * Terms of sums are rounded one by one. A replay that rounds only the result of each step does not see that, so its
 * error is multiplied by this.
 */
const OF_SUMS = 10;

/**
 * Measures how much the numbers of a run change if the result of each step is rounded to float32. For other types it is
 * taken in proportion to their unit roundoff.
 */
export function createRounding(trace: Trace): Rounding {
  const rounded = replay(trace, {
    arithmetic:
      ({ op }) =>
      (inputs, params) =>
        mapCells(op.compute(inputs, params), Math.fround),
  });
  const relative = remembered((place) => {
    const [want, other] = [rightNumbers(trace, place), rightNumbers(rounded, place)];
    if (!want || !other) return 0;
    const size = spread(want.data);
    return size === 0 ? 0 : spread(other.data, want.data) / size;
  });
  // One step may be lucky, so the same step in other heads and layers counts, too (half of the largest).
  const usual = remembered(({ key: id, ...rest }) =>
    Math.max(0, ...trace.steps.filter((step) => step.id === id).map(({ key }) => relative({ key, ...rest }))),
  );
  const unitOf = (place: Place, want: Matrix): number => {
    const inAll = usual({ ...place, key: idOfKey(place.key) });
    const errors = [relative(place), inAll / 2, FLOAT_TYPES.float32.unit / 2];
    return Math.max(...errors) * spread(want.data);
  };
  return {
    variance(place, type) {
      const want = rightNumbers(trace, place);
      if (!want) return new Float64Array(0);
      const ratio = FLOAT_TYPES[type].unit / FLOAT_TYPES.float32.unit;
      const unit = OF_SUMS * ratio * unitOf(place, want);
      const ofCell = FLOAT_TYPES[type].unit;
      return want.data.map((value) => unit ** 2 + (Number.isFinite(value) ? ofCell * value : 0) ** 2);
    },
  };
}

/** Remembers a number for each place. */
function remembered(make: (place: Place) => number): typeof make {
  const known = new Map<string, number>();
  return ({ key, measure }) =>
    remember(known, `${key} ${measure}`, () => make({ key, ...(measure && { measure }) }));
}

/** Computes the root mean square of numbers, or of their differences from others. Leaves out what is not finite. */
function spread(numbers: Float64Array, from?: Float64Array): number {
  let [total, count] = [0, 0];
  for (const [at, value] of numbers.entries()) {
    const off = value - (from?.[at] ?? 0);
    if (!Number.isFinite(off)) continue;
    total += off * off;
    count++;
  }
  return Math.sqrt(total / Math.max(1, count));
}
