import { ATTEND_SETTINGS } from "../attention/attend-settings.js";
import { positive, type Setting } from "../attention/setting.js";
import { alias } from "./alias.js";
import { attend } from "./attend.js";

const { softcap, maskTrue, causal, align, queryOffset, keyLength, maskFill, emptyRow } = ATTEND_SETTINGS;

const temperature: Setting<string> = {
  value: "<t>",
  help: "divides the scores: below 1 sharper, above 1 flatter",
  group: "Scale",
  brief: "divide the scores: below 1 sharper, above 1 flatter",
  default: "1",
  // Kept as it was written: it stands in the scale that repeats the run.
  parse(given) {
    positive(given);
    return String(given);
  },
};

/** `qkv attend` of scores that are given. */
export const softmax = alias(
  { ...attend, unnamed: "scores", demo: () => '{"scores": [[2, 1, 0.1]]}' },
  {
    name: "softmax",
    summary: "The softmax of each row of numbers, step by step.",
    examples: [
      ["three scores", "qkv softmax '2 1 0.1'"],
      ["the same, sharper", "qkv softmax '2 1 0.1' --temperature 0.5"],
      ["where one weight comes from", "qkv softmax '2 1 0.1; 0 1 1' --why 'weights[1,2]'"],
    ],
    usage: "[SCORES] [options]",
    wordsHelp: "the scores, one row a softmax: '2 1 0.1', a file, or - for standard input",
    inputs: ["scores", "mask", "bias", "value"],
    labels: { tokens: "names of the rows", keyTokens: "names of the columns" },
    settings: { temperature, softcap, maskTrue, causal, align, queryOffset, keyLength, maskFill, emptyRow },
    expand({ words, values: { temperature: divisor, ...values } }) {
      return {
        words,
        values: divisor === undefined ? values : { ...values, scale: scaleOfTemperature(divisor) },
      };
    },
  },
);

/** 1/T as the scale is written: so it stands in the line that repeats the run. Throws BAD_VALUE for a T that is not above 0. */
export function scaleOfTemperature(temperature: unknown): string {
  positive(temperature);
  const text = String(temperature);
  return /^[\d.]+$/.test(text) ? `1/${text}` : `1/(${text})`;
}
