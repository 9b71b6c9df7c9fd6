import type { RecordOptions } from "../attention/keeping.js";
import { completeSettings } from "../attention/setting.js";
import type { CommandSpec, Introduction } from "../commands/command-spec.js";
import { recordProblem } from "../commands/record.js";
import { UserError } from "../errors.js";
import { readProblem, type SourcedProblem } from "../input/read.js";
import type { FormatName } from "../render/formats/registry.js";
import { asksToFillIn } from "../systems/drawn/draw-settings.js";
import type { FilledIn } from "../systems/fill-in.js";
import type { Trace } from "../trace/trace.js";
import { applyCarry } from "./carry-settings.js";
import type { Given } from "./check-sheets.js";
import type { Work } from "./class/run-class.js";
import { settingsOf } from "./definition.js";
import { withFileOfFormat } from "./file-of-format.js";
import { type FinishedRun, textWidth } from "./finished-run.js";
import { refuseIdleSettings } from "./idle-settings.js";
import { refuseIdleHead } from "./idle-views.js";
import { ClosedPipe, type Io } from "./io.js";
import { needsOf, withHelper } from "./large-runs.js";
import { loadCommands } from "./load-commands.js";
import { asksForJson, chooseOutput, printRun } from "./output.js";
import { locateErrors, pickSettings } from "./picked-settings.js";
import type { Invocation, Plan } from "./plan.js";
import type { PrecisionSettings } from "./precision-settings.js";
import { printableIo } from "./printable.js";
import { parseCommandLine } from "./program.js";
import { showProgress } from "./progress.js";
import {
  hasNothingToRead,
  readRequest,
  refuseIdleBatch,
  refuseLostSource,
  withDemo,
} from "./read-request.js";
import { EXIT, reportError } from "./report.js";
import { VIEW_SETTINGS, type ViewSettings } from "./views.js";

/** Runs one command line and gives the exit code. Results go to stdout, everything else to stderr. */
export async function run(argv: readonly string[], outside: Io): Promise<number> {
  const given = printableIo(outside);
  const io = argv.includes("--ascii") ? await withAsciiErrors(given) : given;
  try {
    const plan = await understand(argv, io);
    if (plan.kind === "run") return await runCommand(plan.invocation, io, outside);
    if (plan.kind === "page") {
      await (await import("./print-page.js")).printPage(plan.invocation, io);
      return EXIT.done;
    }
    if (plan.kind === "topic") {
      await (await import("./print-topic.js")).printTopic(plan.word, io);
      return EXIT.done;
    }
    if (plan.exitCode === EXIT.done) io.write(plan.text, true);
    else io.writeError(plan.text);
    return plan.exitCode;
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.done;
    const asJson = asksForJson(argv);
    const { text, exitCode } = reportError(error, asJson);
    (asJson ? given : io).writeError(text);
    return exitCode;
  }
}

/** What is wrong is said by someone who knows all commands: an option may be one of another. */
async function understand(argv: readonly string[], io: Io): Promise<Plan> {
  const width = () => textWidth(undefined, io);
  try {
    return parseCommandLine(argv, await loadCommands(argv), width);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return parseCommandLine(argv, await loadCommands(), width);
  }
}

/** What is said on stderr is spelled like the output. */
async function withAsciiErrors(io: Io): Promise<Io> {
  const { toAscii } = await import("../render/glyphs.js");
  return { ...io, writeError: (text) => io.writeError(toAscii(text)) };
}

/** The line of progress, which moves the cursor of a terminal, is written `outside`. */
async function runCommand(asked: Invocation, io: Io, outside: Io): Promise<number> {
  const { command, as } = asked;
  const typed = { ...asked, options: withFileOfFormat(asked.options) };
  if (as.name === "check") return await runClass(typed, io);
  const invocation = "of" in as ? { ...typed, ...as.expand(typed) } : typed;
  const { options } = invocation;
  const givenViews: Partial<ViewSettings> = pickSettings(VIEW_SETTINGS, options);
  const views = completeSettings(VIEW_SETTINGS, givenViews);
  const given = pickSettings(settingsOf(command), options);
  const output = chooseOutput(givenViews, io);
  if (hasNothingToRead(invocation) && io.isTerminal("stdin")) {
    io.writeError(shortHelp(as));
    return EXIT.unusable;
  }
  const clearProgress = showProgress(outside, views.quiet);
  const recorded = await readAndRecord(invocation, given, views, output.format, io).finally(clearProgress);
  const { reading, trace, given: answers } = recorded;
  if (!views.quiet) writeNotices(reading, trace, views.verbose, io);
  const { head: _, ...withoutHead } = views;
  const run: FinishedRun = {
    ...{ command, ...recorded },
    views: reading.sliced.has("head") ? withoutHead : views,
  };
  refuseIdleHead(run.views, output.format);
  if (!answers) {
    await printRun(run, output, io);
    return EXIT.done;
  }
  const { checkSheets, arePassed } = await import("./check-sheets.js");
  const checks = checkSheets(run, answers);
  const exitCode = arePassed(checks) ? EXIT.done : EXIT.different;
  try {
    await printRun({ ...run, checks }, output, io);
  } catch (error) {
    // Who stops reading (`| grep -q`) still asks whether the sheet is right.
    if (!(error instanceof ClosedPipe)) throw error;
  }
  return exitCode;
}

/** Marks the sheets of a class, whose problem is worked as in any run. */
async function runClass(typed: Invocation, io: Io): Promise<number> {
  const { runClass: run } = await import("./class/run-class.js");
  const work: Work = async (invocation, given, views) => {
    const recorded = await readAndRecord(invocation, given, views, "json", io);
    if (!views.quiet) writeNotices(recorded.reading, recorded.trace, views.verbose, io);
    return recorded;
  };
  return run(typed, work, io);
}

/** A run before it is shown, and what is to be checked. */
interface Recorded extends Omit<FinishedRun, "command" | "views"> {
  readonly given?: Given | undefined;
}

async function readAndRecord(
  invocation: Invocation,
  given: FinishedRun["settings"],
  views: ViewSettings,
  format: FormatName,
  io: Io,
): Promise<Recorded> {
  const { command } = invocation;
  const read = await readInputs(invocation, given, io);
  const typed = { ...read, settings: { ...read.settings, ...given } };
  const { problem: exact, state } = await fillIn(command, typed);
  const { settings } = exact;
  const answers = views.check
    ? await (await import("./check-sheets.js")).readGiven(invocation, read, views, exact, { io, format })
    : undefined;
  const { problem, notes } = await roundInputs(exact, settings);
  const idle = findIdleSettings(invocation, read, problem);
  const { layer } = command.source === "model" ? views : { layer: undefined };
  const options = { needs: needsOf(views, settings, format, answers?.isOfMachine === true), layer };
  const worked = applyCarry(state(recordLocated(command, typed, problem, options)), settings);
  const recorded = views.check ? worked : await workInType(worked, settings);
  const warnings = [...new Set([...read.warnings, ...recorded.warnings])];
  return {
    reading: {
      ...{ ...typed, matrices: problem.matrices },
      announced: [...read.announced, ...idle, ...notes, ...(answers?.announced ?? [])],
      notices: [...read.notices, ...idle, ...notes, ...(answers?.notices ?? [])],
    },
    given: answers,
    typed,
    settings,
    trace: { ...recorded, warnings },
  };
}

/** What a command works with: matrices, or a model and its text. */
async function readInputs(
  invocation: Invocation,
  given: FinishedRun["settings"],
  io: Io,
): Promise<SourcedProblem> {
  const { command } = invocation;
  if (command.source === "model") {
    return (await import("./read-model-run.js")).readModelRun(invocation, given, io);
  }
  const files = withHelper(withDemo(io.files, command), command, io);
  const read = await readProblem(readRequest(invocation), files).catch(async (error) => {
    throw await (await import("./command-of-input.js")).namingCommandOf(error);
  });
  refuseIdleBatch(invocation, read);
  if (hasNothingToRead(invocation)) refuseLostSource(invocation, read);
  return read;
}

/** What a preset sets may mean nothing in its run, and stands in the bundle that such a run writes. */
function findIdleSettings(
  { command, options }: Invocation,
  { settings, matrices, mask }: SourcedProblem,
  problem: FilledIn["problem"],
): readonly string[] {
  const bundle = problem.settings.preset === undefined ? { ...settings, ...matrices, mask } : {};
  return refuseIdleSettings(command, { options, bundle }, problem);
}

/** What a machine rounds before it begins, where a type is asked for. */
async function roundInputs(problem: FilledIn["problem"], settings: PrecisionSettings) {
  if (settings.dtype === undefined) return { problem, notes: [] };
  return (await import("./work-in-type.js")).roundInputs(problem, settings.dtype);
}

/** The run as a machine works it, where a type is asked for. */
async function workInType(trace: Trace, settings: PrecisionSettings): Promise<Trace> {
  const { dtype, dtypeScores = false } = settings;
  if (dtype === undefined && !dtypeScores) return trace;
  return (await import("./work-in-type.js")).workInType(trace, dtype, dtypeScores);
}

/** A preset and drawn matrices are filled in by what loads only when someone asks for them. */
async function fillIn(command: CommandSpec, typed: SourcedProblem): Promise<FilledIn> {
  if (!asksToFillIn(command.settings, typed.settings)) return { problem: typed, state: (trace) => trace };
  return (await import("../systems/fill-in.js")).fillIn(command, typed);
}

function recordLocated(
  command: CommandSpec,
  reading: SourcedProblem,
  problem: FilledIn["problem"],
  options: RecordOptions,
): Trace {
  return locateErrors(
    () => recordProblem(command, problem, options),
    ({ details: { subject } }) => subject && reading.locate(subject),
  );
}

function writeNotices(reading: SourcedProblem, trace: Trace, verbose: boolean, io: Io): void {
  for (const notice of verbose ? reading.notices : reading.announced) io.writeError(`note: ${notice}\n`);
  for (const warning of trace.warnings) io.writeError(`warning: ${warning}\n`);
}

function shortHelp({ name, summary, examples }: Introduction): string {
  const lines = examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`);
  return `${summary}\n\n${lines.join("\n")}\n\nqkv ${name} --demo works an example; qkv ${name} --help shows the options.\n`;
}
