import { UserError } from "../../../errors.js";
import type { Ramp } from "../../../ops/frequencies.js";
import { setting } from "../../../setting-names.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** What a scaling works with. */
export interface ScalingContext {
  /** R, the columns that turn: twice the number of pairs. */
  readonly size: number;
  readonly base: number;
  /** L, the length of the text. */
  readonly length: number;
  readonly settings: ScalingSettings;
}

/** Frequencies of RoPE for texts longer than those of training. One file each; registered in registry.ts. */
export interface Scaling {
  readonly name: string;
  /** As the papers write it, with where it comes from. */
  readonly formula: string;
  readonly source: string;
  /** The base in force; the given one unless the scaling changes it. */
  base?(context: ScalingContext): number;
  /** What the unscaled frequency of each pair is divided by; absent when only the base changes. */
  divisors?(context: ScalingContext): Float64Array;
  /** How much of its unscaled frequency each pair keeps; none when absent. */
  readonly ramp?: { readonly formula: string; ends(context: ScalingContext): Ramp };
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
  throw new UserError(
    "MISSING_INPUT",
    `${scaling} scaling needs ${setting(name)}.`,
    `Give it, for example ${setting("scaling")} ${scaling}:${EXAMPLES[name]}.`,
  );
}

const EXAMPLES = {
  scalingFactor: "factor=4",
  originalLength: "original=8192",
  factors: "factors=1,1.5,2,3",
} as const;

/** The factor s for every pair. Throws MISSING_INPUT. */
export function sameDivisors(context: ScalingContext, scaling: string): Float64Array {
  return new Float64Array(context.size / 2).fill(requireSetting(context, "scalingFactor", scaling));
}
