import { MULTIHEAD_INPUTS, recordMultihead } from "../attention/heads/multihead.js";
import { MULTIHEAD_SETTINGS, type MultiheadSettings } from "../attention/heads/multihead-settings.js";
import { attentionNeeds, type ProblemNeed, SCALED } from "../runs/attention-needs.js";
import { type CommandSpec, withSettingsBefore } from "../runs/command-spec.js";
import { besides, need } from "../runs/needs.js";
import { DRAW_SETTINGS, type DrawSettings } from "../systems/drawn/draw-settings.js";
import {
  type Draw,
  type DrawContext,
  drawParameters,
  drawSources,
  drawWeights,
  headVectors,
  OUTPUT,
  PROJECTIONS,
} from "../systems/drawn/draws.js";
import { demoOfHeads, rowsIn } from "./demo-matrices.js";

export type MultiheadCommandSettings = MultiheadSettings & DrawSettings;

/** The needs of settings that the heads have in common with other commands. */
export const HEAD_NEEDS: readonly ProblemNeed[] = [
  besides("rope", "rotarySize scaling"),
  besides("alibi", "biasMax symmetric"),
  ...SCALED,
  ...attentionNeeds(),
];

const COMPARED: ProblemNeed = need(
  "one number of heads, but --compare-heads tries several",
  ({ compareHeads }) => compareHeads === undefined,
  "heads kvHeads",
);

/**
 * Returns what `--random` draws for heads: the inputs, W^Q to W^O, the parameters of the scoring, and bias rows for
 * keys and values.
 */
export function drawHeads(context: DrawContext<MultiheadCommandSettings>): readonly Draw[] {
  const sizes = context.sizes();
  return [
    ...drawSources(context, sizes),
    ...drawWeights([...PROJECTIONS, ...OUTPUT], context.initial, sizes),
    ...drawParameters(context, headVectors(sizes)),
    ...drawWeights(["biasK", "biasV"], context.initial, sizes),
  ];
}

/** Whether the queries or keys of the heads are normed. */
export const normsHeads: ProblemNeed["isThere"] = ({ queryNorm, keyNorm }) =>
  (queryNorm ?? keyNorm) !== undefined;

const NORMED: ProblemNeed = need("norms of queries and keys, but there are none", normsHeads, "eps");

export const multihead: CommandSpec<MultiheadCommandSettings> = {
  name: "multihead",
  summary: "Multi-head attention: projections, heads, concatenation, output projection.",
  examples: [
    ["two heads of two columns", "qkv multihead --x '1 0 2 1; 0 1 1 2; 1 1 0 1' --heads 2"],
    [
      "two query heads share one key and value head (MQA)",
      "qkv multihead --x '1 0; 0 1' --wk '1; 1' --wv '1; 0' --heads 2 --kv-heads 1",
    ],
    [
      "norms of the queries and keys of each head (Qwen3)",
      "qkv multihead --x '1 0 2 1; 0 1 1 2; 1 1 0 1' --heads 2 --query-norm '1 2' --key-norm '1 1' --eps 1e-6",
    ],
    [
      "how torch's module reads a mask in which true means masked",
      "qkv multihead --x '1 0 2 1; 0 1 1 2; 1 1 0 1' --heads 2 --mask '0 1 1; 0 0 1; 0 0 0' --mask-true drop --as torch-mha",
    ],
    [
      "a layer of GPT-2 at its real size, with drawn numbers",
      "qkv multihead --preset gpt2 --random --seed 1 --length 6",
    ],
    [
      "the same in PyTorch for several processes: torchrun --nproc-per-node 2 run.py",
      "qkv multihead --demo --emit torch --parallel",
    ],
  ],
  isOneCall: true,
  inputs: MULTIHEAD_INPUTS,
  settings: withSettingsBefore("stream", MULTIHEAD_SETTINGS, DRAW_SETTINGS),
  demo: () =>
    JSON.stringify({
      ...demoOfHeads(),
      wv: rowsIn("1 0 0 0; 0 1 0 0; 0 0 1 0; 0 0 0 1"),
      wo: rowsIn("1 0 0 0; 0 1 0 0; 1 0 1 0; 0 1 0 1"),
      settings: { heads: 2 },
    }),
  presets: {
    absence: "one attention, which is not split into heads",
    settingsForProblem: (preset, { size: { heads = 1, kvHeads = heads } }) => ({
      ...preset,
      heads,
      ...(kvHeads !== heads && { kvHeads }),
    }),
  },
  draws: drawHeads,
  needs: [COMPARED, NORMED, ...HEAD_NEEDS],
  record: recordMultihead,
};
