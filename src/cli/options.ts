import { INPUTS, type InputName } from "../attention/inputs.js";
import { type AnySettingTable, optionOf, type Setting } from "../attention/setting.js";
import { type AnyCommand, isPage, type PageCommand, recordingCommand } from "../commands/definition.js";
import type { Shortcut } from "../commands/shortcuts/shortcut.js";
import {
  type CommandSpec,
  type LabelOptions,
  QUERY_AND_KEY_LABELS,
  settingsOf,
} from "../runs/command-spec.js";
import { PAGE_SETTINGS, VIEW_SETTINGS } from "../runs/views.js";

/** An option as help shows it. With a `<value>` in its flags it takes one. */
export interface CommandOption {
  readonly flags: string;
  readonly help: string;
  readonly group: string;
}

/** Whether an option with these flags is asked for. */
type IsAsked = (flags: string) => boolean;

/** The options of a command, in the order of its help; making them all takes as long as the work on a small problem. */
export function optionsOf(definition: AnyCommand, isAsked: IsAsked = () => true): readonly CommandOption[] {
  const own = isPage(definition) ? optionsOfPage(definition, isAsked) : optionsOfRun(definition, isAsked);
  const hasColor = !isPage(definition) || !definition.isPlainText;
  const noColor = { flags: "--no-color", help: "the same as --color never", group: OTHER_NAMES_GROUP };
  const all = [...own, ...(hasColor ? [noColor] : [])].filter(({ flags }) => isAsked(flags));
  // They come last.
  const isOther = ({ group }: CommandOption) => group === OTHER_NAMES_GROUP;
  return [...all.filter((option) => !isOther(option)), ...all.filter(isOther)];
}

function optionsOfPage(
  { settings = {}, isPlainText }: PageCommand,
  isAsked: IsAsked,
): readonly CommandOption[] {
  return [...optionsFor(settings, isAsked), ...(isPlainText ? [] : optionsFor(PAGE_SETTINGS, isAsked))];
}

function optionsOfRun(definition: CommandSpec | Shortcut, isAsked: IsAsked): readonly CommandOption[] {
  const { inputs, settings, labels = QUERY_AND_KEY_LABELS } = definition;
  const { inputHelp, source } = recordingCommand(definition);
  const group = "Matrices";
  const isOwn = (flags: string) => {
    const name = nameOf(flags);
    return Object.values(settings).some(({ flag }) => flag.startsWith(name) && nameOf(flag) === name);
  };
  return [
    ...inputs.flatMap((name) => {
      const short = inputs.includes("query") ? SHORT_NAMES[name] : undefined;
      const flags = `${short ? `${short}, ` : ""}${optionOf(name)} <matrix>`;
      return isAsked(flags) ? { flags, help: inputHelp?.[name] ?? INPUTS[name].help, group } : [];
    }),
    ...Object.entries(labels).map(([name, help]) => {
      return { flags: `${optionOf(name as keyof LabelOptions)} <names>`, help, group };
    }),
    ...(source === "model" ? OF_MODELS : READING_OPTIONS),
    DEMO,
    ...optionsFor(settingsOf({ settings }), isAsked),
    // A shortcut may have an option of its own by the name of a view, which then means that.
    ...optionsFor(VIEW_SETTINGS, (flags) => isAsked(flags) && !isOwn(flags)),
    { flags: "--reaches <cell>", help: "the same as --uses", group: OTHER_NAMES_GROUP },
  ];
}

/** Short names of matrices, in the commands that take a query. */
const SHORT_NAMES: Partial<Record<InputName, string>> = { query: "-q", key: "-k", value: "-v" };

/** `--steps` of `--steps <ids>`. */
const nameOf = (flags: string) => flags.replace(/ .*/, "");

function optionsFor(settings: AnySettingTable, isAsked: IsAsked): readonly CommandOption[] {
  const options: CommandOption[] = [];
  for (const name in settings) {
    const setting = settings[name];
    const { flag, negation, within } = setting;
    const group = within ? OTHER_NAMES_GROUP : setting.group;
    if (isAsked(flag)) options.push({ flags: flag, help: helpOf(setting), group });
    const negated = negation !== undefined && flag.replace("--", "--no-");
    if (negated && isAsked(negated)) options.push({ flags: negated, help: negation, group });
  }
  return options;
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
