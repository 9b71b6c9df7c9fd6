import { refuseAs, setting } from "../../errors.js";
import type { Ramp } from "../../ops/waves.js";
import { listOf, positive, type SettingsIn, settingTable, takes, wholeNumber } from "../setting.js";

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
export function requireSettings(name: string, { needs }: Scaling, settings: ScalingSettings) {
  const missing = needs.find((needed) => settings[needed] === undefined);
  if (missing === undefined) return;
  refuseAs(
    "MISSING_INPUT",
    `${name} scaling needs ${setting(missing)}.`,
    `Give it, for example ${setting("scaling")} ${name}:${EXAMPLES[missing]}.`,
  );
}

/** For a setting that may be written as a part of `scaling`: yarn:factor=4. */
const within = (as: string) => ({ within: { setting: "scaling", as } }) as const;

export const SCALING_SETTINGS = settingTable("Rotation", {
  scalingFactor: takes("<s>", positive, "the length, as a multiple of that in training", within("factor")),
  originalLength: takes(
    "<n>",
    wholeNumber(1),
    "L₀, the length in training (dynamic, yarn, llama3, longrope)",
    within("original"),
  ),
  sequenceLength: takes("<n>", wholeNumber(1), "L, the length of the text (dynamic, longrope)", {
    ...within("sequence"),
    defaultText: "one more than the last position",
  }),
  betaFast: takes("<turns>", positive, "yarn: pairs with more turns within L₀ keep their frequency", {
    ...within("beta-fast"),
    default: 32,
  }),
  betaSlow: takes("<turns>", positive, "yarn: pairs with fewer turns are divided by the factor", {
    ...within("beta-slow"),
    default: 1,
  }),
  lowFreqFactor: takes(
    "<turns>",
    positive,
    "llama3: pairs with fewer turns within L₀ are divided by the factor",
    { ...within("low-freq"), default: 1 },
  ),
  highFreqFactor: takes("<turns>", positive, "llama3: pairs with more turns keep their frequency", {
    ...within("high-freq"),
    default: 4,
  }),
  factors: takes(
    "<list>",
    listOf(positive),
    "longrope: the divisor of each pair's frequency",
    within("factors"),
  ),
});

/** The settings of a scaling. */
export type ScalingSettings = SettingsIn<typeof SCALING_SETTINGS>;

/** Returns the factor s as the divisor of every pair. */
const sameDivisors = ({ size, settings }: ScalingContext<"scalingFactor">) =>
  new Float64Array(size / 2).fill(settings.scalingFactor);

/** Every scaling of RoPE. `--scaling`, its help, its errors and the law tests are derived from this table. */
export const SCALINGS = {
  /** All frequencies are divided by s: positions are compressed. */
  linear: requiring(["scalingFactor"], {
    formula: "ω / s",
    source: "Chen et al. 2023, position interpolation",
    divisors: sameDivisors,
  }),
  /** A larger base: the slowest pair becomes s times slower, the fastest stays unchanged. */
  ntk: requiring(["scalingFactor"], {
    formula: "base·s^(R/(R − 2))",
    source: "bloc97 2023, NTK-aware scaling",
    base: (context) => stretchedBase(context.settings.scalingFactor, context),
  }),
  /** The base grows with the length of the text, but only above the length of training. */
  dynamic: requiring(["scalingFactor", "originalLength"], {
    formula: "base·(s·L/L₀ − (s − 1))^(R/(R − 2)) for L > L₀",
    source: "emozilla 2023, dynamic NTK scaling",
    uses: ["sequenceLength"],
    base(context) {
      const { length, base, settings } = context;
      const { scalingFactor: factor, originalLength: trained } = settings;
      return length > trained ? stretchedBase((factor * length) / trained - (factor - 1), context) : base;
    },
  }),
  /** Fast pairs stay unchanged, slow ones are divided by s, with a ramp over the pairs in between. */
  yarn: requiring(["scalingFactor", "originalLength"], {
    formula: "k·ω + (1 − k)·ω/s, k a ramp over the pairs",
    source: "Peng et al. 2023, section 3",
    uses: ["betaFast", "betaSlow"],
    divisors: sameDivisors,
    ramp: {
      formula: "k: 1 for pairs with more than β_fast turns within L₀, 0 below β_slow",
      ends: (context) => ({ over: "pair", length: 1, ...rampEnds(context) }),
    },
    attentionFactor: ({ settings: { scalingFactor } }) =>
      scalingFactor <= 1 ? 1 : 0.1 * Math.log(scalingFactor) + 1,
  }),
  /** Depends on the wavelength: short ones stay unchanged, long ones are divided by s, with a ramp in between. */
  llama3: requiring(["scalingFactor", "originalLength"], {
    formula: "k·ω + (1 − k)·ω/s, k a ramp over L₀/λ",
    source: "Llama 3.1",
    uses: ["lowFreqFactor", "highFreqFactor"],
    divisors: sameDivisors,
    ramp: {
      formula: "k: 1 for wavelengths λ below L₀/high, 0 above L₀/low",
      ends({ settings: { originalLength, lowFreqFactor, highFreqFactor } }) {
        if (lowFreqFactor >= highFreqFactor)
          refuseAs(
            "BAD_VALUE",
            `${setting("lowFreqFactor")} ${lowFreqFactor} must be below ${setting("highFreqFactor")} ${highFreqFactor}.`,
            "Llama 3.1 has 1 and 4.",
          );

        return { over: "turns", length: originalLength, zeroAt: lowFreqFactor, oneAt: highFreqFactor };
      },
    },
  }),
  /** Each pair has its own divisor, found by search. */
  longrope: requiring(["originalLength", "factors"], {
    formula: "ω_i / λ_i",
    source: "Ding et al. 2024, eq. 3",
    uses: ["scalingFactor", "sequenceLength"],
    divisors({ size, settings: { factors } }) {
      const pairs = size / 2;
      if (factors.length === pairs) return Float64Array.from(factors);
      refuseAs(
        "SHAPE_MISMATCH",
        `${setting("factors")} has ${factors.length} numbers for ${pairs} pairs.`,
        "Give one divisor per pair of columns.",
      );
    },
    attentionFactor({ length, settings: { originalLength: trained, scalingFactor } }) {
      if (trained === 1)
        refuseAs(
          "BAD_VALUE",
          `longrope divides by ln L₀, which is 0 for ${setting("originalLength")} 1.`,
          `Give the length in training, for example ${setting("originalLength")} 4096.`,
        );

      const stretch = scalingFactor ?? length / trained;
      return stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(trained));
    },
  }),
} as const;

/** Returns base·stretch^(R/(R − 2)). Throws BAD_VALUE for R = 2, which has only one pair. */
function stretchedBase(stretch: number, { base, size }: ScalingContext) {
  if (size > 2) return base * stretch ** (size / (size - 2));
  refuseAs(
    "BAD_VALUE",
    `With ${size} columns there is one pair, whose frequency is 1 for every base.`,
    "ntk and dynamic scaling need a rotary size of 4 or more.",
  );
}

/**
 * Returns the pairs where YaRN's ramp ends. They are rounded outwards and limited to the columns, as in the authors'
 * code.
 */
function rampEnds({ size, base, settings }: ScalingContext<"originalLength">) {
  const { originalLength, betaFast, betaSlow } = settings;
  const pairWithTurns = (turns: number) =>
    (size * Math.log(originalLength / (turns * 2 * Math.PI))) / (2 * Math.log(base));
  const fast = Math.max(0, Math.floor(pairWithTurns(betaFast)));
  const slow = Math.min(size - 1, Math.ceil(pairWithTurns(betaSlow)));
  return { oneAt: fast, zeroAt: slow === fast ? fast + 0.001 : slow };
}

export type ScalingName = keyof typeof SCALINGS;

export const SCALING_NAMES = Object.keys(SCALINGS) as ScalingName[];
