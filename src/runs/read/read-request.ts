import type { InputName } from "../../attention/inputs.js";
import { type Files, type ReadRequest, type SourcedProblem, storedBytes } from "../../input/read.js";
import { type CommandSpec, type RunRequest, settingsOf } from "../command-spec.js";
import { besides, type Need, need } from "../needs.js";
import type { ReadingValues } from "./reading-settings.js";

/** Whether no input is named, so that only stdin is left. */
export function hasNothingToRead({ command, words, values }: RunRequest): boolean {
  const isGiven =
    words.length > 0 ||
    values.demo === true ||
    command.source === "model" ||
    command.inputs.some((name) => values[name] !== undefined);
  return !isGiven && values.random !== true && command.needsNoInput?.(values) !== true;
}

/** Returns what to read, and how. */
export function readRequest(request: RunRequest): ReadRequest {
  const { command, words } = request;
  const values = request.values as Partial<ReadingValues>;
  const hasNothing = hasNothingToRead(request);
  return {
    sources: [...(values.demo ? [`@${DEMO}`] : []), ...(hasNothing ? ["-"] : asRow(words))],
    stdinMayBeEmpty: hasNothing,
    matrices: givenMatrices(request),
    beside: values.beside,
    tokens: values.tokens,
    keyTokens: values.keyTokens,
    transpose: values.transpose ?? [],
    accepts: [...command.inputs, ...(command.ofHeads ? HEADS_ALONE : [])],
    unnamed: command.unnamed,
    settings: settingsOf(command),
    layout: values.layout,
    decimalComma: values.decimalComma === true,
    null: values.null,
    form: values.form,
    header: values.header,
    slice: readSlice(request),
    layer: values.layer,
    hasLoss: request.values.loss !== undefined,
    arrays: readAxes(request),
  };
}

/**
 * Inputs that a dump of one attention may also contain, although only the command for heads takes them. `choosePart`
 * then switches to that command.
 */
export const HEADS_ALONE: readonly InputName[] = ["sinks"];

/** Whether a word is one number without quotes. */
export const isBareNumber = (word: string) =>
  /^[-+]?(?:(?:\d+(?:[.,/]\d*)?|\.\d+)(?:e[-+]?\d+)?|inf(?:inity)?|∞|nan)[,;]?$/i.test(word);

/** Joins numbers without quotes to one matrix: the shell makes three words of `2 1 0.1`. */
function asRow(sources: readonly string[]) {
  const isRow = sources.length > 1 && sources.every(isBareNumber);
  return isRow ? [sources.join(" ")] : sources;
}

/**
 * Returns how arrays with axes for heads are split. A command without heads gets one head: the one of --head, else the
 * first.
 */
function readAxes(request: RunRequest) {
  const { command, values } = request;
  const { axes, x, heads, kvHeads, maskTrue, misread } = values as Partial<ReadingValues>;
  const { batch, head } = readSlice(request);
  if (!command.inputs.includes("query") || (x !== undefined && axes === undefined)) return undefined;
  const isPlaced = (values.align ?? values.queryOffset) !== undefined;
  const oneHead = !("heads" in command.settings);
  return { axes, batch, head, oneHead, heads, kvHeads, maskTrue, misread, isPlaced };
}

/** Returns the matrices that options give, by the name of the input. */
function givenMatrices({ command, values }: RunRequest) {
  const given = command.inputs.filter((name) => values[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, String(values[name])]));
}

/** Returns --batch and --head as indices into arrays. If a run has heads, --head chooses one of them instead. */
export function readSlice({ command, values }: RunRequest): NonNullable<ReadRequest["slice"]> {
  const { batch, head } = values as Partial<ReadingValues>;
  return { batch, head: "heads" in command.settings ? undefined : head };
}

/** Returns the needs of options that choose a part of the input. */
export const readingNeeds = ({
  source,
}: CommandSpec): readonly Need<Pick<SourcedProblem, "sliced"> & { readonly check?: unknown }>[] => [
  source === "model"
    ? besides("check", "batch")
    : need("arrays with an axis for batches", ({ sliced }) => sliced.has("batch"), "batch"),
];

/** The built-in example as the name of a file. After an @ it cannot mean anything else. */
const DEMO = "the built-in example";

export function withDemo(files: Files, command: CommandSpec): Files {
  return {
    ...files,
    openFile: (path) =>
      path === DEMO ? storedBytes(new TextEncoder().encode(command.demo())) : files.openFile(path),
  };
}
