import { INPUTS } from "../attention/inputs.js";
import { LAYER_INPUTS, NORM_INPUTS, recordLayer } from "../attention/layer/layer.js";
import { LAYER_SETTINGS, type LayerSettings } from "../attention/layer/layer-settings.js";
import { setting } from "../errors.js";
import type { AnyGiven, ProblemNeed } from "../runs/attention-needs.js";
import { type CommandSpec, withSettingsBefore } from "../runs/command-spec.js";
import { need } from "../runs/needs.js";
import { LAYER_DRAW_SETTINGS, type LayerDrawSettings } from "../systems/drawn/draw-settings.js";
import { drawCrossAttention, drawLayer } from "../systems/drawn/draws.js";
import { demoOfHeads, rowsIn } from "./demo-matrices.js";
import { drawHeads, HEAD_NEEDS, multihead, normsHeads } from "./multihead.js";

export type LayerCommandSettings = LayerSettings & LayerDrawSettings;

const isNormed: ProblemNeed["isThere"] = ({ norm }) => norm !== "none";

/** What the attention of a layer is computed from, and how, by the groups of the help. */
const OF_ATTENTION = Object.entries({ ...INPUTS, ...LAYER_SETTINGS })
  .filter(([, { group }]) => ["Matrices", "Projections", "Heads", "Scores", "Masks"].includes(group))
  .map(([name]) => name)
  .filter((name) => name !== "x" && name !== "memory");
const REST = [...OF_ATTENTION, "memory", "sublayer", "norm"];

/** The inputs and settings that each part alone does not use. */
const LEFT_OUT = {
  norm: [...REST, "w1", "b1", "w2", "b2", "w3", "b3", "activation", "norm2", "norm2Bias"],
  "feed-forward": [...REST, "normKind", "eps", ...NORM_INPUTS],
} as const;

/** Returns what a layer leaves out: besides its only part, or of an attention whose output is given. */
function leftOutOf({ part, sublayer, memory }: LeftOutBy): readonly string[] {
  if (part) return LEFT_OUT[part];
  // The attention to memory is one, too.
  return sublayer && !memory ? OF_ATTENTION : [];
}

type LeftOutBy = Pick<Parameters<ProblemNeed["isThere"]>[0], "part" | "sublayer" | "memory">;

const NEEDS: readonly ProblemNeed[] = [
  need("norms, but --norm none leaves them out", isNormed, "normKind"),
  need("norms, but --norm none leaves them out", (given) => isNormed(given) || normsHeads(given), "eps"),
  need(
    "a feed-forward (w1 and w2)",
    ({ w1, w2, random }) => random === true || (w1 ?? w2) !== undefined,
    "activation",
  ),
  ...(["norm", "feed-forward"] as const).map((part) =>
    need<AnyGiven>(
      `the rest of the layer, but ${setting("part")} ${part} leaves it out`,
      (given) => given.part !== part,
      LEFT_OUT[part].join(" "),
    ),
  ),
  need(
    "an attention, but sublayer is given as its output",
    (given) => given.part !== undefined || leftOutOf(given).length === 0,
    OF_ATTENTION.join(" "),
  ),
  need(
    "the norm before an attention, but sublayer is given as its output",
    ({ part, sublayer, norm }) => part !== undefined || sublayer === undefined || norm !== "pre",
    "norm1 norm1Bias",
  ),
  ...HEAD_NEEDS,
];

export const layer: CommandSpec<LayerCommandSettings> = {
  name: "layer",
  summary: "One layer of a transformer: attention, feed-forward, norms and residual sums.",
  examples: [
    [
      "a layer of two columns, small enough to compute by hand",
      "qkv layer --x '1 0; 0 1' --w1 '1 0 1; 0 1 1' --w2 '1 0; 0 1; 1 1' --norm pre",
    ],
    ["a layer norm alone", "qkv layer --x '1 2 3 6; 0 1 2 4' --part norm"],
    [
      "a small layer of GPT-2 with drawn weights",
      "qkv layer --preset gpt2 --random --length 3 --d-model 4 --heads 2",
    ],
    [
      "a decoder's layer, which also attends to the encoder's output",
      "qkv layer --preset transformer-decoder --random --length 3 --d-model 4 --heads 2",
    ],
    ["the same in JAX for several devices", "qkv layer --demo --emit jax --parallel"],
  ],
  inputs: LAYER_INPUTS,
  inputHelp: {
    x: "the input of the layer, one row per token, n×d_model",
    memory: "output of an encoder, m×d_model, which the layer attends to after its own attention",
  },
  settings: withSettingsBefore("stream", LAYER_SETTINGS, LAYER_DRAW_SETTINGS),
  demo: () =>
    JSON.stringify({
      ...demoOfHeads(),
      w1: rowsIn("1 0 0 1 0 1; 0 1 0 1 1 0; 0 0 1 0 1 0; 0 0 0 0 0 -1"),
      b1: rowsIn("0 0 0 0 0 1"),
      w2: rowsIn("1 0 0 0; 0 1 0 0; 0 0 1 0; 0 0 0 1; 1 0 1 0; 0 -1 0 1"),
      settings: { heads: 2 },
    }),
  presets: { ...multihead.presets, absence: "no layers of its own, but one attention" },
  draws(context) {
    const sizes = context.sizes();
    const { settings, matrices } = context.problem;
    const leftOut = leftOutOf({ ...settings, ...matrices });
    return [
      ...drawHeads(context),
      ...drawCrossAttention(context, sizes),
      ...drawLayer(context, sizes),
    ].filter(({ input }) => !leftOut.includes(input));
  },
  needs: NEEDS,
  record: recordLayer,
};
