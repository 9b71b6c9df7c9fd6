import { UserError } from "../../../errors.js";
import type { Ramp } from "../../../ops/frequencies.js";
import { setting } from "../../../setting-names.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** The settings that scalings cannot do without, with examples. */
const EXAMPLES = {
  scalingFactor: "factor=4",
  originalLength: "original=8192",
  factors: "factors=1,1.5,2,3",
} as const;

type Needed = keyof typeof EXAMPLES;

/** What a scaling works with, among it the settings that it needs. */
export interface ScalingContext<Needs extends Needed = never> {
  /** R, the columns that turn: twice the number of pairs. */
  readonly size: number;
  readonly base: number;
  /** L, the length of the text. */
  readonly length: number;
  readonly settings: ScalingSettings & Required<Pick<ScalingSettings, Needs>>;
}

/** Frequencies of RoPE for texts longer than those of training. One entry of registry.ts each. */
export interface Scaling<Needs extends Needed = never> {
  /** As the papers write it, with where it comes from. */
  readonly formula: string;
  readonly source: string;
  /** Settings that it cannot do without, and others that it listens to. */
  readonly needs: readonly Needed[];
  readonly hears?: readonly (keyof ScalingSettings)[];
  /** The base in force; the given one unless the scaling changes it. */
  base?(context: ScalingContext<Needs>): number;
  /** What the unscaled frequency of each pair is divided by; absent when only the base changes. */
  divisors?(context: ScalingContext<Needs>): Float64Array;
  /** How much of its unscaled frequency each pair keeps; none when absent. */
  readonly ramp?: { readonly formula: string; ends(context: ScalingContext<Needs>): Ramp };
  /** Multiplies cos and sin; 1 when absent. */
  attentionFactor?(context: ScalingContext<Needs>): number;
}

/** A scaling that cannot do without some settings: they are there when it is asked for anything. */
export const needing = <Needs extends Needed>(
  needs: readonly Needs[],
  scaling: Omit<Scaling<NoInfer<Needs>>, "needs">,
): Scaling => ({ ...scaling, needs });

/** Throws MISSING_INPUT for a setting that a scaling cannot do without. */
export function requireSettings(name: string, { needs }: Scaling, settings: ScalingSettings): void {
  const missing = needs.find((needed) => settings[needed] === undefined);
  if (missing === undefined) return;
  throw new UserError(
    "MISSING_INPUT",
    `${name} scaling needs ${setting(missing)}.`,
    `Give it, for example ${setting("scaling")} ${name}:${EXAMPLES[missing]}.`,
  );
}
