import type { InputName } from "../attention/inputs.js";
import { completeSettings } from "../attention/setting.js";
import { refuse, UserError } from "../errors.js";
import type { Files } from "../input/read.js";
import { FORMATS, type FormatName } from "../render/formats/registry.js";
import {
  type CommandSpec,
  type Introduction,
  type LabelOptions,
  pick,
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
import { setting } from "../setting-names.js";
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

/** A command that records a Trace. */
type Recording = Command & Required<Pick<Command, "record">>;

/** Returns the command that reads a problem, records it by a spec, and shows or checks the result. */
export function recording(spec: CommandSpec, { name, summary, examples }: Introduction = spec): Recording {
  return {
    name,
    summary,
    examples,
    ...WORDS[spec.source ?? "matrices"],
    takesWords: "several",
    settings: recordingSettings(spec, spec),
    async record(request, io, mostBytes) {
      const quick = { ...io, files: smallFiles(io.files, spec, mostBytes) };
      const views = withDefaults(VIEW_SETTINGS, {});
      return (await readAndRecord({ ...request, command: spec }, { views, format: "table" }, quick)).trace;
    },
    run: (request, io) =>
      runRecording({ ...withNamedWords(request, io.files, spec), command: spec }, io, () =>
        howToBegin({ name, summary, examples }),
      ),
  };
}

/** Whether only sizes are given, and nothing to read. */
const isSized = (request: RunRequest) =>
  hasNothingToRead(request) &&
  drawnNames(request.command.settings).some((name) => request.values[name] !== undefined);

const drawn = (request: RunRequest): RunRequest => ({
  ...request,
  values: { ...request.values, random: true },
});

/** Reads, records and shows a run, or checks the given answers. Returns the exit code. */
async function runRecording(asking: RunRequest, io: Io, help: () => string): Promise<number> {
  const request = isSized(asking) && io.isTerminal("stdin") ? drawn(asking) : asking;
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
function withOneStep({ steps, ...views }: Partial<ViewSettings>, format: FormatName): Partial<ViewSettings> {
  const isOne = Array.isArray(steps) && steps.length === 1 && FORMATS[format].holds === "matrix";
  return isOne && views.only === undefined
    ? { ...views, only: steps[0] }
    : { ...views, ...(steps && { steps }) };
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

/**
 * Returns Files that refuse large files. Files of a model are allowed, because only the needed parts of them are read.
 */
function smallFiles(files: Files, { source }: CommandSpec, mostBytes: number): Files {
  const refuse = () => {
    throw new UserError("FILE_UNREADABLE", "This takes too long for a completion.");
  };
  return {
    openFile(path) {
      const stored = files.openFile(path);
      return source !== "model" && stored.size > mostBytes ? refuse() : stored;
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
