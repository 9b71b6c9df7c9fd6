import { MULTIHEAD_INPUTS, recordMultihead } from "../../attention/heads/multihead.js";
import { MULTIHEAD_SETTINGS } from "../../attention/heads/multihead-settings.js";
import type { CommandDefinition } from "../definition.js";

export const multihead: CommandDefinition = {
  name: "multihead",
  summary: "Multi-head attention: projections, heads, concatenation, output projection.",
  examples: [
    ["two heads of two columns", "qkv multihead --x '1 0 2 1; 0 1 1 2; 1 1 0 1' --heads 2"],
    [
      "two query heads share one key and value head (MQA)",
      "qkv multihead fixtures/inputs/two-heads.json --kv-heads 1",
    ],
    [
      "a layer of GPT-2 at its real size, with drawn numbers",
      "qkv multihead --preset gpt2 --random --seed 1 --length 6",
    ],
  ],
  inputs: MULTIHEAD_INPUTS,
  settings: MULTIHEAD_SETTINGS,
  demo: JSON.stringify({
    tokens: ["please", "study", "man"],
    x: [
      [1, 0, 2, 1],
      [0, 1, 1, 2],
      [1, 1, 0, 1],
    ],
    wq: [
      [1, 0, 0, 1],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [1, 0, 0, 1],
    ],
    wk: [
      [0, 1, 0, 0],
      [1, 0, 0, 1],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    wv: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    wo: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ],
    settings: { heads: 2 },
  }),
  record: recordMultihead,
};
