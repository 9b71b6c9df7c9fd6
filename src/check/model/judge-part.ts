import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import type { Trace } from "../../trace/trace.js";
import type { FloatName } from "../machine/float-names.js";
import { isOff, unitsOf } from "../machine/rule.js";
import { type Tolerance, varianceOfTolerance } from "../machine/tolerance.js";
import { type Rounding, rightNumbers } from "./expected.js";
import type { Part } from "./parts.js";

/** A part of a dump after it was judged, with the type it was computed in. */
export interface JudgedPart {
  readonly part: Part;
  readonly type: FloatName;
  readonly units: Float64Array;
  readonly variance: Float64Array;
}

/** Returns the number of wrong cells. */
export const countWrong = (parts: readonly JudgedPart[]): number =>
  sumOver(parts, ({ units }) => units.filter(isOff).length);

/** The rule that parts are judged by. */
export interface JudgingRules {
  readonly rounding: Rounding;
  readonly tolerance?: Tolerance | undefined;
}

/** Judges a matrix by a run, which may have been altered. If the run has no such step, every cell is wrong. */
export function judgePart(
  trace: Trace,
  part: Part,
  type: FloatName,
  { rounding, tolerance }: JudgingRules,
): JudgedPart {
  const { got } = part;
  const want = rightNumbers(trace, part);
  const variance = tolerance ? varianceOfTolerance(want ?? got, tolerance) : rounding.variance(part, type);
  if (!want || want.data.length !== got.data.length) {
    return { part, type, variance, units: got.data.map(() => Number.POSITIVE_INFINITY) };
  }
  const units = unitsOf({ got: closed(got, want), want }, variance);
  return { part, type, variance, units };
}

/** At or below this value, a score counts as masked, because implementations use different numbers for −∞. */
const CLOSED = -1e4;

const closed = (got: Matrix, want: Matrix): Matrix => ({
  ...got,
  data: got.data.map((value, at) =>
    want.data[at] === Number.NEGATIVE_INFINITY && value <= CLOSED ? Number.NEGATIVE_INFINITY : value,
  ),
});
