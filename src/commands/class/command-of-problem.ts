import { INPUTS } from "../../attention/inputs.js";
import { plainName } from "../../attention/names.js";
import { onOff, type SettingsIn, settingTable, takes } from "../../attention/setting.js";
import { refuse, setting, UserError } from "../../errors.js";
import { membersOf } from "../../input/arrays/members.js";
import { filesOfFolder } from "../../input/folder.js";
import { inputNamed } from "../../input/names.js";
import { createOpener, isText } from "../../input/open.js";
import type { ObjectValue, Value } from "../../input/value.js";
import { axesOf } from "../../input/value-axes.js";
import type { CommandSpec, Values } from "../../runs/command-spec.js";
import type { Io } from "../../runs/io.js";
import { refuseConflicts } from "../../runs/needs.js";
import { readWhole } from "../../runs/read/read-arrays.js";
import { attend } from "../attend.js";
import { compareScoring } from "../compare-scoring.js";
import { layer } from "../layer.js";
import { multihead } from "../multihead.js";
import { posenc } from "../posenc.js";
import { SPECS } from "../specs.js";

const ofProblem = (name: string) =>
  onOff(`the problem is for qkv ${name} (default: the content of its file decides)`, "Problem");

/** Settings of `qkv check` itself, which do not belong to the problem. */
export const CLASS_SETTINGS = settingTable("Class", {
  multihead: ofProblem("multihead"),
  layer: ofProblem("layer"),
  posenc: ofProblem("posenc"),
  gradescope: {
    ...onOff("write the results.json of a Gradescope autograder for one sheet: one test per step"),
    brief: "the results.json of one submission",
  },
  feedback: takes(
    "<folder>",
    String,
    "also write each marked sheet into its own file: .txt, or .md with -o markdown",
    { brief: "also write each marked sheet" },
  ),
});

/** Returns only the values of the problem's settings. */
export const withoutClass = (values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(CLASS_SETTINGS, name)));

/** The commands that a problem may be for, in the order in which they are tried. */
export const KINDS = [attend, multihead, layer, posenc] as const;

export type ClassSettings = SettingsIn<typeof CLASS_SETTINGS>;

/**
 * Returns the command that a problem is for: the one that an option names, the one of a stored run, or the first that
 * takes all contents of the file and all values. Throws USAGE for two such options, and for an option that the command
 * does not have.
 */
export async function commandOfProblem(
  problem: string | undefined,
  values: Values,
  io: Io,
): Promise<CommandSpec> {
  refuseConflicts<Values>([{ names: ["multihead", "layer", "posenc"] }], values);
  const spec = givenKind(values) ?? (await commandThatFits(problem, values, io));
  const foreign = namesOfOptions(values).find((name) => !has(spec, name));
  if (foreign === undefined) return spec;
  refuse(
    `The problem is for qkv ${spec.name}, which has no ${setting(foreign)}.`,
    "Leave out the option, or name the command of the problem: --multihead, --layer, --posenc.",
  );
}

async function commandThatFits(problem = "-", values: Values, io: Io) {
  const typed = namesOfOptions(values);
  const fitting = kindsThatTake(values);
  const [first = KINDS[0]] = fitting;
  // --head takes one head out of arrays with heads. Without it all heads are judged.
  const withHeads =
    values.head === undefined ? fitting.find(({ settings }) => "heads" in settings) : undefined;
  const entries = problem === "-" ? undefined : await bundleIn(problem, io);
  if (!entries) return withHeads && (await isDeepIn(values, io)) ? withHeads : first;
  const { command, settings } = Object.fromEntries(Array.from(entries, ([name, { value }]) => [name, value]));
  const ran = command?.kind === "scalar" ? String(command.value) : "";
  if (Object.hasOwn(SPECS, ran)) return SPECS[ran]();
  const asked = settings?.kind === "object" ? [...settings.entries.keys()] : [];
  // Without a matrix there is nothing to attend to. A table of positions has only sizes.
  if (![...entries.keys(), ...typed].some(inputNamed) && !asked.includes("random")) return posenc;
  const headed = Array.from(entries).find(([name]) => HEADED.includes(inputNamed(name) ?? ""));
  if (withHeads && headed && isDeep(headed[1].value)) return withHeads;
  const inputs = Array.from(entries.keys(), inputNamed).filter((name) => name !== undefined);
  const takesAll = (spec: CommandSpec) => {
    const known = Object.keys(spec.settings).map(plainName);
    return (
      asked.every((name) => known.includes(plainName(name))) &&
      inputs.every((name) => spec.inputs.includes(name))
    );
  };
  return [...fitting, compareScoring].find(takesAll) ?? first;
}

/** Whether the problem is given by options. */
export const isGivenBy = (values: Values) =>
  values.demo === true || namesOfOptions(values).some((name) => Object.hasOwn(INPUTS, name));

/** Returns the names of settings and inputs of a problem on the command line. */
const namesOfOptions = (values: Values) =>
  Object.keys(values).filter(
    (name) => !Object.hasOwn(CLASS_SETTINGS, name) && KINDS.some((spec) => has(spec, name)),
  );

/** Returns the command that an option names. */
const givenKind = (values: Values) => KINDS.find(({ name }) => values[name] === true);

/** Returns the command for a dump: one attention, unless an option says otherwise. */
export const commandOfDump = (values: Values) => givenKind(values) ?? kindsThatTake(values)[0] ?? KINDS[0];

/** Returns the commands that have all options. */
const kindsThatTake = (values: Values) =>
  KINDS.filter((spec) => namesOfOptions(values).every((name) => has(spec, name)));

/** Whether a name is a setting or an input of a command. */
const has = ({ inputs, settings }: CommandSpec, name: string) =>
  Object.hasOwn(settings, name) || inputs.some((input) => input === name);

/**
 * Returns the named members of a file, or of the first file of a folder. Returns undefined for a file of one matrix.
 */
export async function bundleIn(problem: string, io: Io): Promise<ObjectValue["entries"] | undefined> {
  const [file = problem] = filesOfFolder(problem, io.files);
  const { source, value } = await readWhole(file, io.files, "the problem").catch(async (error) => {
    const { namedInputs } = await import("../../input/documents/named-inputs.js");
    const text = createOpener(io.files).open(file, "");
    const named = error instanceof UserError ? await namedInputs(text) : undefined;
    if (!named) throw error;
    return { source: text, value: named.value };
  });
  return value.kind === "object" ? membersOf(value, source.isBinary === true) : undefined;
}

/** The inputs of a kernel that may have an axis for heads. */
const HEADED: readonly string[] = ["query", "key", "value"];

const isDeep = (value: Value) => axesOf(value).length > 2;

/** Whether the matrices on a command line have axes for heads. The first given one decides. */
async function isDeepIn(values: Values, io: Io) {
  const given = HEADED.map((name) => values[name]).find((word) => typeof word === "string" && word !== "-");
  if (typeof given !== "string" || isText(given, io.files)) return false;
  const { source, value } = await readWhole(given, io.files, "the problem");
  return source.isBinary === true && isDeep(value);
}
