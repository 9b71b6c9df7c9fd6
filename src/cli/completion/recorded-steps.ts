import { completeSettings } from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import type { Shape } from "../../math/matrix.js";
import type { FormatName } from "../../render/formats/registry.js";
import type { CommandSpec } from "../../runs/command-spec.js";
import { settingsOf } from "../../runs/command-spec.js";
import type { Invocation } from "../../runs/invocation.js";
import type { Io } from "../../runs/io.js";
import { pickSettings } from "../../runs/picked-settings.js";
import { VIEW_SETTINGS, type ViewSettings } from "../../runs/views.js";
import type { Axis, Trace } from "../../trace/trace.js";
import { loadCommands } from "../load-commands.js";
import { parseCommandLine } from "../program.js";

/** A matrix of a run, as far as it is known before a number of it is worked out. */
export interface RecordedStep {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly shape: Shape;
  readonly axes: readonly [Axis, Axis];
  readonly isInput: boolean;
}

/** The matrices of the run that these words of a command line begin; none when they make no sense. */
export type RecordSteps = (words: readonly string[]) => Promise<readonly RecordedStep[]>;

/** Reads and records a run, as a run that is shown does. */
export type ReadAndRecord = (
  invocation: Invocation,
  given: Readonly<Record<string, unknown>>,
  views: ViewSettings,
  format: FormatName,
  io: Io,
) => Promise<{ readonly trace: Trace }>;

/** A file that is larger is not read while someone waits for a word. */
const LARGEST_READ = 4_000_000;

/** Of what is there, else of the built-in example with the same settings: the names of steps are the same. */
export function recordSteps(io: Io, readAndRecord: ReadAndRecord): RecordSteps {
  return async (words) => {
    const asked = await invocationOf(words);
    if (!asked) return [];
    const quick = { ...io, files: smallFiles(io, asked.command) };
    const trace =
      (await recorded(asked, quick, readAndRecord)) ??
      (await recorded({ ...asked, sources: [], options: onDemo(asked) }, quick, readAndRecord));
    return trace ? matricesOf(trace) : [];
  };
}

/** Undefined for what cannot be understood yet. */
async function invocationOf(words: readonly string[]): Promise<Invocation | undefined> {
  const plan = await unlessRefused(async () => parseCommandLine(words, await loadCommands(words), () => 80));
  if (plan?.kind !== "run") return undefined;
  const { as } = plan.invocation;
  if (!("of" in as)) return plan.invocation;
  // The cell that is asked for is the one that is being written.
  const options = { ...plan.invocation.options, why: "any" };
  const typed = await unlessRefused(async () => as.expand({ ...plan.invocation, options }));
  return typed && { ...plan.invocation, ...typed };
}

function onDemo({ command, options }: Invocation): Invocation["options"] {
  const given: readonly string[] = [...command.inputs, "tokens", "keyTokens", "transpose", "batch"];
  const kept = Object.entries(options).filter(([name]) => !given.includes(name));
  return { ...Object.fromEntries(kept), demo: true };
}

async function recorded(
  invocation: Invocation,
  io: Io,
  readAndRecord: ReadAndRecord,
): Promise<Trace | undefined> {
  const { command, options } = invocation;
  const read = async () => {
    const given = pickSettings(settingsOf(command), options);
    return readAndRecord(invocation, given, completeSettings(VIEW_SETTINGS, {}), "table", io);
  };
  return (await unlessRefused(read))?.trace;
}

function smallFiles({ files }: Io, { source }: CommandSpec): Io["files"] {
  const refuse = () => {
    throw new UserError("FILE_UNREADABLE", "This takes too long for a completion.");
  };
  return {
    openFile(path) {
      const stored = files.openFile(path);
      // Of a model only what is asked for is read.
      return source !== "model" && stored.size > LARGEST_READ ? refuse() : stored;
    },
    openStdin: refuse,
  };
}

async function unlessRefused<T>(body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function matricesOf(trace: Trace): readonly RecordedStep[] {
  const steps = trace.steps.map(({ key, id, title, shape, axes }) => {
    return { key, id, title, shape, axes, isInput: false };
  });
  const inputs = trace.inputs.map(({ name, matrix: { rows, cols }, axes }) => {
    return { key: name, id: name, title: "given", shape: { rows, cols }, axes, isInput: true };
  });
  return [...steps, ...inputs];
}
