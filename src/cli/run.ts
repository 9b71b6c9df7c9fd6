import { isNameOfLogSumExp } from "../attention/answer-names.js";
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
import { findModel, readLayer, takesLayer } from "./read-layer.js";
import {
  askedLayer,
  hasNothingToRead,
  readRequest,
  refuseIdleBatch,
  refuseIdleLayer,
  refuseLostSource,
  withDemo,
} from "./read-request.js";
import { EXIT, reportError } from "./report.js";
import { withShellQuotes } from "./shell-quotes.js";
import { VIEW_SETTINGS, type ViewSettings } from "./views.js";

/** Runs one command line and gives the exit code. Results go to stdout, everything else to stderr. */
export async function run(argv: readonly string[], outside: Io): Promise<number> {
  const given = withTypableHints(printableIo(outside));
  const io = argv.includes("--ascii") ? await withAsciiErrors(given) : given;
  try {
    if (argv[0] === "__complete") {
      await (await import("./completion/answer.js")).answerShell(argv.slice(1), io, readAndRecord);
      return EXIT.done;
    }
    if (argv[0] === "__man") {
      io.write(await (await import("./man-page.js")).manPage());
      return EXIT.done;
    }
    const plan = await understand(withoutExplore(argv), io);
    if (plan.kind === "run") return await runCommand(plan.invocation, io, outside);
    if (plan.kind === "page") return await (await import("./print-page.js")).printPage(plan.invocation, io);
    if (plan.kind === "topic") {
      await (await import("./print-topic.js")).printTopic(plan.word, asHelp(io));
      return EXIT.done;
    }
    if (plan.exitCode === EXIT.done) asHelp(io).write(plan.text, true);
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

/** `qkv explore attend …` is `qkv attend … --explore`. */
const withoutExplore = (argv: readonly string[]) =>
  argv[0] === "explore" && argv.length > 1 ? [...argv.slice(1), "--explore"] : argv;

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

/** What is said on stderr names commands as the shells of this platform take them. */
const withTypableHints = (io: Io): Io => ({
  ...io,
  writeError: (text) => io.writeError(withShellQuotes(text, io.platform)),
});

/** The same for help on standard output. */
const asHelp = (io: Io): Io => ({
  ...io,
  write: (text, isStyled) =>
    io.write(typeof text === "string" ? withShellQuotes(text, io.platform) : text, isStyled),
});

/** What is said on stderr is spelled like the output. */
async function withAsciiErrors(io: Io): Promise<Io> {
  const { toAscii } = await import("../ascii.js");
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
  const run: FinishedRun = { ...{ command, ...recorded }, views: withoutSlices(views, reading) };
  refuseIdleHead(run.views, output.format);
  if (views.explore) return await (await import("./explore/explore-run.js")).exploreRun(run, output, io);
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

/** What chose among arrays or layers that were read chooses no steps of the run. */
function withoutSlices(views: ViewSettings, { sliced }: SourcedProblem): ViewSettings {
  const { head, layer, ...others } = views;
  return {
    ...others,
    ...(head !== undefined && !sliced.has("head") && { head }),
    ...(layer !== undefined && !sliced.has("layer") && { layer }),
  };
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
interface Recorded extends Omit<FinishedRun, "command" | "views" | "checks"> {
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
  const batches = batchesOf(read, views, answers);
  const { problem, notes } = await roundInputs(exact, settings);
  const idle = findIdleSettings(invocation, read, problem);
  const { layer } = command.source === "model" ? views : { layer: undefined };
  const options = {
    needs: needsOf(views, settings, format, answers?.isOfMachine === true),
    layer,
    logSumExp: asksForLogSumExp(views, answers),
    isJudged: answers?.isOfMachine === true && answers.isOfOutputs && views.steps === undefined,
  };
  const worked = applyCarry(state(recordLocated(command, typed, problem, options)), settings);
  const recorded = views.check ? worked : await workInType(worked, settings);
  const warnings = [...new Set([...read.warnings, ...recorded.warnings])];
  const reading = {
    ...{ ...typed, matrices: problem.matrices },
    announced: [...read.announced, ...idle, ...notes, ...(answers?.announced ?? [])],
    notices: [...read.notices, ...idle, ...notes, ...(answers?.notices ?? [])],
  };
  const others = batches.map(async (own): Promise<Pick<FinishedRun, "reading" | "trace">> => {
    const { problem: ofBatch } = await roundInputs({ ...own, settings }, settings);
    const trace = recordLocated(command, own, ofBatch, options);
    return { reading: { ...own, matrices: ofBatch.matrices }, trace };
  });
  return {
    ...{ reading, given: answers, typed, settings, trace: { ...recorded, warnings } },
    ...(batches.length > 0 && { otherBatches: await Promise.all(others) }),
  };
}

/** The batches behind the first one. Throws AMBIGUOUS where there are several and one is to be shown. */
function batchesOf(
  { arrays, readBatch }: SourcedProblem,
  { why, uses, steps }: ViewSettings,
  answers: Given | undefined,
): readonly SourcedProblem[] {
  if (!arrays || !readBatch || arrays.batches === 1 || arrays.batch !== undefined) return [];
  if (answers?.isOfMachine && why === undefined && uses === undefined && steps === undefined) {
    return Array.from({ length: arrays.batches - 1 }, (_, index) => readBatch(index + 1));
  }
  throw new UserError("AMBIGUOUS", `There are ${arrays.batches} batches, and one is worked and shown.`, {
    hint: "Say which: --batch 0. What a machine computed is compared for all of them: --check output=o.npy.",
  });
}

/** Whether somebody wants to see the log-sum-exp of each row, or gives it. */
function asksForLogSumExp(
  { steps, only, why, uses, require }: ViewSettings,
  answers: Given | undefined,
): boolean {
  const named = [steps, require].flatMap((names) => (Array.isArray(names) ? names : []));
  const cells = [why, uses].flatMap((cell) => cell?.replace(/\[.*$/s, "") ?? []);
  const answered = answers?.sheets.flatMap((sheet) => sheet.answers.map(({ key }) => key)) ?? [];
  return [...named, ...cells, ...answered, only ?? ""].some((name) =>
    isNameOfLogSumExp(name.slice(name.lastIndexOf("/") + 1)),
  );
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
  const layer = askedLayer(invocation.options);
  const model = takesLayer(command) ? await findModel(invocation.sources, layer, files) : undefined;
  const request = readRequest(invocation);
  const rest = model ? { ...request, sources: model.others } : request;
  const beside = await readProblem(rest, files).catch(async (error) => {
    throw await (await import("./command-of-input.js")).namingCommandOf(error);
  });
  const read = model
    ? await readLayer(command, beside, { path: model.path, layer, typed: given }, files)
    : beside;
  refuseIdleLayer(invocation, read);
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
    () => withDoubt(reading, () => recordProblem(command, problem, options)),
    ({ details: { subject } }) => subject && reading.locate(subject),
  );
}

/** What may be wrong with arrays that could lie otherwise is said where nothing can be made of them. */
function withDoubt<T>({ arrays }: SourcedProblem, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "ALIGNMENT_NEEDED" || arrays?.doubt === undefined)
      throw error;
    throw new UserError("AMBIGUOUS", `${error.message} Taken as --axes ${arrays.axes}; ${arrays.doubt}.`, {
      hint: `Say how they lie with --axes. ${error.details.hint ?? ""}`.trim(),
    });
  }
}

function writeNotices(reading: SourcedProblem, trace: Trace, verbose: boolean, io: Io): void {
  for (const notice of verbose ? reading.notices : reading.announced) io.writeError(`note: ${notice}\n`);
  for (const warning of trace.warnings) io.writeError(`warning: ${warning}\n`);
}

function shortHelp({ name, summary, examples }: Introduction): string {
  const lines = examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`);
  return `${summary}\n\n${lines.join("\n")}\n\nqkv ${name} --demo works an example; qkv ${name} --help shows the options.\n`;
}
