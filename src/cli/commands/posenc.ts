import { POSENC_INPUTS, recordPosenc } from "../../attention/positions/posenc.js";
import { POSENC_SETTINGS } from "../../attention/positions/posenc-settings.js";
import type { CommandDefinition } from "../definition.js";

export const posenc: CommandDefinition = {
  name: "posenc",
  summary: "Positional encodings: tables, curves, and why PE(pos + k) is a rotation of PE(pos).",
  examples: [
    ["the sinusoid of the paper", "qkv posenc --length 10 --d-model 8"],
    ["why a shift by 3 is a rotation", "qkv posenc --length 6 --d-model 4 --shift 3"],
    ["two vectors turned by RoPE", "qkv posenc --kind rope --x '1 0 1 0; 1 0 1 0' --positions 2,5"],
  ],
  inputs: POSENC_INPUTS,
  inputHelp: { x: "vectors that stand at the positions, n×d: x + encoding, or x turned (rope)" },
  labels: { tokens: "names of the rows, in place of their positions" },
  settings: POSENC_SETTINGS,
  needsNoInput: ({ length }) => length !== undefined,
  significantDigits: 6,
  demo: JSON.stringify({ settings: { length: 4, dModel: 4, shift: 1 } }),
  record: (problem) => recordPosenc(problem),
};
