import { UserError } from "../../../errors.js";
import type { Ramp } from "../../../ops/frequencies.js";
import { setting } from "../../../setting-names.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** Settings that a scaling may require, with examples. */
const EXAMPLES = {
  scalingFactor: "factor=4",
  originalLength: "original=8192",
  factors: "factors=1,1.5,2,3",
} as const;

type RequiredSetting = keyof typeof EXAMPLES;

/** What a scaling depends on, including the settings that it requires. */
export interface ScalingContext<Needs extends RequiredSetting = never> {
  /** R, the number of columns that are rotated: twice the number of pairs. */
  readonly size: number;
  readonly base: number;
  /** L, the length of the text. */
  readonly length: number;
  readonly settings: ScalingSettings & Required<Pick<ScalingSettings, Needs>>;
}

/** A change of RoPE's frequencies for texts longer than in training. One entry per scaling in registry.ts. */
export interface Scaling<Needs extends RequiredSetting = never> {
  /** Its formula as papers write it, and its source. */
  readonly formula: string;
  readonly source: string;
  /** The settings that it requires, and others that it uses. */
  readonly needs: readonly RequiredSetting[];
  readonly uses?: readonly (keyof ScalingSettings)[];
  /** Returns the base. Absent if the scaling does not change it. */
  base?(context: ScalingContext<Needs>): number;
  /** Returns the divisor of each pair's unscaled frequency. Absent if only the base changes. */
  divisors?(context: ScalingContext<Needs>): Float64Array;
  /** How much of its unscaled frequency each pair keeps. Absent if none is kept. */
  readonly ramp?: { readonly formula: string; ends(context: ScalingContext<Needs>): Ramp };
  /** Returns the factor of cos and sin. Absent if it is 1. */
  attentionFactor?(context: ScalingContext<Needs>): number;
}

/** Defines a scaling that requires some settings. They are checked before its functions are called. */
export const requiring = <Needs extends RequiredSetting>(
  needs: readonly Needs[],
  scaling: Omit<Scaling<NoInfer<Needs>>, "needs">,
): Scaling => ({ ...scaling, needs });

/** Throws MISSING_INPUT for a required setting that is not given. */
export function requireSettings(name: string, { needs }: Scaling, settings: ScalingSettings): void {
  const missing = needs.find((needed) => settings[needed] === undefined);
  if (missing === undefined) return;
  throw new UserError(
    "MISSING_INPUT",
    `${name} scaling needs ${setting(missing)}.`,
    `Give it, for example ${setting("scaling")} ${name}:${EXAMPLES[missing]}.`,
  );
}
