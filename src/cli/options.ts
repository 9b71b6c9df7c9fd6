import { INPUTS } from "../attention/inputs.js";
import { type AnySettingTable, optionOf, type Setting } from "../attention/setting.js";
import { type CommandSpec, type LabelOptions, QUERY_AND_KEY_LABELS } from "../commands/command-spec.js";
import type { Shortcut } from "../commands/shortcuts/shortcut.js";
import { type AnyCommand, isPage, type PageCommand, recordingCommand, settingsOf } from "./definition.js";
import { PAGE_SETTINGS, VIEW_SETTINGS } from "./views.js";

/** An option as help shows it. With a `<value>` in its flags it takes one. */
export interface CommandOption {
  readonly flags: string;
  readonly help: string;
  readonly group: string;
}

/** The options of a command, in the order of its help. */
export function optionsOf(definition: AnyCommand): readonly CommandOption[] {
  const own = isPage(definition) ? optionsOfPage(definition) : optionsOfRun(definition);
  const hasColor = !isPage(definition) || !definition.isPlainText;
  const noColor = { flags: "--no-color", help: "the same as --color never", group: OTHER_NAMES_GROUP };
  const all = [...own, ...(hasColor ? [noColor] : [])];
  // They come last.
  const isOther = ({ group }: CommandOption) => group === OTHER_NAMES_GROUP;
  return [...all.filter((option) => !isOther(option)), ...all.filter(isOther)];
}

function optionsOfPage({ settings, isPlainText }: PageCommand): readonly CommandOption[] {
  return optionsFor({ ...settings, ...(!isPlainText && PAGE_SETTINGS) });
}

function optionsOfRun(definition: CommandSpec | Shortcut): readonly CommandOption[] {
  const { inputs, settings, labels = QUERY_AND_KEY_LABELS } = definition;
  const { inputHelp, source } = recordingCommand(definition);
  const group = "Matrices";
  return [
    ...inputs.map((name) => {
      return { flags: `${optionOf(name)} <matrix>`, help: inputHelp?.[name] ?? INPUTS[name].help, group };
    }),
    ...Object.entries(labels).map(([name, help]) => {
      return { flags: `${optionOf(name as keyof LabelOptions)} <names>`, help, group };
    }),
    ...(source === "model" ? OF_MODELS : READING_OPTIONS),
    DEMO,
    ...optionsFor(settingsOf({ settings })),
    ...optionsFor(VIEW_SETTINGS).filter(({ flags }) => !isNamedLike(flags, settings)),
    { flags: "--reaches <cell>", help: "the same as --uses", group: OTHER_NAMES_GROUP },
  ];
}

/** Whether a shortcut has an option of its own by the name of a view, which then means that. */
const isNamedLike = (flags: string, settings: AnySettingTable): boolean =>
  Object.values(settings).some(({ flag }) => flag.split(" ")[0] === flags.split(" ")[0]);

function optionsFor(settings: AnySettingTable): readonly CommandOption[] {
  return Object.values(settings).flatMap((setting) => {
    const { flag, negation, within } = setting;
    const group = within ? OTHER_NAMES_GROUP : setting.group;
    return [
      { flags: flag, help: helpOf(setting), group },
      ...(negation === undefined ? [] : [{ flags: flag.replace("--", "--no-"), help: negation, group }]),
    ];
  });
}

/** "query heads (default 1)". A flag is off when nothing else is said. */
function helpOf({ help, default: value, defaultText, within }: Setting<unknown>): string {
  if (within) {
    const unless = value === undefined ? "" : ` (default ${value})`;
    return `${help}${unless}: the same as ${whole(within)}`;
  }
  if (defaultText !== undefined) return `${help} (default: ${defaultText})`;
  return value === undefined || value === false ? help : `${help} (default ${value})`;
}

/** Where those stand that another option says as well. */
const OTHER_NAMES_GROUP = "Other names";

/** `--window A,`, `--scaling NAME:factor=…`. */
const whole = ({ setting, as }: NonNullable<Setting<unknown>["within"]>) =>
  as.includes(",") ? `--${setting} ${as}` : `--${setting} NAME:${as}=…`;

const reading = (flags: string, help: string): CommandOption => ({ flags, help, group: "Reading" });

/** Options that say how to read what was given. */
const READING_OPTIONS: readonly CommandOption[] = [
  reading("--transpose <names>", "use these matrices transposed: key,wq"),
  reading("--decimal-comma", "read 1,5 as one and a half"),
  reading("--header <yes|no>", "whether the first row of a table holds names; alone: yes"),
  { flags: "--no-header", help: "the same as --header no", group: OTHER_NAMES_GROUP },
  reading("--null <value>", "nan: read missing values (null, NA) as NaN"),
  reading(
    "--axes <order>",
    "how query, key and value lie that have more than two axes: bhnd (batch, head, token, column), bnhd, hnd, nhd",
  ),
  reading(
    "--batch <b>",
    "of arrays with more than two axes take this one of the first (--head: of the heads)",
  ),
];

const DEMO = reading("--demo", "work a built-in example");

const OF_MODELS: readonly CommandOption[] = [
  reading("--text-file <file>", "the text that the model is run on, or - for standard input"),
  reading("--batch <b>", "with --check: of a dump of several texts, this one"),
];
