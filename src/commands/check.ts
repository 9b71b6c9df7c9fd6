import { type AnySettingTable, choice, choicesOf, type Setting } from "../attention/setting.js";
import { attend } from "./attend.js";
import { CLASS_SETTINGS, KINDS } from "./class/command-of-problem.js";
import type { Command } from "./command.js";
import { recordingSettings } from "./recording.js";

const INPUTS_OF_KINDS = [...new Set(KINDS.flatMap(({ inputs }) => inputs))];

/** Returns settings without their brief help, so that none of them is shown as an everyday option. */
const rarely = (settings: AnySettingTable) =>
  Object.fromEntries(
    Object.entries<Setting<unknown>>(settings).map(([name, { brief: _, ...setting }]) => [name, setting]),
  );

/**
 * The settings of all kinds of problems. If several commands have a setting with the same name, the first command's is
 * used. The settings of a problem are usually in its file.
 */
const OF_PROBLEMS: AnySettingTable = Object.fromEntries(
  [...KINDS].reverse().flatMap(({ settings }) => Object.entries(rarely(settings))),
);

const SETTINGS = recordingSettings(attend, {
  inputs: INPUTS_OF_KINDS,
  settings: { ...OF_PROBLEMS, ...CLASS_SETTINGS },
});

const { check: answers, why, require, format } = SETTINGS;

/** `--check` for a whole class. commands/class/run-class.ts marks each sheet, and continues if one cannot be read. */
export const check: Command = {
  name: "check",
  summary:
    "Judges dumps of kernels and marks sheets of a class: one row each, with its verdict and its mistake.",
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
  usage: "[PROBLEM] SHEET… [options]  or  DUMP… [options]",
  wordsHelp:
    "the problem (JSON), unless --demo or matrices give it; then its sheets: files, folders, patterns such as 'sheets/*.txt', or text. Or dumps, each with inputs and outputs: dump.npz, or q.npy k.npy v.npy o.npy",
  takesWords: "several",
  settings: {
    ...SETTINGS,
    // Here the sheets follow the problem as words, and no cell is explained.
    ...rarely({ check: answers, why }),
    format: {
      ...format,
      help: `${format.help}; for sheets and dumps also junit`,
      parse: choice(...choicesOf(format), "junit"),
    },
    require: { ...require, brief: "what must be answered: weights,output, or all" },
  },
  run: async (request, io) => (await import("./class/run-class.js")).runClass(request, io),
};
