import { ATTEND_INPUTS, recordAttend } from "../../attention/attend.js";
import { ATTEND_SETTINGS } from "../../attention/attend-settings.js";
import type { CommandDefinition } from "../definition.js";
import { DEMO_MATRICES } from "./demo-matrices.js";

export const attend: CommandDefinition = {
  name: "attend",
  summary: "One attention, step by step: scores, scale, mask, softmax, output.",
  examples: [
    [
      "two queries against three keys",
      "qkv attend --query '1 0; 0 1' --key '1 0; 0 1; 1 1' --value '1 2; 3 4; 5 6'",
    ],
    ["a bundle, masked causally", "qkv attend fixtures/inputs/please-study-man.json --causal"],
    ["Luong's attention, drawn small", "qkv attend --preset luong-general --random --length 3 --d-model 4"],
    [
      "which cells of which steps one number reaches",
      "qkv attend fixtures/inputs/please-study-man.json --uses 'key[1,0]'",
    ],
  ],
  inputs: ATTEND_INPUTS,
  settings: ATTEND_SETTINGS,
  demo: JSON.stringify(DEMO_MATRICES),
  record: recordAttend,
};
