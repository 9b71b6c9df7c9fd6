import { rope as kind } from "../attention/positions/rope.js";
import { posenc, settingsOfKind } from "./posenc.js";
import { recording } from "./recording.js";

/** `qkv posenc --kind rope`. */
export const rope = recording(
  {
    ...posenc,
    unnamed: ["x", "positions"],
    sizes: ["dModel"],
    demo: () => '{"x": [[1, 0, 1, 0], [1, 0, 1, 0]]}',
  },
  {
    name: "rope",
    summary: "Rotary positions (RoPE): angles, sines, cosines, and vectors rotated by them.",
    examples: [
      ["two vectors, rotated by their positions", "qkv rope '1 0 1 0; 1 0 1 0'"],
      ["the same at positions 2 and 5", "qkv rope '1 0 1 0; 1 0 1 0' --positions 2,5"],
      ["the angles for a head of 8 columns", "qkv rope --length 4 --d-model 8"],
    ],
    usage: "[VECTORS] [POSITIONS] [options]",
    wordsHelp:
      "the vectors to rotate, one per row: '1 0 1 0; 0 1 0 1', a file, or - for standard input; then their positions; a single number is the number of columns",
    inputs: ["x", "positions"],
    settings: settingsOfKind(kind),
    expand: ({ words, values }) => ({ words, values: { ...values, kind: "rope" } }),
  },
);
