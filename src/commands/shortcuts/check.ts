import { flag, type Setting } from "../../attention/setting.js";
import { attend } from "../attend.js";
import type { Shortcut } from "./shortcut.js";

const ofProblem = (name: string): Setting<boolean> => ({
  flag: `--${name}`,
  help: `the problem is one of qkv ${name}; otherwise its file says so, by what stands in it`,
  group: "Problem",
  default: false,
  parse: flag,
});

/** `--check` of a whole class: cli/class/run-class.ts marks each sheet and goes on where one cannot be read. */
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
      "for Gradescope, with the steps that count",
      "qkv check --demo 'S = [[1,0,2],[2,2,0],[2,1,2]]' --require scores --gradescope",
    ],
  ],
  of: attend,
  usage: "PROBLEM SHEET… [options]",
  sourceHelp: "the problem (JSON); then its sheets: files, folders, patterns such as 'sheets/*.txt', or text",
  inputs: [],
  labels: {},
  settings: {
    multihead: ofProblem("multihead"),
    layer: ofProblem("layer"),
    posenc: ofProblem("posenc"),
    gradescope: {
      flag: "--gradescope",
      help: "of one sheet, the results.json that an autograder of Gradescope writes: a test a step",
      group: "Class",
      default: false,
      parse: flag,
    },
    feedback: {
      flag: "--feedback <folder>",
      help: "also write each marked sheet to a file of its own: .txt, with -o markdown .md",
      group: "Class",
      parse: String,
    },
  },
  expand: (typed) => typed,
};
