import type { Target } from "../target.js";

/** A gradient that was dumped, as mistakes are looked for in it. */
export interface DumpedGradient {
  readonly target: Target;
  readonly slack?: Float64Array | undefined;
}

/** A gradient with the errors that may be expected of it, and how far it is off. */
export interface Suspected extends DumpedGradient {
  readonly variance: Float64Array;
  readonly units: Float64Array;
  readonly isRight: boolean;
}
