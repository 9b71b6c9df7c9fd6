import { UserError } from "../../../errors.js";
import type { Recorder, Ref } from "../../../trace/recorder.js";
import { optionOf } from "../../setting.js";
import type { Said } from "../../steps.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** What a scaling works with. */
export interface ScalingContext {
  /** R, the columns that turn: twice the number of pairs. */
  readonly size: number;
  readonly base: number;
  /** L, the length of the text. */
  readonly length: number;
  readonly settings: ScalingSettings;
  /** Put before the ids of steps. */
  readonly prefix: string;
}

/** Frequencies of RoPE for texts longer than those of training. One file each; registered in registry.ts. */
export interface Scaling {
  readonly name: string;
  /** As the papers write it, with where it comes from. */
  readonly formula: string;
  readonly source: string;
  /** The base in force; the given one unless the scaling changes it. */
  base?(context: ScalingContext): number;
  /** Records the final frequencies from unscaled ones, 1×pairs; absent when only the base changes. */
  record?(recorder: Recorder, unscaled: Ref, context: ScalingContext, said: Said): Ref;
  /** Multiplies cos and sin; 1 when absent. */
  attentionFactor?(context: ScalingContext): number;
}

/** A setting that a scaling cannot do without. Throws MISSING_INPUT. */
export function requireSetting<Name extends "scalingFactor" | "originalLength" | "factors">(
  { settings }: ScalingContext,
  name: Name,
  scaling: string,
): NonNullable<ScalingSettings[Name]> {
  const value = settings[name];
  if (value !== undefined) return value;
  throw new UserError("MISSING_INPUT", `${scaling} scaling needs ${optionOf(name)}.`, {
    hint: `Give it, for example --scaling ${scaling}:${EXAMPLES[name]}.`,
  });
}

const EXAMPLES = {
  scalingFactor: "factor=4",
  originalLength: "original=8192",
  factors: "factors=1,1.5,2,3",
} as const;

/** Every pair the same divisor. */
export function sameDivisors(divisor: number, { size }: ScalingContext): Float64Array {
  return new Float64Array(Math.floor(size / 2)).fill(divisor);
}
