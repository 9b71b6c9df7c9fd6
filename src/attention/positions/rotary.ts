import { counted, refuseAs, setting, UserError } from "../../errors.js";
import { givenFrequencies, powerFrequencies } from "../../math/frequencies.js";
import { greatest } from "../../math/lists.js";
import { type Pairing, rotatePairs } from "../../ops/pairs.js";
import { angles, divideFrequencies, frequencyPowers, ramp, sinusoids } from "../../ops/waves.js";
import type { Axis } from "../../trace/trace.js";
import { numbersOf, type Ref, record, type StepOverrides, type StepText } from "../recorder.js";
import type { RotarySettings } from "./kind-settings.js";
import { requireSettings, SCALINGS, type Scaling, type ScalingContext } from "./scaling.js";

// Rotary position embedding (Su et al. 2021): queries and keys are rotated by angles that grow with their positions.

type RotaryFrequencies = ReturnType<typeof recordRotaryFrequencies>;

/** cos and sin of every angle, n×pairs, each pair once, and the steps they are computed from. */
export type RotaryTables = ReturnType<typeof recordRotaryWaves>;

/**
 * Records `inverse-frequencies` (1×pairs; with some scalings `unscaled-frequencies` and `ramp` before them), which can
 * be shared by several lists of positions. R is the columns of a head if `rotarySize` is not set. Throws BAD_VALUE if R is
 * odd or too large, and MISSING_INPUT for settings that the scaling needs.
 */
export function recordRotaryFrequencies(
  settings: RotarySettings,
  headSize: number,
  positions: ArrayLike<number>,
) {
  const size = rotarySize(settings, headSize);
  const scaling: Scaling | undefined = settings.scaling && SCALINGS[settings.scaling];
  const context: ScalingContext = {
    size,
    base: settings.base,
    settings,
    length: settings.sequenceLength ?? Math.floor(greatest(positions)) + 1,
  };
  if (settings.scaling && scaling) requireSettings(settings.scaling, scaling, settings);
  const base = scaling?.base?.(context) ?? context.base;
  if (!(base > 0 && Number.isFinite(base))) throw outOfRange(`the base becomes ${base}`, context);
  const attentionFactor = scaling?.attentionFactor?.(context) ?? 1;
  const powers = powerFrequencies({ base, step: 2, denominator: size }, size / 2);
  const powersAs = (name: "inverse-frequencies" | "unscaled-frequencies", text: StepText) =>
    record(name, frequencyPowers, [], { frequencies: powers }, text);
  const final: StepOverrides = {
    formula: scaling ? `${scaling.formula} (${scaling.source})` : UNSCALED,
    notes: base === context.base ? [] : [`base ${context.base} becomes ${base}`],
  };
  if (!scaling?.divisors) {
    return { ref: powersAs("inverse-frequencies", final), exact: powers, size, base, attentionFactor };
  }
  const unscaled = powersAs("unscaled-frequencies", UNSCALED);
  const divisors = scaling.divisors(context);
  const { ramp: slope } = scaling;
  const kept = slope && record("ramp", ramp, [unscaled], slope.ends(context), slope.formula);
  const ref = record("inverse-frequencies", divideFrequencies, [unscaled, kept], { divisors }, final);
  const frequencies = numbersOf(ref).data;
  const nonFinite = frequencies.find((frequency) => !Number.isFinite(frequency));
  if (nonFinite !== undefined) throw outOfRange(`a frequency becomes ${nonFinite}`, context);
  return { ref, exact: givenFrequencies(frequencies), size, base, attentionFactor };
}

/** Returns the error for settings that are valid alone, but together give no finite frequency. */
function outOfRange(what: string, { base, settings }: ScalingContext) {
  const { scalingFactor } = settings;
  const factor = scalingFactor === undefined ? "" : ` and ${setting("scalingFactor")} ${scalingFactor}`;
  return new UserError(
    "BAD_VALUE",
    `With base ${base}${factor} ${what}.`,
    "Frequencies must be finite: choose a base above 1, such as 10000, and a moderate factor.",
  );
}

const UNSCALED = "ω_i = base^(−2i/R)";

function rotarySize(settings: RotarySettings, headSize: number) {
  const size = settings.rotarySize ?? headSize;
  if (size <= headSize && size % 2 === 0) return size;
  const message =
    size > headSize
      ? `${setting("rotarySize")} ${size} is more than the ${headSize} columns of a head.`
      : `${counted(size, "column")} cannot be paired: RoPE rotates columns in pairs.`;
  refuseAs(
    "BAD_VALUE",
    message,
    headSize < 2
      ? "RoPE needs two columns or more."
      : `Give an even ${setting("rotarySize")} up to ${headSize - (headSize % 2)}; the other columns stay unchanged.`,
  );
}

/**
 * Records `angles`, `cos` and `sin` of these frequencies at some positions, n×pairs. `prefix` distinguishes the ids of
 * the steps if queries and keys have separate tables: "key-".
 */
export function recordRotaryWaves(
  frequencies: RotaryFrequencies,
  positions: Float64Array,
  axis: Axis,
  prefix = "",
) {
  const { ref, exact, size, attentionFactor } = frequencies;
  const whose = prefix === "" ? "" : ` (${prefix.slice(0, -1)})`;
  const turned = record(
    "angles",
    angles,
    [ref],
    { positions },
    {
      id: `${prefix}angles`,
      title: `Angles${whose}`,
      formula: "θ = pos·ω, in radians",
      rows: axis,
    },
  );
  const params = { positions, frequencies: exact, cols: size / 2, factor: attentionFactor };
  const factorText = attentionFactor === 1 ? "" : " times the attention factor";
  const wave = (id: "cos" | "sin", layout: "cosine" | "sine") =>
    record(
      id,
      sinusoids,
      exact.power ? [turned] : [turned, ref],
      { ...params, layout },
      {
        id: prefix + id,
        title: id + whose,
        formula: `${id} θ${factorText}`,
      },
    );
  return { ...frequencies, angles: turned, cos: wave("cos", "cosine"), sin: wave("sin", "sine") };
}

/**
 * Records vectors rotated with tables of cos and sin: n×d → n×d. Vectors and tables must have the same number of rows.
 */
export function recordRotated(
  name: "rotated" | "rotated-half-split" | "shifted" | "q-rotated" | "k-rotated",
  vectors: Ref,
  { cos, sin }: RotaryTables,
  pairing: Pairing,
  overrides?: StepOverrides,
): Ref {
  const formula = `${PAIR_TEXT[pairing]} turned by θ_i`;
  return record(name, rotatePairs, [vectors, cos, sin], { pairing }, { formula, ...overrides });
}

const PAIR_TEXT: Readonly<Record<Pairing, string>> = {
  interleaved: "columns (2i, 2i + 1)",
  "half-split": "columns (i, i + R/2)",
};

/**
 * Describes RoPE for the conventions of a run: "RoPE turns columns (2i, 2i + 1) of the first R = 64, base 10000, yarn
 * scaling".
 */
export function describeRotary(pairing: Pairing, size: number, { base, scaling }: RotarySettings): string {
  const scaled = scaling ? `, ${scaling} scaling` : "";
  return `RoPE rotates ${PAIR_TEXT[pairing]} of the first R = ${size}, base ${base}${scaled}`;
}
