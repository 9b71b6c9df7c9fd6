import { GRADIENT_INPUTS } from "../attention/gradients/backward.js";
import { MODEL_SETTINGS, type ModelSettings } from "../attention/model/model-settings.js";
import type { ProblemNeed } from "../runs/attention-needs.js";
import { type CommandSpec, withSettingsBefore } from "../runs/command-spec.js";
import { recordModelRun } from "../runs/model-run.js";
import { besides, need } from "../runs/needs.js";
import { MODEL_DRAW_SETTINGS, type ModelDrawSettings } from "../systems/drawn/draw-settings.js";
import { DEMO_MODEL } from "./demo-model.js";

export type ModelCommandSettings = ModelSettings & ModelDrawSettings;

const NEEDS: readonly ProblemNeed[] = [
  { ...besides("generate", "temperature"), of: "tokens that --generate draws" },
  need(
    "drawn numbers, from --random or a --temperature",
    ({ temperature, random }) => temperature !== undefined || random === true,
    "seed",
  ),
  {
    ...besides("random", "preset length layers dModel heads dFf vocabulary window modalRows"),
    of: "a model that --random draws",
  },
];

export const model: CommandSpec<ModelCommandSettings> = {
  name: "model",
  summary: "A whole model on a text: what each head does, what comes next, and why.",
  examples: [
    ["the built-in model, which continues repeated text", "qkv model --demo"],
    ["what one of its heads looks at", "qkv model --demo --layer 1 --head 0"],
    ["where one weight comes from", "qkv model --demo --why 'layer 0/head 0/weights[3,2]' --depth 3"],
    [
      "a small GPT-2 with drawn weights",
      "qkv model --preset gpt2 --random --layers 2 --d-model 16 --heads 2 --vocabulary 50",
    ],
    [
      "the Transformer of 2017: an encoder, and a decoder that attends to it",
      "qkv model --preset transformer --random --layers 2 --d-model 16 --vocabulary 50",
    ],
    [
      "Macaw-LLM: image, audio and video before the text",
      "qkv model --preset macaw --random --layers 2 --d-model 16 --vocabulary 50",
    ],
    ["how the text continues", "qkv model --demo --generate 5"],
    ["the same in NumPy, one line per step", "qkv model --demo --emit numpy"],
  ],
  source: "model",
  inputs: GRADIENT_INPUTS,
  inputHelp: {
    backward: "the gradient of a loss by the logits, n×vocabulary, or ones: computes all gradients",
  },
  labels: {},
  settings: withSettingsBefore("stream", MODEL_SETTINGS, MODEL_DRAW_SETTINGS),
  demo: () => DEMO_MODEL,
  needs: NEEDS,
  record: (problem, options) => recordModelRun(problem, options),
};
