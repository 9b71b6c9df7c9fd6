import type { Matrix } from "../../../math/matrix.js";
import type { Step } from "../../../trace/trace.js";
import type { Carried } from "./carried.js";
import type { Forward } from "./forward-errors.js";
import type { HeadErrors } from "./head-errors.js";

/** What may be expected of the gradients of a run. */
export interface GradientErrors {
  readonly forward: Forward;
  readonly heads: readonly HeadErrors[];
  /** What is expected of a step of the way back, by its key; undefined for one that is given or goes before it. */
  carried(key: string): Carried | undefined;
}

/** What a rule for one kind of step is given. */
export interface Carrying extends GradientErrors {
  readonly step: Step;
  readonly want: Matrix;
}
