import { ATTEND_SETTINGS } from "../attention/attend-settings.js";
import type { Setting } from "../attention/setting.js";
import { attend } from "./attend.js";
import { recording } from "./recording.js";

const { softcap, maskTrue, causal, align, queryOffset, keyLength, maskFill, emptyRow } = ATTEND_SETTINGS;

/** The temperature, with a brief help so that it is shown by -h. */
const temperature: Setting<number> = {
  ...ATTEND_SETTINGS.temperature,
  brief: "divide the scores: below 1 sharper, above 1 flatter",
};

/** `qkv attend` with given scores. */
export const softmax = recording(
  { ...attend, unnamed: ["scores"], demo: () => '{"scores": [[2, 1, 0.1]]}' },
  {
    name: "softmax",
    summary: "The softmax of each row of numbers, step by step.",
    examples: [
      ["three scores", "qkv softmax '2 1 0.1'"],
      ["the same, sharper", "qkv softmax '2 1 0.1' --temperature 0.5"],
      ["where one weight comes from", "qkv softmax '2 1 0.1; 0 1 1' --why 'weights[1,2]'"],
    ],
    usage: "[SCORES] [options]",
    wordsHelp: "the scores, one softmax per row: '2 1 0.1', a file, or - for standard input",
    inputs: ["scores", "mask", "bias", "value"],
    labels: { tokens: "names of the rows", keyTokens: "names of the columns" },
    settings: { temperature, softcap, maskTrue, causal, align, queryOffset, keyLength, maskFill, emptyRow },
  },
);
