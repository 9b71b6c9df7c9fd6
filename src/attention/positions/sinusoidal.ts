import { refuseAs, setting } from "../../errors.js";
import { powerFrequencies } from "../../math/frequencies.js";
import { greatest } from "../../math/lists.js";
import { angles, frequencyPowers, sinusoids, wavelengths } from "../../ops/waves.js";
import { record, recorder } from "../recorder.js";
import { type AddedKind, columnsOf, type EncodingContext, recordSum } from "./kind.js";
import type { EncodingSettings } from "./kind-settings.js";
import { type RecordedSinusoids, recordDotProducts, recordSinusoidShift, shortNumber } from "./shift.js";

/** The options of a sinusoid in a paper or library. */
type SinusoidRule = Required<Pick<EncodingSettings, "columns" | "exponent" | "oddD" | "base">>;

const TENSOR2TENSOR = {
  columns: "halves",
  exponent: "half-minus-one",
  oddD: "zero",
  firstPosition: 0,
} as const;

/** The options of each named convention. fairseq reserves row 1 for padding, so its first position is 2. */
const CONVENTIONS = {
  paper: { columns: "interleaved", exponent: "paper", oddD: "refuse", firstPosition: 0 },
  tensor2tensor: TENSOR2TENSOR,
  fairseq: { ...TENSOR2TENSOR, firstPosition: 2 },
} as const;

/** The exponents, which decide how fast wavelengths grow: pair i of d columns has base^(−i·step/denominator). */
export const EXPONENTS = {
  paper: { power: "2i/d", rule: (cols: number) => ({ step: 2, denominator: cols }), text: undefined },
  "half-minus-one": {
    power: "i/(d/2 − 1)",
    rule: (cols: number) => ({ step: 1, denominator: Math.max(1, Math.floor(cols / 2) - 1) }),
    text: undefined,
  },
  doubled: {
    power: "4i/d",
    rule: (cols: number) => ({ step: 4, denominator: cols }),
    text: "the exponent is 4i/d, twice the paper's 2i/d (as in the released code of Macaw-LLM)",
  },
} as const;

export type Exponent = keyof typeof EXPONENTS;

/** Sines and cosines with wavelengths from 2π to base·2π (Vaswani et al. 2017, section 3.5). */
export const sinusoidal: AddedKind = {
  title: "sines and cosines of the position",
  source: "Vaswani et al. 2017, section 3.5",
  settings: [
    "base",
    "dModel",
    "convention",
    "columns",
    "exponent",
    "oddD",
    "embeddingScale",
    "shift",
    "dotProducts",
  ],
  firstPosition: (settings) => conventionOf(settings).firstPosition,
  encode: (context) => recordSinusoids(context).ref,
  record(context) {
    const { settings } = context;
    const encoding = recordSinusoids(context);
    recordSum(context, encoding.ref);
    if (settings.shift !== undefined) recordSinusoidShift(context, encoding, settings.shift);
    if (settings.dotProducts) recordDotProducts(encoding.ref, context.positions);
    if (settings.shift === undefined && !settings.dotProducts) stateTurns(encoding);
  },
};

/** States, as the fact `turns`, after how many positions the fastest and the slowest pair have made one turn. */
function stateTurns({ frequencies: { values } }: RecordedSinusoids) {
  const [fastest, slowest] = [values[0], values[values.length - 1]].map((rate) => (2 * Math.PI) / rate);
  const last = values.length > 1 ? `, pair ${values.length - 1} once in ${shortNumber(slowest)}` : "";
  recorder.finding(
    "turns",
    { fastest, slowest },
    `Each pair of columns is a sine and a cosine. Pair 0 turns once in ${shortNumber(fastest)} positions${last}.`,
  );
}

const conventionOf = ({ convention = "paper" }: EncodingSettings) => CONVENTIONS[convention];

/** Returns the options in use: those that are set, then those of the named convention, then the paper's. */
function sinusoidRule(settings: EncodingSettings) {
  const named = conventionOf(settings);
  const { columns = named.columns, exponent = named.exponent, oddD = named.oddD, base } = settings;
  return { columns, exponent, oddD, base };
}

/** Throws BAD_VALUE for a number of columns that the rule, or a shift, cannot fill in pairs. */
function requirePairs(cols: number, { oddD }: SinusoidRule, { shift }: EncodingContext["settings"]) {
  if (cols < 2)
    refuseAs(
      "BAD_VALUE",
      "An encoding of one column has no room for a sine and a cosine.",
      `Give ${setting("dModel")} 2 or more.`,
    );

  if (cols % 2 === 0 || oddD === "zero" || (oddD === "sine" && shift === undefined)) return;
  refuseAs(
    "BAD_VALUE",
    `d = ${cols} is odd: the last sine has no cosine.`,
    oddD === "sine"
      ? `Without its cosine a sine cannot be shifted: give an even number of columns, or leave out ${setting("shift")}.`
      : `Give an even number of columns, or ${setting("oddD")} zero, which fills the last column with 0, or ${setting("oddD")} sine, which leaves it a sine.`,
  );
}

/** States the rule and records `rates` with `wavelengths` (1×pairs), `angles` (n×pairs) and `encoding` (n×d). */
function recordSinusoids(context: EncodingContext) {
  const { positions, axis } = context;
  const rule = sinusoidRule(context.settings);
  const cols = columnsOf(context);
  requirePairs(cols, rule, context.settings);
  stateRule(context, rule, cols);
  const pairs = rule.oddD === "sine" ? Math.ceil(cols / 2) : Math.floor(cols / 2);
  const power = EXPONENTS[rule.exponent].rule(cols);
  const frequencies = powerFrequencies({ base: rule.base, ...power }, pairs);
  const formula = `ω_i = 1 / base^(${EXPONENTS[rule.exponent].power})`;
  const rates = record("rates", frequencyPowers, [], { frequencies }, formula);
  record("wavelengths", wavelengths, [rates]);
  const turned = record("angles", angles, [rates], { positions }, { rows: axis });
  const ref = record(
    "encoding",
    sinusoids,
    [turned],
    { positions, frequencies, layout: rule.columns, cols, factor: 1 },
    { formula: encodingFormula(rule), notes: roundingNotes(positions) },
  );
  return { ref, rates, frequencies, columns: rule.columns, cols };
}

function encodingFormula({ columns, exponent }: SinusoidRule) {
  const power = `base^(${EXPONENTS[exponent].power})`;
  const [sine, cosine] = columns === "interleaved" ? ["2i", "2i+1"] : ["i", "d/2+i"];
  return `PE(pos, ${sine}) = sin(pos / ${power}), PE(pos, ${cosine}) = cos of the same, in radians`;
}

/**
 * Above this angle neighbouring float64 numbers are 1e-13 apart, so the sine of a plain formula has errors of that
 * size.
 */
const LARGEST_PLAIN_ANGLE = 1000;

function roundingNotes(positions: Float64Array) {
  const farthest = greatest(positions, Math.abs);
  if (farthest <= LARGEST_PLAIN_ANGLE) return [];
  const error = (farthest * Number.EPSILON) / 2;
  return [
    `the sines of the exact angles; the plain formula in float64 rounds an angle of ${farthest} first and can be ${error.toExponential(0)} off`,
  ];
}

const LAST_OF_ODD: Readonly<Record<SinusoidRule["oddD"], string | undefined>> = {
  zero: "the last of an odd number of columns is 0",
  sine: "the last of an odd number of columns is a sine without its cosine",
  refuse: undefined,
};

function stateRule({ positions, settings }: EncodingContext, rule: SinusoidRule, cols: number) {
  const { convention: state } = recorder;
  const { convention } = settings;
  if (convention) state("convention", convention, `as ${convention} has it`);
  state(
    "columns",
    rule.columns,
    rule.columns === "interleaved" ? "sine and cosine alternate" : "all sines, then all cosines",
  );
  state("exponent", rule.exponent, EXPONENTS[rule.exponent].text);
  state("base", rule.base, `base ${rule.base}`);
  state("oddD", rule.oddD, cols % 2 === 1 ? LAST_OF_ODD[rule.oddD] : undefined);
  state("firstPosition", positions[0] ?? 0, `first position ${positions[0] ?? 0}`);
  state("angles", "radians", "angles in radians");
}
