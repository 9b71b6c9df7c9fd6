import { QUERY_AND_KEY_LABELS } from "../runs/command-spec.js";
import { refuse } from "../runs/refuse.js";
import type { Request } from "../runs/request.js";
import { alias } from "./alias.js";
import { attend } from "./attend.js";

/** What is explained of the built-in example when nothing else is asked. */
const CELL_OF_DEMO = "weights[1,0]";

/** `qkv attend --why CELL`. */
export const explain = alias(attend, {
  name: "explain",
  summary: "Where one number of an attention comes from: its arithmetic down to what was given.",
  examples: [
    ["a weight of the built-in example", "qkv explain 'weights[study,man]' --demo"],
    ["an output, two steps down", "qkv explain 'output[0,1]' --demo --depth 2"],
    [
      "of matrices of your own",
      "qkv explain 'weights[0,1]' --query '1 0' --key '1 0; 0 1' --value '1 2; 3 4'",
    ],
  ],
  firstWord: "cell",
  usage: "CELL [SOURCE…] [options]",
  wordsHelp:
    "the cell, such as weights[1,2] or output[man,0]; then bundles (JSON), files named like their matrix (q.csv), or -",
  inputs: attend.inputs,
  labels: QUERY_AND_KEY_LABELS,
  settings: attend.settings,
  expand({ words, values }) {
    if (values.why !== undefined) return { words, values };
    return asked(inBrackets(words), values);
  },
});

function asked(words: readonly string[], values: Request["values"]): Request {
  const cell = words.find((word) => /^[^[\]{}();\n]+(?:\[[^[\];]+\]){1,2}$/.test(word));
  if (cell === undefined && values.demo !== true)
    refuse(
      "Nothing says which cell is to be explained.",
      "Name a step and the place in it: qkv explain 'weights[1,0]' --demo. Of heads: qkv multihead … --why 'head 0/weights[1,0]'.",
    );
  return {
    words: words.filter((word) => word !== cell),
    values: { ...values, why: cell ?? CELL_OF_DEMO },
  };
}

/** Words as they are, where a step with its row and column stands in them one after the other: `weights 0 1` is `weights[0,1]`. */
function inBrackets(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word, index) => {
    const isStep = /^[a-z][a-z-]*$/i.test(word);
    return isStep && [words[index + 1], words[index + 2]].every((next) => /^\d+$/.test(next ?? ""));
  });
  if (at < 0) return words;
  const [step, row, col] = words.slice(at);
  return [...words.slice(0, at), `${step}[${row},${col}]`, ...words.slice(at + 3)];
}
