import { ATTEND_SETTINGS } from "../attention/attend-settings.js";
import { positive, type Setting } from "../attention/setting.js";
import { UserError } from "../errors.js";
import { attend } from "./attend.js";
import type { Shortcut } from "./shortcuts/shortcut.js";

const { softcap, maskTrue, causal, align, queryOffset, keyLength, maskFill, emptyRow } = ATTEND_SETTINGS;

const temperature: Setting<number> = {
  flag: "--temperature <t>",
  help: "divides the scores: below 1 sharper, above 1 flatter",
  group: "Scores",
  default: 1,
  parse: positive,
};

/** `qkv attend` of scores that are given. */
export const softmax: Shortcut = {
  name: "softmax",
  summary: "The softmax of each row of numbers, step by step.",
  examples: [
    ["three scores", "qkv softmax '2 1 0.1'"],
    ["the same, sharper", "qkv softmax '2 1 0.1' --temperature 0.5"],
    ["where one weight comes from", "qkv softmax '2 1 0.1; 0 1 1' --why 'weights[1,2]'"],
  ],
  of: { ...attend, unnamed: "scores", demo: () => '{"scores": [[2, 1, 0.1]]}' },
  usage: "[SCORES] [options]",
  sourceHelp: "the scores, one row a softmax: '2 1 0.1', a file, or - for standard input",
  inputs: ["scores", "mask", "bias", "value"],
  labels: { tokens: "names of the rows", keyTokens: "names of the columns" },
  settings: { temperature, softcap, maskTrue, causal, align, queryOffset, keyLength, maskFill, emptyRow },
  expand({ sources, options: { temperature: divisor, ...options } }) {
    if (divisor === undefined) return { sources, options };
    return { sources, options: { ...options, scale: reciprocal(divisor) } };
  },
};

/** 1/T as `--scale` is written. */
function reciprocal(divisor: unknown): string {
  try {
    positive(divisor);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, error.message, { location: { source: "--temperature" } });
  }
  return /^[\d.]+$/.test(String(divisor)) ? `1/${divisor}` : `1/(${divisor})`;
}
