import type { InputName } from "../../attention/inputs.js";
import { choice, wholeNumber } from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import { AXES } from "../../input/head-arrays.js";
import { type Files, type ReadRequest, type SourcedProblem, storedBytes } from "../../input/read.js";
import type { CommandSpec } from "../command-spec.js";
import { settingsOf } from "../command-spec.js";
import type { Invocation } from "../invocation.js";
import { locateErrors } from "../picked-settings.js";

/** Whether a command line names nothing to work with, so that standard input is all there can be. */
export function hasNothingToRead(invocation: Invocation): boolean {
  const { command, sources, options } = invocation;
  const hasGiven =
    sources.length > 0 ||
    options.demo ||
    command.source === "model" ||
    Object.keys(givenMatrices(invocation)).length > 0;
  return !hasGiven && options.random !== true && command.needsNoInput?.(options) !== true;
}

/** What a command line asks to be read, and how. Throws BAD_VALUE. */
export function readRequest(invocation: Invocation): ReadRequest {
  const { command, sources, options } = invocation;
  const text = (name: string) => (typeof options[name] === "string" ? options[name] : undefined);
  const hasNothing = hasNothingToRead(invocation);
  return {
    sources: [...(options.demo ? [`@${DEMO}`] : []), ...(hasNothing ? ["-"] : asRow(sources))],
    stdinMayBeEmpty: hasNothing,
    matrices: givenMatrices(invocation),
    tokens: text("tokens"),
    keyTokens: text("keyTokens"),
    transpose: text("transpose")?.split(",") ?? [],
    accepts: command.inputs,
    unnamed: command.unnamed,
    settings: settingsOf(command),
    layout: text("layout"),
    decimalComma: options.decimalComma === true,
    null: readsNull(text("null")),
    header: typeof options.header === "boolean" ? options.header : undefined,
    slice: readSlice(invocation),
    takesAnswers: options.check === true,
    layer: askedLayer(options),
    arrays: readAxes(invocation),
  };
}

const BARE_NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?[,;]?$/i;

/** A shell makes three words of `2 1 0.1`: numbers alone, without quotes, are one matrix. */
function asRow(sources: readonly string[]): readonly string[] {
  const isRow = sources.length > 1 && sources.every((word) => BARE_NUMBER.test(word));
  return isRow ? [sources.join(" ")] : sources;
}

/** How arrays with axes for heads are taken apart: into heads, or, where a command has none, to pick one by --head. */
function readAxes(invocation: Invocation): ReadRequest["arrays"] {
  const { command, options } = invocation;
  const { batch, head } = readSlice(invocation);
  const axes = readOption(options, "axes", choice(...AXES));
  const takesHeads = command.inputs.includes("query") && (options.x === undefined || axes !== undefined);
  const hasHeads = "heads" in command.settings;
  if (!takesHeads || !(hasHeads || head !== undefined || axes !== undefined)) return undefined;
  const count = (name: "heads" | "kvHeads") =>
    typeof options[name] === "string" ? Number(options[name]) : undefined;
  return { axes, batch, head, heads: count("heads"), kvHeads: count("kvHeads") };
}

/** The matrices that options give, by the name of the input. */
function givenMatrices({ command, options }: Invocation): Partial<Record<InputName, string>> {
  const given = command.inputs.flatMap((name) => {
    const value = options[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(given), ...targetOf(options) };
}

/** The matrix behind the colon of `--loss mse:TARGET` or `--loss cross-entropy:IDS`. Throws CONFLICTING_INPUTS when there is another one. */
function targetOf({ loss, target }: Invocation["options"]): Partial<Record<InputName, string>> {
  const [, name, written] = (typeof loss === "string" && /^\s*(mse|cross-entropy):(.*)$/s.exec(loss)) || [];
  if (written === undefined) return {};
  if (target === undefined) return { target: written };
  throw new UserError("CONFLICTING_INPUTS", `--loss ${name}:… and --target both say what the target is.`, {
    hint: "Give one of them.",
  });
}

/** --batch and --head as indices into arrays that are read. Where there are heads in a run, --head shows one of those. */
export function readSlice({ command, options }: Invocation): NonNullable<ReadRequest["slice"]> {
  const index = (name: "batch" | "head") => readOption(options, name, wholeNumber(0));
  return { batch: index("batch"), head: "heads" in command.settings ? undefined : index("head") };
}

/** An option by its rule, where it is given. Throws BAD_VALUE, which names it. */
function readOption<T>(options: Invocation["options"], name: string, parse: (given: unknown) => T) {
  const given = options[name];
  const read = () => (given === undefined ? undefined : parse(given));
  return locateErrors(read, () => ({ source: `--${name}` }));
}

/** --layer as a number. Throws BAD_VALUE. */
export const askedLayer = (options: Invocation["options"]): number | undefined =>
  readOption(options, "layer", wholeNumber(0));

/** Throws USAGE for --layer when nothing that was read has several. */
export function refuseIdleLayer({ options }: Invocation, { sliced }: SourcedProblem): void {
  if (options.layer === undefined || sliced.has("layer")) return;
  throw new UserError("USAGE", "--layer: no source that was given is a model with layers.", {
    hint: "It takes the weights of one layer out of a folder with config.json and model.safetensors; leave it out.",
  });
}

/** Throws USAGE for --batch when nothing that was read has an axis for it. */
export function refuseIdleBatch({ options }: Invocation, { sliced }: SourcedProblem): void {
  if (options.batch === undefined || sliced.has("batch")) return;
  throw new UserError("USAGE", "--batch: no array that was given has an axis for it.", {
    hint: "It takes one of several matrices out of .npy, .npz and .safetensors files; leave it out.",
  });
}

/** Throws USAGE when all there is are answers: SOURCE has been taken for one of them. */
export function refuseLostSource({ as, options }: Invocation, { matrices }: SourcedProblem): void {
  if (options.check === undefined || Object.keys(matrices).length > 0) return;
  throw new UserError("USAGE", "--check takes every value up to the next option, and no SOURCE is left.", {
    hint: `Give SOURCE first: qkv ${as.name} problem.json --check answers.json.`,
  });
}

/** Throws BAD_VALUE for anything but "nan". */
function readsNull(value: string | undefined): "nan" | undefined {
  if (value === undefined || value === "nan") return value;
  throw new UserError("BAD_VALUE", `"${value}" is not nan.`, {
    location: { source: "--null" },
    hint: "--null nan reads missing values as NaN; without it they are refused.",
  });
}

/** The built-in example is one more file; behind an @ it is taken for nothing else. */
const DEMO = "the built-in example";

export function withDemo(files: Files, command: CommandSpec): Files {
  return {
    ...files,
    openFile: (path) =>
      path === DEMO ? storedBytes(new TextEncoder().encode(command.demo())) : files.openFile(path),
  };
}
