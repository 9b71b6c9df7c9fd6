import type { Target } from "../target.js";
import type { Part } from "./backward-rows.js";

// The types of a dumped gradient, without and with its estimated errors.

/** A dumped gradient in which mistakes are looked for. */
export interface DumpedGradient {
  readonly target: Target;
  readonly slack?: Float64Array | undefined;
}

/** A dumped gradient with its expected errors, and how far each cell is off in units of them. */
export interface MeasuredGradient extends DumpedGradient {
  /** Whether it is dQ, dK or dV of attentions. */
  readonly part: Part | undefined;
  readonly variance: Float64Array;
  readonly units: Float64Array;
  readonly isRight: boolean;
}
