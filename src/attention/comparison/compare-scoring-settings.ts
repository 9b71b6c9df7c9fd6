import { setting, UserError } from "../../errors.js";
import { nearest } from "../../suggestion.js";
import { ATTEND_SETTINGS } from "../attend-settings.js";
import { SCORING_NAMES, type ScoringName } from "../scoring/registry.js";
import { listOf, number, type SettingsIn, settingTable, takes, wholeNumber } from "../setting.js";

const { scoring, stream: _stream, loss: _loss, dropoutP: _dropoutP, ...SHARED_SETTINGS } = ATTEND_SETTINGS;

export const COMPARE_SCORING_SETTINGS = settingTable("Comparison", {
  scorings: takes(
    "<names>",
    Object.assign((given: unknown): readonly ScoringName[] => [...new Set(listOf(scoring.parse)(given))], {
      choices: SCORING_NAMES,
    }),
    `which to compare: ${SCORING_NAMES.join(", ")}`,
    { brief: "the scorings to compare: dot,cosine,additive", defaultText: "all whose parameters are given" },
  ),
  seed: takes(
    "<n>",
    wholeNumber(0),
    `the seed of missing parameters (Glorot uniform), of the samples of a sweep and of ${setting("random")}`,
  ),
  dA: takes("<n>", wholeNumber(1), "the number of features of drawn parameters", { defaultText: "d_k" }),
  jacobian: takes("<row>", wholeNumber(0), "also the Jacobian diag(p) − p pᵀ of the softmax of this row"),
  outputGradient: takes(
    "<numbers>",
    listOf(number),
    "∂L/∂output of that row, d_v numbers: how the gradient reaches the scores",
  ),
  sweep: takes(
    "<range>",
    (given) => {
      parseSweep(given);
      return String(given).trim();
    },
    "how the numbers change as one size grows: d_k=2..512 (doubling), n=, scale=, softcap=, temperature=",
    { group: "Sweep", brief: "how scores change as one size grows: d_k=2..512" },
  ),
  samples: takes("<n>", wholeNumber(2), "queries drawn for each size of a sweep", {
    group: "Sweep",
    default: 1000,
  }),
  sampleKeys: takes("<n>", wholeNumber(2), "the number of keys of a drawn query", {
    group: "Sweep",
    default: 16,
  }),
  sampleSize: takes("<d>", wholeNumber(1), "d_k, if a sweep is over something else", {
    group: "Sweep",
    default: 64,
  }),
  ...SHARED_SETTINGS,
});

/** Settings of `compare-scoring`: those of one attention except `scoring`, and those of the comparison. */
export type CompareScoringSettings = SettingsIn<typeof COMPARE_SCORING_SETTINGS>;

/**
 * What a sweep can vary, with its setting: d_k, the number of keys n, or a number that is applied to the scores before
 * the softmax.
 */
export const SWEPT = {
  d_k: "sampleSize",
  n: "sampleKeys",
  scale: "scale",
  softcap: "softcap",
  temperature: "temperature",
} as const;

type Swept = keyof typeof SWEPT;

const NAMES = Object.keys(SWEPT) as Swept[];

/** One quantity with several values, smallest first. */
export interface Sweep {
  readonly over: Swept;
  readonly values: readonly number[];
}

const MAX_VALUES = 64;
const LARGEST_SIZE = 4096;

/**
 * Parses a sweep. `d_k=2..512` means 2, 4, 8, … 512; the end is included even if doubling does not reach it.
 * `n=4,16,64` means these values. Throws BAD_VALUE.
 */
export function parseSweep(given: unknown): Sweep {
  const text = String(given).trim();
  const [, name, range] = /^([A-Za-z_]+)\s*=\s*(.+)$/.exec(text) ?? [];
  if (!name || !range) throw sweepError(`"${text}" is no sweep.`);
  const over = NAMES.find((swept) => swept === name.toLowerCase());
  if (!over) {
    const near = nearest(name, NAMES);
    throw sweepError(`"${name}" cannot be swept.`, near && `Did you mean "${near}"?`);
  }
  const values = range.includes("..") ? doubling(range) : range.split(",").map(toNumber);
  checkValues(over, values);
  return { over, values };
}

function doubling(range: string) {
  const ends = range.split("..");
  const [first, last] = ends.map(toNumber);
  if (ends.length !== 2 || !(first > 0) || !(last >= first) || !Number.isFinite(last)) {
    throw sweepError(`"${range}" is not a range: it must go from a number above 0 to a larger one.`);
  }
  const values: number[] = [];
  for (let value = first; value < last && values.length < MAX_VALUES; value *= 2) values.push(value);
  return [...values, last];
}

function toNumber(text: string) {
  const trimmed = text.trim();
  const value = trimmed === "" ? Number.NaN : Number(trimmed);
  if (Number.isNaN(value)) throw sweepError(`"${text}" is no number.`);
  return value;
}

function checkValues(over: Swept, values: readonly number[]) {
  if (values.length > MAX_VALUES) throw sweepError(`A sweep has at most ${MAX_VALUES} values.`);
  const isSize = over === "d_k" || over === "n";
  const smallest = over === "n" ? 2 : 1;
  for (const [index, value] of values.entries()) {
    if (isSize && !(Number.isSafeInteger(value) && value >= smallest && value <= LARGEST_SIZE)) {
      throw sweepError(`${over} = ${value} is not a whole number from ${smallest} to ${LARGEST_SIZE}.`);
    }
    if (!(value > 0 && Number.isFinite(value)))
      throw sweepError(`${over} = ${value} is not a number above 0.`);
    if (index > 0 && value <= values[index - 1]) throw sweepError("The values of a sweep must grow.");
  }
}

function sweepError(message: string, hint?: string) {
  return new UserError(
    "BAD_VALUE",
    message,
    hint ||
      `Write d_k=2..512 (doubling) or d_k=2,64,512; the sizes that can be swept are ${NAMES.join(", ")}.`,
  );
}
