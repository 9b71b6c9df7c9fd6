import {
  type Choice,
  choice,
  nonNegative,
  onOff,
  type Setting,
  type SettingsIn,
  type SettingTable,
  settingTable,
  takes,
  wholeNumber,
  withSynonyms,
} from "../attention/setting.js";
import { KERNEL_TEST_RULES } from "../check/machine/rule-names.js";
import { DIALECT_NAMES } from "../code/dialect-names.js";
import { setting } from "../errors.js";
import { THEMES } from "../render/drawing/theme-names.js";
import { FORMAT_NAMES, formatOfFile } from "../render/formats/registry.js";
import { LIBRARY_NAMES } from "./libraries/registry.js";

/** The rule that decides, and the rules of libraries. */
const RULE_NAMES = ["sigma", ...KERNEL_TEST_RULES] as const;

/** How steps are drawn. */
const PLOTS = ["auto", "none", "heatmap", "bars", "curves"] as const;

/** The maximum number of decimals, more than a double can have. */
export const MAX_DECIMALS = 100;
const decimals = wholeNumber(0, MAX_DECIMALS);

/** Parses names with commas between them. */
export function parseNames(given: unknown): readonly string[] {
  return String(given)
    .split(",")
    .map((name) => name.trim());
}

/**
 * Writes the brackets of a cell that people write without them: `weights 0 1`, `weights.study.man`, `row 0 of weights`.
 * A missing row or column is 0.
 */
export function cellInBrackets(given: unknown): string {
  const text = String(given);
  const words = text.replaceAll(/(?<![\w-])(?:row|col(?:umn)?|of)(?![\w-])/gi, " ");
  const [name] = /(?:[^/]+\/)?\p{L}[\p{L}\d-]*/u.exec(words) ?? [];
  if (name === undefined || /[[(]/.test(text)) return text;
  const [row = 0, column = 0] = words
    .replace(name, " ")
    .split(/[\s.,:;_{}]+/)
    .filter(Boolean);
  return `${name}[${row},${column}]`;
}

/** Adds the `--no-` form of an option to a choice: it chooses `off`. */
const offAs = <const T extends string>(off: NoInfer<T>, known: Choice<T>) =>
  Object.assign((given: unknown) => known(given === false ? off : given), { choices: known.choices });

/**
 * Distinguishes files from formats: `-o out.csv` and `-o folder/out` are files, because no name of a format has a dot
 * or a slash. `-o -` is stdout.
 */
export const unfoldFile = (typed: string) =>
  /[./\\]|^-$/.test(typed) ? { output: typed } : { format: typed };

type Unfold = NonNullable<Setting<unknown>["unfold"]>;

/**
 * Expands formats that mean a script: `-o onnx` is `--emit onnx`. `-o py` is `--emit numpy`, unless one matrix is asked
 * for.
 */
const unfoldFormat: Unfold = (typed, { emit, only }) => {
  if (typed === "onnx") return { emit: "onnx" };
  if (typed === "py" && only === undefined) return { emit: typeof emit === "string" ? emit : "numpy" };
  return unfoldFile(typed);
};

/** Does the same for files that end in .onnx or .py, unless an option says what to write. */
const unfoldOutput: Unfold = (output, { emit, format, only }) => {
  if (emit === undefined && /\.onnx$/i.test(output)) return { output, emit: "onnx" };
  const isScript = (emit ?? format ?? only) === undefined && /\.py$/i.test(output);
  return isScript ? { output, emit: "numpy" } : { output };
};

/** The settings about what is shown, and how. They are the same for every command. */
export const VIEW_SETTINGS = settingTable("Output", {
  steps: {
    value: "<ids>",
    help: "steps to show, and to keep in JSON's steps: all, none, or ids such as scores,weights",
    defaultText: "in JSON all; on a terminal those that lead to the answer",
    withoutValue: { means: "all" },
    parse: (given) => {
      if (given === "all") return given;
      return given === "none" ? [] : parseNames(given);
    },
  },
  layer: takes(
    "<l>",
    wholeNumber(0),
    "only the steps of layer L (model), and no later layer is computed; in multihead and layer: the weights of layer L of a model",
  ),
  head: takes(
    "<i>",
    wholeNumber(0),
    "only the steps of head I (multihead, layer, model); elsewhere: that head of an array with more than two axes",
  ),
  precision: takes(
    "<n>",
    (given) => (given === "full" ? "full" : decimals(given)),
    "decimals shown, or full",
    {
      group: "Precision",
      brief: "decimals shown",
      defaultText: `4, or as many as ${setting("carry")} keeps`,
    },
  ),
  check: {
    value: "[answers...]",
    help: "check a person's or a machine's answers, after SOURCE: bundles of step ids, or output=FILE; without a value: the answers in SOURCE; exit 1 if wrong",
    group: "Check",
    brief: "is it right: weights='0.5 0.5', weights=FILE, out.npy",
    parse: (given) => (given === true ? [] : Array.isArray(given) ? given.map(String) : [String(given)]),
  },
  atol: takes(
    "<a>",
    nonNegative,
    `with ${setting("check")}: a cell may be off by A + R·|right|, instead of the limit of its precision`,
    { group: "Check" },
  ),
  rtol: takes("<r>", nonNegative, `the R of ${setting("atol")}'s rule`, { group: "Check" }),
  rule: takes(
    "<name>",
    choice(...RULE_NAMES),
    `with ${setting("check")} of a machine's answers: also apply a library's rule: flash (at most twice the error of plain attention), torch (assert_close), or sigma (only qkv's own)`,
    { group: "Check" },
  ),
  rows: takes(
    "<n>",
    wholeNumber(1),
    `with ${setting("check")} of a machine's outputs and log-sum-exps: compare n rows of each head, half of them at edges of tiles; other steps are compared whole`,
    { group: "Check" },
  ),
  hint: takes(
    "<n>",
    wholeNumber(1, 3),
    "how much to say about a mistake: 1 its place, 2 also a question that leads to it, 3 also its name",
    { withoutValue: { means: "1", unless: ["1", "2", "3"] }, group: "Check", default: 3 },
  ),
  showSolution: onOff(`with ${setting("check")}: also show the right numbers of the wrong steps`, "Check"),
  require: takes(
    "<steps>",
    (given) => (given === "all" ? given : parseNames(given)),
    `with ${setting("check")}: steps that a sheet must answer to be right, or all`,
    { group: "Check" },
  ),
  strict: onOff(`with ${setting("check")}: accept no rounding error from earlier steps`, "Check"),
  strictReading: onOff(
    `with ${setting("check")}: reject a sheet of an unknown form instead of guessing its layout`,
    "Check",
  ),
  critique: onOff(
    `with ${setting("check")} of a machine's right answers: every known mistake that they would not show, and what to change in the input of the test; of wrong answers: search for a cause to the end`,
    "Check",
  ),
  exitCodes: takes(
    "<codes>",
    choice("plain", "detailed"),
    `with ${setting("check")}: plain (1 if not right) or detailed (3 if right for a lower precision, 4 if qkv is not sure how to read it)`,
    { group: "Check", default: "plain" },
  ),
  why: takes(
    "<cell>",
    cellInBrackets,
    "the arithmetic of one cell, down to the inputs: weights[1,2], output[man,0]",
    { brief: "where one number comes from: output[1,0]" },
  ),
  depth: takes("<n>", wholeNumber(1), `how many steps deep ${setting("why")} goes`, {
    defaultText: "to the given numbers",
  }),
  uses: takes(
    "<cell>",
    cellInBrackets,
    "the cells of every step that depend on one cell: x[1,0], scores[0,2]",
    { synonyms: ["reaches"] },
  ),
  plot: takes("<kind>", choice(...PLOTS), "auto, none, heatmap, bars, curves", {
    default: "auto",
    withoutValue: { means: "heatmap", unless: PLOTS },
  }),
  plotColumns: takes(
    "<list>",
    (given) => parseNames(given).map(wholeNumber(0)),
    "the columns to draw curves for: 6,7,8,9",
  ),
  format: {
    letter: "-o",
    value: "<name>",
    help: `${FORMAT_NAMES.join(", ")}; or a file to write, with a dot or slash in its name: out.csv`,
    group: "Formats",
    brief: "csv, latex, numpy, …, or a file: out.csv",
    defaultText: `from the ending of the file, else ${FORMAT_NAMES[0]}`,
    unfold: unfoldFormat,
    // The usual file endings are also names of formats: md, tex.
    parse: Object.assign((given: unknown) => formatOfFile(`.${given}`) ?? choice(...FORMAT_NAMES)(given), {
      choices: FORMAT_NAMES,
    }),
  },
  emit: takes(
    "<library>",
    withSynonyms(
      { pytorch: "torch", np: "numpy", python: "numpy", py: "numpy", tensorflow: "keras" },
      choice(...DIALECT_NAMES),
    ),
    `the run as a script that computes it again and compares: ${DIALECT_NAMES.join(", ")}`,
    { group: "Libraries" },
  ),
  parallel: onOff(
    `with ${setting("emit")} torch or jax: also on several processes or devices, heads and rows shared among them`,
    "Libraries",
  ),
  as: takes(
    "<library>",
    choice(...LIBRARY_NAMES, "all"),
    `the run under the conventions of a library's own call, and the conventions that make a difference: ${LIBRARY_NAMES.join(", ")}, all`,
    { group: "Libraries" },
  ),
  json: {
    ...onOff("the same as -o json: everything as one JSON object", "Formats"),
    brief: "everything, for a program",
    unfold: () => ({ format: "json" }),
  },
  // "-" is stdout.
  output: takes("<file>", String, "write to a file: the whole output or nothing", {
    group: "Formats",
    unfold: unfoldOutput,
  }),
  force: onOff(`replace the file of ${setting("output")} if it exists`, "Formats"),
  only: takes("<step>", String, "write one step, input or result: weights, head 0/weights", {
    group: "Formats",
    defaultText: "output, else weights",
  }),
  labels: onOff("row and column names also in csv and tsv", "Formats"),
  full: onOff("every step, row and column, however many"),
  width: takes("<columns>", wholeNumber(20), "width of the output in columns; for svg and png in pixels", {
    defaultText: "the terminal's, else 80",
  }),
  theme: takes("<name>", choice(...THEMES), "colours of svg, png and html: light, dark, or paper for print", {
    group: "Formats",
    defaultText: "light; a page follows the reader's device",
  }),
  color: takes("<when>", offAs("never", choice("auto", "always", "never")), "auto, always, never", {
    negation: `the same as ${setting("color")} never`,
    default: "auto",
  }),
  ascii: onOff("ASCII only"),
  editable: onOff(
    "a page with the problem as editable fields: it recomputes everything offline, and its address contains the problem (attend, multihead, layer)",
    "Formats",
  ),
  open: {
    ...onOff(
      `write the run as a page and open it in the browser: into a new folder that only you can read, or to ${setting("output")}`,
      "Formats",
    ),
    brief: "the run as a page in the browser",
  },
  explore: onOff("browse the run on the whole terminal; ? shows the keys"),
  quiet: onOff("no notes and warnings on stderr"),
  verbose: onOff("show how each input was read, and the ids of mistakes"),
});

export type ViewSettings = SettingsIn<typeof VIEW_SETTINGS>;

const { width, color, ascii } = VIEW_SETTINGS;
const { unfold: _, ...json } = VIEW_SETTINGS.json;

/** The view settings that also apply without a Trace. */
type PageSettings = Pick<ViewSettings, "json" | "width" | "color" | "ascii">;

export const PAGE_SETTINGS: SettingTable<PageSettings> = { json, width, color, ascii };

/** Whether this is the name of a file, not a name of stdout. */
export function isFile(output: string | undefined): output is string {
  return output !== undefined && output !== "-" && output !== "/dev/stdout";
}
