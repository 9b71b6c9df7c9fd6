import { LIBRARY_NAMES } from "../attention/libraries/registry.js";
import {
  type AnySettingTable,
  type Choice,
  choice,
  nonNegative,
  onOff,
  type SettingsIn,
  type SettingTable,
  wholeNumber,
} from "../attention/setting.js";
import { OTHER_RULES } from "../check/machine/rule-names.js";
import { DIALECT_NAMES } from "../code/dialect-names.js";
import { FORMAT_NAMES, formatOfFile } from "../render/formats/registry.js";
import { unfoldFormat, unfoldOutput } from "./show/file-of-format.js";

/** The rule that decides, and those of libraries. */
const RULE_NAMES = ["sigma", ...OTHER_RULES] as const;

/** More decimals than a double can have. */
export const MOST_DECIMALS = 100;
const decimals = wholeNumber(0, MOST_DECIMALS);

/** Names with commas between them. */
export function parseNames(given: unknown): readonly string[] {
  return String(given)
    .split(",")
    .map((name) => name.trim());
}

/** A choice that may be said to be off, by the `--no-` form of its option. */
const offAs = <const T extends string>(off: NoInfer<T>, known: Choice<T>): Choice<T> =>
  Object.assign((given: unknown) => known(given === false ? off : given), { choices: known.choices });

/** What is shown and how: the same for every command. */
const VIEWS = {
  steps: {
    flag: "--steps <ids>",
    help: "steps to show, and to keep in JSON's steps: all, none, or ids such as scores,weights",
    group: "Output",
    defaultText: "in JSON all; people are shown what carries the answer",
    parse: (given) => {
      if (given === "all") return given;
      return given === "none" ? [] : parseNames(given);
    },
  },
  layer: {
    flag: "--layer <l>",
    help: "only the steps of layer L (model), behind which nothing is worked out; in multihead and layer the weights of layer L of a model",
    group: "Output",
    parse: wholeNumber(0),
  },
  head: {
    flag: "--head <i>",
    help: "only the steps of head I (multihead, layer, model); elsewhere, that head of an array with more than two axes",
    group: "Output",
    parse: wholeNumber(0),
  },
  precision: {
    flag: "--precision <n>",
    help: "decimals shown, or full",
    group: "Precision",
    brief: "decimals shown",
    defaultText: "4, or as many as --carry keeps",
    parse: (given) => (given === "full" ? "full" : decimals(given)),
  },
  check: {
    flag: "--check [answers...]",
    help: "mark a person's answers or judge a machine's, after SOURCE: bundles of step ids, or output=FILE; alone: those that SOURCE holds; exit 1 when wrong",
    group: "Check",
    brief: "is it right: weights='0.5 0.5', weights=FILE, out.npy",
    parse: (given) => (given === true ? [] : Array.isArray(given) ? given.map(String) : [String(given)]),
  },
  atol: {
    flag: "--atol <a>",
    help: "with --check: a cell may be off by A + R·|right|, whatever the precision is",
    group: "Check",
    parse: nonNegative,
  },
  rtol: {
    flag: "--rtol <r>",
    help: "R of the same",
    group: "Check",
    parse: nonNegative,
  },
  rule: {
    flag: "--rule <name>",
    help: "with --check of a machine's answers: what the rule of a library says, too: flash (at most twice the error of plain attention), torch (assert_close), or sigma, ours alone",
    group: "Check",
    parse: choice(...RULE_NAMES),
  },
  hint: {
    flag: "--hint <n>",
    help: "of what is wrong tell 1: the step, 2: also the kind, 3: also how to put it right",
    group: "Check",
    default: 3,
    parse: wholeNumber(1, 3),
  },
  showSolution: onOff("--show-solution", "with --check: the right numbers of the wrong steps, too", "Check"),
  require: {
    flag: "--require <steps>",
    help: "with --check: steps that must be answered, or all; a sheet without them is not right",
    group: "Check",
    parse: (given) => (given === "all" ? given : parseNames(given)),
  },
  strict: onOff("--strict", "with --check: no rounding on the way excuses a number", "Check"),
  strictReading: onOff(
    "--strict-reading",
    "with --check: refuse a sheet of an unknown form in place of reading it by what explains its numbers",
    "Check",
  ),
  why: {
    flag: "--why <cell>",
    help: "the arithmetic of one cell down to what was given: weights[1,2], output[man,0]",
    group: "Output",
    brief: "where one number comes from: output[1,0]",
    parse: String,
  },
  depth: {
    flag: "--depth <n>",
    help: "how many steps down --why goes",
    group: "Output",
    defaultText: "to the given numbers",
    parse: wholeNumber(1),
  },
  uses: {
    flag: "--uses <cell>",
    help: "the cells of every step that one cell reaches: x[1,0], scores[0,2]",
    synonyms: ["--reaches"],
    group: "Output",
    parse: String,
  },
  plot: {
    flag: "--plot <kind>",
    help: "auto, none, heatmap, bars, curves",
    group: "Output",
    default: "auto",
    parse: choice("auto", "none", "heatmap", "bars", "curves"),
  },
  plotColumns: {
    flag: "--plot-columns <list>",
    help: "the columns that curves are drawn of: 6,7,8,9",
    group: "Output",
    parse: (given) => parseNames(given).map(wholeNumber(0)),
  },
  format: {
    flag: "-o, --format <name>",
    help: `${FORMAT_NAMES.join(", ")}; or a file to write, by a dot or slash in it: out.csv`,
    group: "Formats",
    brief: "csv, latex, numpy, …, or a file: out.csv",
    defaultText: `as the ending of the file says, else ${FORMAT_NAMES[0]}`,
    unfold: unfoldFormat,
    // The usual endings are names, too: md, tex.
    parse: (given) => formatOfFile(`.${given}`) ?? choice(...FORMAT_NAMES)(given),
  },
  emit: {
    flag: "--emit <library>",
    help: `the run as a script that works it again and compares: ${DIALECT_NAMES.join(", ")}`,
    group: "Libraries",
    parse: choice(...DIALECT_NAMES),
  },
  parallel: onOff(
    "--parallel",
    "with --emit torch or jax: also on several processes or devices, heads and rows shared among them",
    "Libraries",
  ),
  as: {
    flag: "--as <library>",
    help: `the run under the conventions of a library's own call, and which of them make a difference: ${LIBRARY_NAMES.join(", ")}, all`,
    group: "Libraries",
    parse: choice(...LIBRARY_NAMES, "all"),
  },
  json: {
    ...onOff("--json", "the same as -o json: everything as one JSON object", "Formats"),
    brief: "everything, for a program",
  },
  // "-" is standard output.
  output: {
    flag: "--output <file>",
    help: "write to a file, whole or not at all",
    group: "Formats",
    unfold: unfoldOutput,
    parse: String,
  },
  force: onOff("--force", "let --output replace a file", "Formats"),
  only: {
    flag: "--only <step>",
    help: "write one step, input or result: weights, head 0/weights",
    group: "Formats",
    defaultText: "output, else weights",
    parse: String,
  },
  labels: onOff("--labels", "names of rows and columns in csv and tsv, too", "Formats"),
  full: onOff("--full", "every step, row and column, however many", "Output"),
  width: {
    flag: "--width <columns>",
    help: "columns that the output may fill",
    group: "Output",
    defaultText: "the terminal's, else 80",
    parse: wholeNumber(20),
  },
  color: {
    flag: "--color <when>",
    help: "auto, always, never",
    negation: "the same as --color never",
    group: "Output",
    default: "auto",
    parse: offAs("never", choice("auto", "always", "never")),
  },
  ascii: onOff("--ascii", "nothing but ASCII", "Output"),
  explore: onOff("--explore", "look around in the run on the whole terminal; ? shows the keys", "Output"),
  quiet: onOff("--quiet", "no notices and warnings on stderr", "Output"),
  verbose: onOff("--verbose", "say how each input was read", "Output"),
} as const satisfies AnySettingTable;

export type ViewSettings = SettingsIn<typeof VIEWS>;
export const VIEW_SETTINGS: SettingTable<ViewSettings> = VIEWS;

const { json, width, color, ascii } = VIEW_SETTINGS;

/** What is left of the views where there is no Trace to look at. */
export type PageSettings = Pick<ViewSettings, "json" | "width" | "color" | "ascii">;

export const PAGE_SETTINGS: SettingTable<PageSettings> = { json, width, color, ascii };

/** True for the name of a file: not for one of the names of standard output. */
export function isFile(output: string | undefined): output is string {
  return output !== undefined && output !== "-" && output !== "/dev/stdout";
}
