import { ATTEND_INPUTS, recordAttend } from "../attention/attend.js";
import { ATTEND_SETTINGS, type AttendSettings } from "../attention/attend-settings.js";
import { attentionNeeds } from "../runs/attention-needs.js";
import { type CommandSpec, withSettingsBefore } from "../runs/command-spec.js";
import { DRAW_SETTINGS, type DrawSettings } from "../systems/drawn/draw-settings.js";
import {
  drawAttentionalState,
  drawParameters,
  drawRoles,
  drawSources,
  drawWeights,
  headVectors,
  PROJECTIONS,
} from "../systems/drawn/draws.js";
import { demoMatrices } from "./demo-matrices.js";
import { multihead } from "./multihead.js";

export type AttendCommandSettings = AttendSettings & DrawSettings;

export const attend: CommandSpec<AttendCommandSettings> = {
  name: "attend",
  summary: "One attention, step by step: scores, scale, mask, softmax, output.",
  examples: [
    ["the built-in example, masked causally", "qkv attend --demo --causal"],
    [
      "two queries against three keys",
      "qkv attend --query '1 0; 0 1' --key '1 0; 0 1; 1 1' --value '1 2; 3 4; 5 6'",
    ],
    ["is this answer right?", "qkv attend --query '1 0' --key '1 0; 0 1' --check 'weights=0.67 0.33'"],
    [
      "Luong's attention with small drawn matrices",
      "qkv attend --preset luong-general --random --length 3 --d-model 4",
    ],
    [
      "two queries against three keys under each library's conventions",
      "qkv attend --query '1 0; 0 1' --key '1 0; 0 1; 1 1' --value '1 2; 3 4; 5 6' --causal --align bottom-right --as all",
    ],
    ["the cells that depend on one number", "qkv attend --demo --uses 'key[1,0]'"],
    [
      "the weights as a picture for print",
      "qkv attend --demo --only weights -o svg --theme paper --width 600",
    ],
    ["the same in PyTorch, step by step and by its own call", "qkv attend --demo --causal --emit torch"],
  ],
  isOneCall: true,
  ofHeads: () => multihead,
  inputs: ATTEND_INPUTS,
  settings: withSettingsBefore("stream", ATTEND_SETTINGS, DRAW_SETTINGS),
  demo: () => JSON.stringify(demoMatrices()),
  presets: { absence: "no attention" },
  draws(context) {
    const sizes = context.sizes();
    const hasHeads = context.size?.headSize !== undefined;
    const single = { ...sizes, heads: 1, kvHeads: 1 };
    return [
      ...(context.size ? drawSources(context, sizes) : drawRoles(context.initial, sizes)),
      ...(hasHeads ? drawWeights(PROJECTIONS, context.initial, single) : []),
      ...drawParameters(context, hasHeads ? headVectors(sizes) : sizes),
      ...drawAttentionalState(context.initial, sizes),
    ];
  },
  needs: attentionNeeds(),
  record: recordAttend,
};
