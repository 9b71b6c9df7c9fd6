import { alibi as alibiKind } from "../attention/positions/alibi.js";
import { rope as ropeKind } from "../attention/positions/rope.js";
import type { Request } from "../runs/command-spec.js";
import { posenc, settingsOfKind } from "./posenc.js";
import { recording } from "./recording.js";

// Short names for two kinds of positions.

const ofKind =
  (kind: string) =>
  ({ words, values }: Request) => ({ words, values: { ...values, kind } });

/** `qkv posenc --kind rope`. */
export const rope = recording(
  {
    ...posenc,
    unnamed: ["x", "positions"],
    sizes: ["length", "dModel"],
    singleSize: "dModel",
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
      "the vectors to rotate, one per row: '1 0 1 0; 0 1 0 1', a file, or - for standard input; then their positions; one whole number alone is the number of columns, two are the numbers of positions and of columns",
    inputs: ["x", "positions"],
    settings: settingsOfKind(ropeKind),
    expand: ofKind("rope"),
  },
);

/** `qkv posenc --kind alibi`. */
export const alibi = recording(
  {
    ...posenc,
    unnamed: ["positions"],
    sizes: ["heads", "length"],
    demo: () => '{"settings": {"length": 4, "heads": 2}}',
  },
  {
    name: "alibi",
    summary: "Attention with linear biases (ALiBi): the slope of each head and the bias of each distance.",
    examples: [
      ["8 heads, 4 tokens", "qkv alibi --length 4"],
      ["3 heads, which is not a power of two", "qkv alibi --length 4 --heads 3"],
      ["where one bias comes from", "qkv alibi --length 4 --heads 2 --why 'head 1/bias[3,0]'"],
    ],
    usage: "[POSITIONS] [options]",
    wordsHelp:
      "the positions, if they are not 0, 1, 2, …: '0 5 9', a file, or - for standard input; one whole number alone is the number of heads, two are the numbers of heads and of tokens",
    inputs: ["positions"],
    settings: settingsOfKind(alibiKind),
    expand: ofKind("alibi"),
  },
);
