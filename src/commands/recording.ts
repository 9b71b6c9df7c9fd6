import type { InputName } from "../attention/inputs.js";
import { completeSettings } from "../attention/setting.js";
import { refuse, refuseAs, setting } from "../errors.js";
import { inputOfFile } from "../input/lone-matrix.js";
import type { Files } from "../input/read.js";
import { FORMATS, type FormatName } from "../render/formats/registry.js";
import {
  type CommandSpec,
  type Introduction,
  type LabelOptions,
  pick,
  type Request,
  type RunRequest,
  settingsOf,
  withDefaults,
} from "../runs/command-spec.js";
import { type FinishedRun, withoutSlices } from "../runs/finished-run.js";
import { ClosedPipe, EXIT, type Io, writeNotes } from "../runs/io.js";
import { idleNotes } from "../runs/needs.js";
import { withNamedWords } from "../runs/read/named-words.js";
import { hasNothingToRead } from "../runs/read/read-request.js";
import { readingSettings } from "../runs/read/reading-settings.js";
import { readAndRecord } from "../runs/record-run.js";
import type { Output } from "../runs/show/deliver.js";
import { chooseOutput, printRun } from "../runs/show/print-run.js";
import { VIEW_NEEDS } from "../runs/view-needs.js";
import { VIEW_SETTINGS, type ViewSettings } from "../runs/views.js";
import { drawnNames } from "../systems/drawn/draw-settings.js";
import type { Command } from "./command.js";

const WORDS = {
  matrices: {
    usage: "[SOURCE…] [options]",
    wordsHelp: "bundles (JSON), files of one matrix named like it (q.csv), or - for standard input",
  },
  model: {
    usage: "[DIR|FILE] [options]",
    wordsHelp: "a folder with config.json and model.safetensors, or that file",
  },
} as const;

/** The inputs and settings of a spec that a command takes. An alias takes fewer than all. */
export interface AcceptedOptions {
  readonly inputs: readonly InputName[];
  readonly settings: Command["settings"];
  readonly labels?: LabelOptions | undefined;
}

/**
 * Returns the options of a command that records: for reading, for the numbers, and for showing. If names are equal, the
 * command's own setting replaces the one for showing.
 */
export function recordingSettings(
  spec: CommandSpec,
  { inputs, settings, labels }: AcceptedOptions,
): Command["settings"] {
  const ofRun = settingsOf({ settings });
  return { ...readingSettings(spec, inputs, labels), ...ofRun, ...VIEW_SETTINGS, ...settings };
}

/**
 * A short name for what a command does, with its own help and only the options that matter for it: `qkv rope` is `qkv
 * posenc --kind rope`.
 */
interface Alias
  extends Introduction,
    Partial<AcceptedOptions>,
    Pick<Command, "usage" | "wordsHelp" | "firstWord"> {
  /** Returns the request as the spec expects it. Absent if both are the same. Throws UserError as settings do. */
  expand?(request: Request): Request;
}

/**
 * Returns the command that reads a problem, records it by a spec, and shows or checks the result. The JSON of an alias,
 * and the line that repeats its run, contain the name of the spec.
 */
export function recording(spec: CommandSpec, alias: Alias = ownWords(spec)): Command {
  const {
    expand = (request) => request,
    inputs = spec.inputs,
    labels = spec.labels,
    settings = spec.settings,
    ...about
  } = alias;
  return {
    ...about,
    takesWords: "several",
    settings: recordingSettings(spec, { inputs, labels, settings }),
    async record(request, io) {
      const quick = { ...io, files: smallFiles(io.files, spec) };
      const views = withDefaults(VIEW_SETTINGS, {});
      const purpose = { views, format: "table" } as const;
      return (await readAndRecord({ ...expand(request), command: spec }, purpose, quick)).trace;
    },
    run(request, io) {
      const meant = expand(withMainInput(request, spec, inputs));
      return runRecording({ ...withNamedWords(meant, io.files, spec), command: spec }, io, () =>
        howToBegin(about),
      );
    },
  };
}

const ownWords = ({ name, summary, examples, source }: CommandSpec): Alias => {
  return { name, summary, examples, ...WORDS[source ?? "matrices"] };
};

/** Reads a single file as the main input of an alias, whatever its name: `softmax q.csv`. */
function withMainInput(
  { words, values }: Request,
  { unnamed = [] }: CommandSpec,
  inputs: readonly InputName[],
) {
  const [[main], [word = "", another]] = [unnamed, words];
  const name = another === undefined ? inputOfFile(word) : undefined;
  return main === undefined || name === undefined || inputs.includes(name)
    ? { words, values }
    : { words: [], values: { [main]: word, ...values } };
}

/** Whether only sizes are given, and nothing to read. */
const isSized = (request: RunRequest) =>
  hasNothingToRead(request) &&
  drawnNames(request.command.settings).some((name) => request.values[name] !== undefined);

/** Reads, records and shows a run, or checks the given answers. Returns the exit code. */
async function runRecording(asking: RunRequest, io: Io, help: () => string): Promise<number> {
  const isDrawn = isSized(asking) && io.isTerminal("stdin");
  const request = isDrawn ? { ...asking, values: { ...asking.values, random: true } } : asking;
  const given = pick(VIEW_SETTINGS, request.values);
  const output = chooseOutput(given, io);
  const { format } = output;
  const asked = withOneStep(given, format);
  const views = completeSettings(VIEW_SETTINGS, asked);
  if (hasNothingToRead(request) && io.isTerminal("stdin")) {
    io.writeError(help());
    return EXIT.unusable;
  }
  const clearProgress = io.showProgress(views.quiet);
  const run = await readAndRecord(request, { views, format }, io).finally(clearProgress);
  writeNotices(run, idleNotes(VIEW_NEEDS, { ...withoutSlices(asked, run.reading), format }), io);
  if (views.explore) return exploreRun(run, output, io);
  if (!run.given) {
    await printRun(run, output, io);
    return EXIT.done;
  }
  const { exitCodeOf, judgeRun } = await import("../runs/check/judge-run.js");
  const checks = await judgeRun(run);
  const exitCode = exitCodeOf(checks, views);
  try {
    await printRun({ ...run, checks }, output, io);
  } catch (error) {
    // A reader that stops early (`| grep -q`) still needs the exit code of the check.
    if (!(error instanceof ClosedPipe)) throw error;
  }
  return exitCode;
}

/** If a format contains one matrix and one step is chosen, that step is written: `--steps weights -o csv`. */
function withOneStep(views: Partial<ViewSettings>, format: FormatName): Partial<ViewSettings> {
  const { steps, ...others } = views;
  const isOne = Array.isArray(steps) && steps.length === 1 && FORMATS[format].holds === "matrix";
  return isOne && views.only === undefined ? { ...others, only: steps[0] } : views;
}

/** Writes how inputs were read, notes and warnings to stderr, unless --quiet is given. */
export function writeNotices(
  { reading, trace, views }: FinishedRun,
  others: readonly string[],
  io: Io,
): void {
  if (views.quiet) return;
  const notices = views.verbose ? reading.notices : reading.announced;
  writeNotes(io, [...notices, ...others]);
  for (const warning of trace.warnings) io.writeError(`warning: ${warning}\n`);
}

function howToBegin({ name, summary, examples }: Introduction) {
  const lines = examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`);
  return `${summary}\n\n${lines.join("\n")}\n\nqkv ${name} --demo runs an example; qkv ${name} --help shows the options.\n`;
}

/** The largest file in bytes that is read for a completion. A larger one would take too long. */
const LARGEST_READ = 4_000_000;

/**
 * Returns Files that refuse large files. Files of a model are allowed, because only the needed parts of them are read.
 */
function smallFiles(files: Files, { source }: CommandSpec): Files {
  const refuse = () => {
    refuseAs("FILE_UNREADABLE", "This takes too long for a completion.");
  };
  return {
    openFile(path) {
      const stored = files.openFile(path);
      return source !== "model" && stored.size > LARGEST_READ ? refuse() : stored;
    },
    openStdin: refuse,
    ...(files.exists && { exists: files.exists }),
  };
}

/**
 * Lets the user explore a run, and prints the explanation that they choose at the end. Returns the exit code. Throws
 * USAGE if there is no terminal.
 */
async function exploreRun(run: FinishedRun, output: Output, io: Io): Promise<number> {
  if (!io.isTerminal("stdin") || !io.isTerminal("stdout")) {
    refuse(
      "explore needs a terminal for its keys and its screen.",
      `Without one, ${setting("why")} 'weights[0,0]' explains a number.`,
    );
  }
  const cell = await io.explore(run.trace);
  if (cell) {
    const why = `${cell.key}[${cell.row},${cell.col}]`;
    await printRun({ ...run, views: { ...run.views, why } }, output, io);
  }
  return EXIT.done;
}
