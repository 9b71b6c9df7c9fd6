import { alibi as kind } from "../attention/positions/alibi.js";
import { posenc, settingsOfKind } from "./posenc.js";
import { recording } from "./recording.js";

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
    settings: settingsOfKind(kind),
    expand: ({ words, values }) => ({ words, values: { ...values, kind: "alibi" } }),
  },
);
