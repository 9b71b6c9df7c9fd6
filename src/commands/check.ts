import { type AnySettingTable, flag, onOff, type Setting } from "../attention/setting.js";
import { QUERY_AND_KEY_LABELS } from "../runs/command-spec.js";
import { attend } from "./attend.js";
import { layer } from "./layer.js";
import { multihead } from "./multihead.js";
import { posenc } from "./posenc.js";
import type { Shortcut } from "./shortcuts/shortcut.js";

const ofProblem = (name: string): Setting<boolean> => ({
  flag: `--${name}`,
  help: `the problem is one of qkv ${name}; otherwise its file says so, by what stands in it`,
  group: "Problem",
  default: false,
  parse: flag,
});

/** What is about the class and no setting of its problem. */
export const CLASS_SETTINGS = {
  multihead: ofProblem("multihead"),
  layer: ofProblem("layer"),
  posenc: ofProblem("posenc"),
  gradescope: onOff(
    "--gradescope",
    "of one sheet, the results.json that an autograder of Gradescope writes: a test a step",
    "Class",
  ),
  feedback: {
    flag: "--feedback <folder>",
    help: "also write each marked sheet to a file of its own: .txt, with -o markdown .md",
    group: "Class",
    parse: String,
  },
} satisfies AnySettingTable;

/** The commands that a problem may be for, in the order in which they are tried. */
export const KINDS = [attend, multihead, layer, posenc] as const;

/** `--check` of a whole class: commands/class/run-class.ts marks each sheet and goes on where one cannot be read. */
export const check: Shortcut = {
  name: "check",
  summary: "Marks the sheets of a class: a row a sheet, with its verdict and its mistake.",
  examples: [
    ["a sheet of the built-in example", "qkv check --demo 'scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]'"],
    [
      "two sheets, as a table for a spreadsheet",
      "qkv check --demo 'S = [[1,0,2],[2,2,0],[2,1,2]]' 'O = [[1.44,1.29],[0.66,0.66],[1.2,1]]' -o csv",
    ],
    [
      "a problem on the command line, with its options",
      "qkv check --demo --causal 'weights = [[1,0,0],[0.5,0.5,0],[0.40,0.20,0.40]]'",
    ],
    [
      "for Gradescope, with the steps that count",
      "qkv check --demo 'S = [[1,0,2],[2,2,0],[2,1,2]]' --require scores --gradescope",
    ],
  ],
  of: attend,
  usage: "[PROBLEM] SHEET… [options]",
  sourceHelp:
    "the problem (JSON), unless --demo or matrices give it; then its sheets: files, folders, patterns such as 'sheets/*.txt', or text",
  inputs: [...new Set(KINDS.flatMap(({ inputs }) => inputs))],
  labels: QUERY_AND_KEY_LABELS,
  // Where a setting is called alike in several commands, it is the first's.
  settings: {
    ...Object.fromEntries([...KINDS].reverse().flatMap(({ settings }) => Object.entries(settings))),
    ...CLASS_SETTINGS,
  },
  expand: (typed) => typed,
};
