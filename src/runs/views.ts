import { LIBRARY_NAMES } from "../attention/libraries/registry.js";
import {
  type AnySettingTable,
  type Choice,
  choice,
  nonNegative,
  onOff,
  orSaid,
  type SettingsIn,
  type SettingTable,
  wholeNumber,
} from "../attention/setting.js";
import { OTHER_RULES } from "../check/machine/rule-names.js";
import { DIALECT_NAMES } from "../code/dialect-names.js";
import { THEMES } from "../render/drawing/theme-names.js";
import { FORMAT_NAMES, formatOfFile } from "../render/formats/registry.js";
import { setting } from "../setting-names.js";
import { unfoldFormat, unfoldOutput } from "./show/file-of-format.js";

/** The rule that decides, and those of libraries. */
const RULE_NAMES = ["sigma", ...OTHER_RULES] as const;

/** How steps are drawn. */
const PLOTS = ["auto", "none", "heatmap", "bars", "curves"] as const;

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
    value: "<ids>",
    help: "steps to show, and to keep in JSON's steps: all, none, or ids such as scores,weights",
    group: "Output",
    defaultText: "in JSON all; people are shown what carries the answer",
    parse: (given) => {
      if (given === "all") return given;
      return given === "none" ? [] : parseNames(given);
    },
  },
  layer: {
    value: "<l>",
    help: "only the steps of layer L (model), behind which nothing is worked out; in multihead and layer the weights of layer L of a model",
    group: "Output",
    parse: wholeNumber(0),
  },
  head: {
    value: "<i>",
    help: "only the steps of head I (multihead, layer, model); elsewhere, that head of an array with more than two axes",
    group: "Output",
    parse: wholeNumber(0),
  },
  precision: {
    value: "<n>",
    help: "decimals shown, or full",
    group: "Precision",
    brief: "decimals shown",
    defaultText: `4, or as many as ${setting("carry")} keeps`,
    parse: (given) => (given === "full" ? "full" : decimals(given)),
  },
  check: {
    value: "[answers...]",
    help: "mark a person's answers or judge a machine's, after SOURCE: bundles of step ids, or output=FILE; alone: those that SOURCE holds; exit 1 when wrong",
    group: "Check",
    brief: "is it right: weights='0.5 0.5', weights=FILE, out.npy",
    parse: (given) => (given === true ? [] : Array.isArray(given) ? given.map(String) : [String(given)]),
  },
  atol: {
    value: "<a>",
    help: `with ${setting("check")}: a cell may be off by A + R·|right|, whatever the precision is`,
    group: "Check",
    parse: nonNegative,
  },
  rtol: {
    value: "<r>",
    help: "R of the same",
    group: "Check",
    parse: nonNegative,
  },
  rule: {
    value: "<name>",
    help: `with ${setting("check")} of a machine's answers: what the rule of a library says, too: flash (at most twice the error of plain attention), torch (assert_close), or sigma, ours alone`,
    group: "Check",
    parse: choice(...RULE_NAMES),
  },
  rows: {
    value: "<n>",
    help: `with ${setting("check")} of a machine's outputs and log-sum-exps: n rows of each head, half of them at edges of tiles; gradients and other steps are compared whole`,
    group: "Check",
    parse: wholeNumber(1),
  },
  hint: {
    value: "<n>",
    help: "of a mistake say 1: where it is, 2: also a question that leads to it, 3: also what it is",
    alone: { means: "1", unless: ["1", "2", "3"] },
    group: "Check",
    default: 3,
    parse: wholeNumber(1, 3),
  },
  showSolution: onOff(`with ${setting("check")}: the right numbers of the wrong steps, too`, "Check"),
  require: {
    value: "<steps>",
    help: `with ${setting("check")}: steps that must be answered, or all; a sheet without them is not right`,
    group: "Check",
    parse: (given) => (given === "all" ? given : parseNames(given)),
  },
  strict: onOff(`with ${setting("check")}: no rounding on the way excuses a number`, "Check"),
  strictReading: onOff(
    `with ${setting("check")}: refuse a sheet of an unknown form in place of reading it by what explains its numbers`,
    "Check",
  ),
  critique: onOff(
    `with ${setting("check")} of a machine's right answers: every known mistake that they would not show, and what to change in the input of the test`,
    "Check",
  ),
  exitCodes: {
    value: "<codes>",
    help: `with ${setting("check")}: plain (1 when it is not right) or detailed (3 when it is right for a lower precision, 4 when qkv is not sure how to read it)`,
    group: "Check",
    default: "plain",
    parse: choice("plain", "detailed"),
  },
  why: {
    value: "<cell>",
    help: "the arithmetic of one cell down to what was given: weights[1,2], output[man,0]",
    group: "Output",
    brief: "where one number comes from: output[1,0]",
    parse: String,
  },
  depth: {
    value: "<n>",
    help: `how many steps down ${setting("why")} goes`,
    group: "Output",
    defaultText: "to the given numbers",
    parse: wholeNumber(1),
  },
  uses: {
    value: "<cell>",
    help: "the cells of every step that one cell reaches: x[1,0], scores[0,2]",
    synonyms: ["reaches"],
    group: "Output",
    parse: String,
  },
  plot: {
    value: "<kind>",
    help: "auto, none, heatmap, bars, curves",
    group: "Output",
    default: "auto",
    alone: { means: "heatmap", unless: PLOTS },
    parse: choice(...PLOTS),
  },
  plotColumns: {
    value: "<list>",
    help: "the columns that curves are drawn of: 6,7,8,9",
    group: "Output",
    parse: (given) => parseNames(given).map(wholeNumber(0)),
  },
  format: {
    letter: "-o",
    value: "<name>",
    help: `${FORMAT_NAMES.join(", ")}; or a file to write, by a dot or slash in it: out.csv`,
    group: "Formats",
    brief: "csv, latex, numpy, …, or a file: out.csv",
    defaultText: `as the ending of the file says, else ${FORMAT_NAMES[0]}`,
    unfold: unfoldFormat,
    // The usual endings are names, too: md, tex.
    parse: Object.assign((given: unknown) => formatOfFile(`.${given}`) ?? choice(...FORMAT_NAMES)(given), {
      choices: FORMAT_NAMES,
    }),
  },
  emit: {
    value: "<library>",
    help: `the run as a script that works it again and compares: ${DIALECT_NAMES.join(", ")}`,
    group: "Libraries",
    parse: orSaid(
      { pytorch: "torch", np: "numpy", python: "numpy", py: "numpy", tensorflow: "keras" },
      choice(...DIALECT_NAMES),
    ),
  },
  parallel: onOff(
    `with ${setting("emit")} torch or jax: also on several processes or devices, heads and rows shared among them`,
    "Libraries",
  ),
  as: {
    value: "<library>",
    help: `the run under the conventions of a library's own call, and which of them make a difference: ${LIBRARY_NAMES.join(", ")}, all`,
    group: "Libraries",
    parse: choice(...LIBRARY_NAMES, "all"),
  },
  json: {
    ...onOff("the same as -o json: everything as one JSON object", "Formats"),
    brief: "everything, for a program",
    unfold: () => ({ format: "json" }),
  },
  // "-" is standard output.
  output: {
    value: "<file>",
    help: "write to a file, whole or not at all",
    group: "Formats",
    unfold: unfoldOutput,
    parse: String,
  },
  force: onOff(`let ${setting("output")} replace a file`, "Formats"),
  only: {
    value: "<step>",
    help: "write one step, input or result: weights, head 0/weights",
    group: "Formats",
    defaultText: "output, else weights",
    parse: String,
  },
  labels: onOff("names of rows and columns in csv and tsv, too", "Formats"),
  full: onOff("every step, row and column, however many", "Output"),
  width: {
    value: "<columns>",
    help: "columns that the output may fill; of svg and png, pixels",
    group: "Output",
    defaultText: "the terminal's, else 80",
    parse: wholeNumber(20),
  },
  theme: {
    value: "<name>",
    help: "light, dark, or paper for print, of svg, png and html",
    group: "Formats",
    defaultText: "light; of a page what the reader's device has",
    parse: choice(...THEMES),
  },
  color: {
    value: "<when>",
    help: "auto, always, never",
    negation: `the same as ${setting("color")} never`,
    group: "Output",
    default: "auto",
    parse: offAs("never", choice("auto", "always", "never")),
  },
  ascii: onOff("nothing but ASCII", "Output"),
  editable: onOff(
    "a page on which the problem can be changed: it works everything anew, offline, and its address holds the problem (attend, multihead, layer)",
    "Formats",
  ),
  open: {
    ...onOff(
      `write the run as a page and open it in the browser: into a new folder that only you can read, or to ${setting("output")}`,
      "Formats",
    ),
    brief: "the run as a page in the browser",
  },
  explore: onOff("look around in the run on the whole terminal; ? shows the keys", "Output"),
  quiet: onOff("no notices and warnings on stderr", "Output"),
  verbose: onOff("say how each input was read, and the ids of mistakes", "Output"),
} as const satisfies AnySettingTable;

export type ViewSettings = SettingsIn<typeof VIEWS>;
export const VIEW_SETTINGS: SettingTable<ViewSettings> = VIEWS;

const { width, color, ascii } = VIEW_SETTINGS;
const { unfold: _, ...json } = VIEWS.json;

/** What is left of the views where there is no Trace to look at. */
type PageSettings = Pick<ViewSettings, "json" | "width" | "color" | "ascii">;

export const PAGE_SETTINGS: SettingTable<PageSettings> = { json, width, color, ascii };

/** True for the name of a file: not for one of the names of standard output. */
export function isFile(output: string | undefined): output is string {
  return output !== undefined && output !== "-" && output !== "/dev/stdout";
}
