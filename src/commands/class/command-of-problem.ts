import { plainName } from "../../attention/names.js";
import { optionOf } from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import { filesOfFolder } from "../../input/folder.js";
import type { FormOptions } from "../../input/forms/form.js";
import { parseText } from "../../input/forms/registry.js";
import { inputNamed } from "../../input/names.js";
import { createOpener, isText } from "../../input/open.js";
import type { Value } from "../../input/value.js";
import { axesOf } from "../../input/value-axes.js";
import type { CommandSpec } from "../../runs/command-spec.js";
import type { Io } from "../../runs/io.js";
import type { Values } from "../../runs/request.js";
import { posenc } from "../posenc.js";
import { SPECS } from "../specs.js";
import { CLASS_SETTINGS, KINDS } from "./class-settings.js";

/**
 * The command that a problem is for: the one that an option names, the one that a run was of, or the first that takes all that the
 * file holds and the values say. Throws USAGE for two values, and for one that is none of that command.
 */
export async function commandOfProblem(
  problem: string | undefined,
  values: Values,
  io: Io,
): Promise<CommandSpec> {
  const spec = await chooseCommand(problem, values, io);
  const foreign = namesOfOptions(values).find((name) => !isOf(spec, name));
  if (foreign === undefined) return spec;
  throw new UserError("USAGE", `The problem is one of qkv ${spec.name}, which has no ${optionOf(foreign)}.`, {
    hint: "Leave the option out, or say what the problem is: --multihead, --layer, --posenc.",
  });
}

async function chooseCommand(problem: string | undefined, values: Values, io: Io): Promise<CommandSpec> {
  const [said, other] = KINDS.filter(({ name }) => values[name] === true);
  if (other !== undefined)
    throw new UserError("USAGE", `--${said.name} and --${other.name} contradict each other.`, {
      hint: "Leave one of them out.",
    });
  if (said !== undefined) return said;
  const named = namesOfOptions(values);
  const fitting = KINDS.filter((spec) => named.every((name) => isOf(spec, name)));
  const [first = KINDS[0]] = fitting;
  // One head of arrays is taken out by --head; without it all are judged.
  const withHeads = values.head === undefined ? fitting.find((spec) => "heads" in spec.settings) : undefined;
  const held = problem === undefined || problem === "-" ? undefined : await namesIn(problem, io);
  if (!held) return withHeads && (await hasHeadsIn(values, io)) ? withHeads : first;
  if (held.command !== undefined && Object.hasOwn(SPECS, held.command)) return SPECS[held.command]();
  // Without a matrix there is nothing to attend to: a table of positions has sizes alone.
  if (![...held.keys, ...named].some((key) => inputNamed(key)) && !held.settings.includes("random"))
    return posenc;
  if (withHeads && held.hasHeads) return withHeads;
  return fitting.find((spec) => takes(spec, held)) ?? first;
}

/** The settings and inputs of a problem that stand on the command line. */
export const namesOfOptions = (values: Values): readonly string[] =>
  Object.keys(values).filter(
    (name) => !Object.hasOwn(CLASS_SETTINGS, name) && KINDS.some((spec) => isOf(spec, name)),
  );

const isOf = ({ inputs, settings }: CommandSpec, name: string) =>
  Object.hasOwn(settings, name) || inputs.some((input) => input === name);

/** What a file holds, by name. */
interface Held {
  readonly command: string | undefined;
  readonly keys: readonly string[];
  readonly settings: readonly string[];
  /** Whether query, key and value have axes for heads. */
  readonly hasHeads: boolean;
}

async function namesIn(problem: string, io: Io): Promise<Held | undefined> {
  const [file = problem] = filesOfFolder(problem, io.files, false);
  const { value } = await parseText(createOpener(io.files).open(file, ""), WHOLE);
  if (value.kind !== "object") return undefined;
  const command = value.entries.get("command")?.value;
  const keys = [...value.entries.keys()];
  const first = keys.find((key) => HEADED.includes(inputNamed(key) ?? ""));
  const matrix = first === undefined ? undefined : value.entries.get(first)?.value;
  return {
    command: command?.kind === "scalar" ? String(command.value) : undefined,
    keys,
    settings: namesOf(value.entries.get("settings")?.value),
    hasHeads: matrix !== undefined && isDeep(matrix),
  };
}

/** How a problem is read to see what it is: arrays with all their axes. */
const WHOLE: FormOptions = {
  subject: "the problem",
  decimalComma: false,
  header: undefined,
  emptyCells: "nan",
  slice: { isWhole: true },
};

/** What kernels are handed with axes for heads. */
const HEADED: readonly string[] = ["query", "key", "value"];

const isDeep = (value: Value) => axesOf(value).length > 2;

/** Whether the matrices on a command line have axes for heads: one of them tells it. */
async function hasHeadsIn(values: Values, io: Io): Promise<boolean> {
  const given = HEADED.map((name) => values[name]).find((one) => typeof one === "string" && one !== "-");
  if (typeof given !== "string" || isText(given, io.files)) return false;
  const source = createOpener(io.files).open(given, "");
  return source.isBinary === true && isDeep((await parseText(source, WHOLE)).value);
}

const namesOf = (value: Value | undefined) => (value?.kind === "object" ? [...value.entries.keys()] : []);

function takes({ inputs, settings }: CommandSpec, held: Held): boolean {
  const own = Object.keys(settings).map(plainName);
  return (
    held.settings.every((name) => own.includes(plainName(name))) &&
    held.keys.every((key) => {
      const input = inputNamed(key);
      return input === undefined || inputs.includes(input);
    })
  );
}
