import { COMPARE_SCORING_INPUTS, recordCompareScoring } from "../../attention/comparison/compare-scoring.js";
import { COMPARE_SCORING_SETTINGS } from "../../attention/comparison/compare-scoring-settings.js";
import type { CommandDefinition } from "../definition.js";
import { DEMO_MATRICES } from "./demo-matrices.js";

export const compareScoring: CommandDefinition = {
  name: "compare-scoring",
  summary: "Scoring functions side by side on the same queries and keys, and what scaling is for.",
  examples: [
    [
      "two scorings of the same queries and keys",
      "qkv compare-scoring --query '1 0; 0 2' --key '1 1; 0 1' --scorings dot,cosine",
    ],
    ["as d_k grows, the softmax without scaling saturates", "qkv compare-scoring --sweep d_k=2..512"],
    [
      "all of them, with drawn parameters",
      "qkv compare-scoring fixtures/inputs/please-study-man.json --seed 1",
    ],
  ],
  inputs: COMPARE_SCORING_INPUTS,
  settings: COMPARE_SCORING_SETTINGS,
  needsNoInput: ({ sweep }) => sweep !== undefined,
  demo: JSON.stringify({ ...DEMO_MATRICES, settings: { seed: 1 } }),
  record: (problem, options) => recordCompareScoring(problem, options?.onProgress),
};
