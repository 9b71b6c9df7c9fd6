import type { Matrix } from "../../../math/matrix.js";
import type { Step } from "../../../trace/trace.js";
import type { Forward } from "./forward-errors.js";
import type { HeadErrors } from "./head-errors.js";
import type { Propagated } from "./propagated.js";

// The types that the rules of `propagated-*.ts` share: what they are given to estimate the error of one backward step.

/** The estimated errors of all gradients of a run. */
export interface GradientErrors {
  readonly forward: Forward;
  readonly heads: readonly HeadErrors[];
  /**
   * Estimates the error of a backward step. Returns undefined for a gradient that is given, and for a step of the
   * forward pass.
   */
  propagated(key: string): Propagated | undefined;
}

/** The input of the rule for one kind of step. */
export interface Propagation extends GradientErrors {
  readonly step: Step;
  readonly want: Matrix;
}
