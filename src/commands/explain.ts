import { isNameOfAnswer } from "../attention/names.js";
import { refuse } from "../errors.js";
import type { Request } from "../runs/command-spec.js";
import { attend } from "./attend.js";
import { recording } from "./recording.js";

/** The cell of the built-in example that is explained if no cell is named. */
const CELL_OF_DEMO = "weights[1,0]";

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
    return withCellAsWhy(inBrackets(words), values);
  },
});

const CELL = /^[^[\]{}();\n]+(?:(?:\[[^[\];]+\]){1,2}|\([^();]+\))$/;

function withCellAsWhy(words: readonly string[], values: Request["values"]) {
  const cell = words.find((word) => CELL.test(word));
  if (cell === undefined && values.demo !== true)
    refuse(
      "No cell is named.",
      "Name a step and a place in it: qkv explain 'weights[1,0]' --demo. For heads: qkv multihead … --why 'head 0/weights[1,0]'.",
    );
  return {
    words: words.filter((word) => word !== cell),
    values: { ...values, why: cell ?? CELL_OF_DEMO },
  };
}

/**
 * Joins the name of a step with the row and column after it to a cell: `weights 0 1`, `weights [0,1]` or `weights row
 * 0`. A missing row or column is 0. Other words stay as they are.
 */
function inBrackets(words: readonly string[]) {
  if (words.some((word) => CELL.test(word))) return words;
  const all = words.flatMap((word) => (PLACE.test(word) ? word.split(/\s+/) : [word]));
  const at = all.findIndex(
    (word, index) =>
      isNameOfAnswer(word) || (/^[a-z][a-z-]*$/i.test(word) && /^\d+$/.test(all[index + 2] ?? "")),
  );
  if (at < 0) return words;
  const rest = all.slice(at + 1);
  const end = rest.findIndex((word) => !/^(?:row|col(?:umn)?|[\d\s,[\]()]+)$/i.test(word));
  const place = rest.slice(0, end < 0 ? undefined : end);
  const [row = "0", col = "0"] = place.join(" ").match(/\d+/g) ?? [];
  return [...all.slice(0, at), `${all[at]}[${row},${col}]`, ...rest.slice(place.length)];
}

/** A step with its row and column in one word: `softmax row 2`. */
const PLACE = /^[a-z][a-z-]*(?:\s+(?:row|col(?:umn)?|\d+))+$/i;
