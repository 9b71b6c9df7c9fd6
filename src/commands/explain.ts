import { UserError } from "../errors.js";
import { QUERY_AND_KEY_LABELS } from "../runs/command-spec.js";
import { attend } from "./attend.js";
import type { Shortcut } from "./shortcuts/shortcut.js";

/** What is explained of the built-in example when nothing else is asked. */
const CELL_OF_DEMO = "weights[1,0]";

/** `qkv attend --why CELL`. */
export const explain: Shortcut = {
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
  of: attend,
  usage: "CELL [SOURCE…] [options]",
  sourceHelp:
    "the cell, such as weights[1,2] or output[man,0]; then bundles (JSON), files named like their matrix (q.csv), or -",
  inputs: attend.inputs,
  labels: QUERY_AND_KEY_LABELS,
  settings: attend.settings,
  expand({ sources, options }) {
    if (options.why !== undefined) return { sources, options };
    const cell = sources.find((word) => /^[^[\]{}();\n]+\[[^[\];]+\]$/.test(word));
    if (cell === undefined && !options.demo) throw noCell();
    return {
      sources: sources.filter((word) => word !== cell),
      options: { ...options, why: cell ?? CELL_OF_DEMO },
    };
  },
};

function noCell(): UserError {
  return new UserError("USAGE", "Nothing says which cell is to be explained.", {
    hint: "Name a step and the place in it: qkv explain 'weights[1,0]' --demo. Of heads: qkv multihead … --why 'head 0/weights[1,0]'.",
  });
}
