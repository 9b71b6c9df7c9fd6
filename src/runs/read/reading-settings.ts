import { INPUTS, type InputName } from "../../attention/inputs.js";
import {
  type AnySettingTable,
  choice,
  onOff,
  type Setting,
  type SettingsIn,
  settingTable,
  takes,
  wholeNumber,
} from "../../attention/setting.js";
import { setting } from "../../errors.js";
import { parseAxesSpec } from "../../input/arrays/axes.js";
import { FORM_NAMES } from "../../input/forms/form-names.js";
import { type CommandSpec, type LabelOptions, QUERY_AND_KEY_LABELS } from "../command-spec.js";

const text = (value: string, help: string, group: string) => {
  return { value, help, group, parse: String };
};

/** The options about how matrices are read. */
const OF_MATRICES = settingTable("Reading", {
  transpose: takes("<names>", (given) => String(given).split(","), "use these matrices transposed: key,wq"),
  decimalComma: onOff("read 1,5 as one and a half"),
  form: takes(
    "<name>",
    choice(...FORM_NAMES),
    "the form of the texts: words (names above rows), csv, tsv, semicolons, spaces, markdown, box, psql, r, pandas, matlab, display, numpy, code, latex, json (default: qkv finds out)",
  ),
  header: takes(
    "<yes|no>",
    (given) => given !== false && choice("yes", "no")(given) === "yes",
    "whether the first row of a table holds names; alone: yes",
    {
      negation: `the same as ${setting("header")} no`,
      withoutValue: { means: "yes", unless: ["yes", "no"] },
    },
  ),
  null: takes("<value>", choice("nan"), "nan: read missing values (null, NA) as NaN"),
  axes: takes(
    "<order>",
    (given): string => (parseAxesSpec(given) ? String(given) : ""),
    "the layout of arrays with more than two axes: bhsd (batch, head, position, column), bshd, thd, bs3hd, 'bs(hd)', q=bhsd,o=bshd",
  ),
  beside: takes(
    "<name=value...>",
    (given): readonly string[] => [given].flat().map(String),
    "more members of a dump, by the names of the field: seqlens_k=17,40, alibi_slopes=slopes.npy, attn_mask=m.npy",
  ),
  batch: takes(
    "<b>",
    wholeNumber(0),
    `the index on the first axis of arrays with more than two axes (${setting("head")}: on the axis of heads)`,
  ),
  demo: { ...onOff("use a built-in example"), brief: "use the built-in example" },
});

/** The options about the input of a model. */
const OF_MODELS = {
  textFile: text("<file>", "the text that the model is run on, or - for standard input", "Reading"),
  batch: { ...OF_MATRICES.batch, help: `with ${setting("check")}: the text to check in a dump of several` },
  demo: OF_MATRICES.demo,
} satisfies AnySettingTable;

/** The parsed options about what is read, and how. */
export interface ReadingValues extends SettingsIn<typeof OF_MATRICES> {
  readonly tokens: string;
  readonly keyTokens: string;
  readonly x: string;
  readonly textFile: string;
  readonly layout: string;
  readonly heads: number;
  readonly kvHeads: number;
  readonly head: number;
  readonly maskTrue: string;
  /** Set by a run that reads its dump again: how a kernel may misread pages or scales. */
  readonly misread: string;
  readonly layer: number;
  readonly check: readonly string[];
}

/** Letters for options of matrices, in commands that take a query. */
const LETTERS: Readonly<Partial<Record<InputName, string>>> = { query: "-q", key: "-k", value: "-v" };

/** Returns the options of a command's input: its matrices, the names of rows, and how they are read. */
export function readingSettings(
  { source, inputHelp }: CommandSpec,
  inputs: readonly InputName[],
  labels: LabelOptions = QUERY_AND_KEY_LABELS,
): AnySettingTable {
  const table: Record<string, Setting<unknown>> = {};
  for (const name of inputs) {
    const letter = inputs.includes("query") ? LETTERS[name] : undefined;
    const { help, group, brief, words } = INPUTS[name];
    const asText = text("<matrix>", inputHelp?.[name] ?? help, group);
    const [withoutValue] = Object.keys(words ?? {}).map((means) => ({ means }));
    table[name] = {
      ...asText,
      ...(letter && { letter }),
      ...(brief && { brief }),
      ...(withoutValue && { withoutValue }),
    };
  }
  for (const [name, help] of Object.entries(labels)) {
    table[name] = text("<names>", help, "Matrices");
  }
  return { ...table, ...(source === "model" ? OF_MODELS : OF_MATRICES) };
}
