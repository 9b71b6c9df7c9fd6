import { type Matrix, mapCells } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import type { Epsilon } from "../../ops/normalisation.js";
import { replay } from "../../trace/replay.js";
import { findStep, type Trace } from "../../trace/trace.js";
import type { FloatName } from "../machine/float-names.js";
import { FLOAT_TYPES } from "../machine/float-types.js";
import type { Part } from "./parts.js";

type Place = Pick<Part, "key" | "measure">;

/** What a part of a dump should be, in a run that may have been altered; undefined where that has no such step. */
export function rightNumbers(trace: Trace, { key, measure }: Place): Matrix | undefined {
  // Where a run has no final norm, the stream goes on as it is.
  const [, stack] = /^(.*?)final-norm$/.exec(key) ?? [];
  const stream =
    stack === undefined
      ? undefined
      : trace.steps.findLast((step) => step.id === "residual" && step.key.startsWith(stack));
  const step = findStep(trace, key) ?? stream;
  if (!step) return trace.inputs.find(({ name }) => name === key)?.matrix;
  const own = step.output();
  if (!measure) return own;
  const normalised = findStep(trace, key.replace(/[^/]+$/, "normalised"));
  const { eps } = (normalised?.params ?? { eps: 0 }) as Epsilon;
  return mapCells(own, (square) => Math.sqrt(square + eps));
}

/** By how much rounding may move the numbers of each step. */
export interface Rounding {
  /** The variance of each cell, for numbers that were worked in a type. */
  variance(place: Place, type: FloatName): Float64Array;
}

/** Sums are rounded on the way, which a replay that rounds each step's results does not see. */
const OF_SUMS = 10;

/**
 * What rounding each step to float32 makes of the numbers of a run; of other types in proportion, since what a rounding makes
 * of the steps behind it grows with its size.
 */
export function createRounding(trace: Trace): Rounding {
  const rounded = replay(trace, {
    arithmetic:
      ({ op }) =>
      (inputs, params) =>
        mapCells(op.compute(inputs, params), Math.fround),
  });
  const relative = remembered((key: string, measure: Place["measure"]) => {
    const place = { key, ...(measure && { measure }) };
    const [want, other] = [rightNumbers(trace, place), rightNumbers(rounded, place)];
    if (!want || !other) return 0;
    const size = spread(want.data);
    return size === 0 ? 0 : spread(other.data, want.data) / size;
  });
  // One step may be lucky: steps that are made alike in other heads and layers say what is usual.
  const usual = remembered((id: string, measure: Place["measure"]) =>
    Math.max(...trace.steps.flatMap((step) => (step.id === id ? [relative(step.key, measure)] : [0]))),
  );
  const unitOf = ({ key, measure }: Place, want: Matrix): number => {
    const id = key.slice(key.lastIndexOf("/") + 1);
    const own = Math.max(relative(key, measure), usual(id, measure) / 2, FLOAT_TYPES.float32.unit / 2);
    return own * spread(want.data);
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

/** A number for each key and measure, worked out once. */
function remembered(make: (key: string, measure: Place["measure"]) => number): typeof make {
  const known = new Map<string, number>();
  return (key, measure) => {
    const name = `${key} ${measure}`;
    return remember(known, name, () => make(key, measure));
  };
}

/** The root mean square of numbers, or of their distances from others; what is not finite does not count. */
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
