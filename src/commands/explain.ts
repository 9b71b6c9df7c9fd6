import { refuse } from "../errors.js";
import { cellInBrackets } from "../runs/views.js";
import { attend } from "./attend.js";
import { recording } from "./recording.js";

/** `qkv attend --why CELL`. */
export const explain = recording(attend, {
  name: "explain",
  summary: "Where one number of an attention comes from: its arithmetic down to the inputs.",
  examples: [
    ["a weight of the built-in example", "qkv explain 'weights[study,man]' --demo"],
    ["an output, two steps deep", "qkv explain 'output[0,1]' --demo --depth 2"],
    [
      "a weight of your own matrices",
      "qkv explain 'weights[0,1]' --query '1 0' --key '1 0; 0 1' --value '1 2; 3 4'",
    ],
  ],
  firstWord: "cell",
  usage: "CELL [SOURCE…] [options]",
  wordsHelp:
    "the cell, such as weights[1,2] or output[man,0]; then bundles (JSON), files named like their matrix (q.csv), or -",
  expand({ words, values }) {
    if (values.why !== undefined) return { words, values };
    const cell = words.find((word) => CELL.test(word));
    const parts = cell === undefined ? words.filter((word) => PART_OF_CELL.test(word)) : [cell];
    if (parts.length === 0 && values.demo !== true)
      refuse(
        "No cell is named.",
        "Name a step and a place in it: qkv explain 'weights[1,0]' --demo. For heads: qkv multihead … --why 'head 0/weights[1,0]'.",
      );
    // The built-in example has a cell of its own.
    const why = cellInBrackets(parts.join(" ")) || "weights[1,0]";
    return { words: words.filter((word) => !parts.includes(word)), values: { ...values, why } };
  },
});

const CELL = /^[^[\]{}();\n]+(?:(?:\[[^[\];]+\]){1,2}|\([^();]+\))$/;

/** A word of a cell that is several words: `weights 0 1`, `weights [0,1]`, `weights row 0`. It is no file. */
const PART_OF_CELL = /^(?:\p{L}[\p{L}\d\s-]*|\d+|[[(]\d+,\s*\d+[\])])$/u;
