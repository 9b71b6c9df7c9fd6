import { completeSettings } from "../attention/setting.js";
import type { Work } from "../commands/class/run-class.js";
import { UserError } from "../errors.js";
import type { SourcedProblem } from "../input/read.js";
import type { Introduction } from "../runs/command-spec.js";
import { settingsOf } from "../runs/command-spec.js";
import { type FinishedRun, textWidth } from "../runs/finished-run.js";
import { refuseIdleHead } from "../runs/idle-views.js";
import type { Invocation } from "../runs/invocation.js";
import { ClosedPipe, EXIT, type Io } from "../runs/io.js";
import { pickSettings } from "../runs/picked-settings.js";
import { hasNothingToRead } from "../runs/read/read-request.js";
import { readAndRecord } from "../runs/record-run.js";
import { withShellQuotes } from "../runs/shell-quotes.js";
import { withFileOfFormat } from "../runs/show/file-of-format.js";
import { asksForJson, chooseOutput, printRun } from "../runs/show/output.js";
import { VIEW_SETTINGS, type ViewSettings } from "../runs/views.js";
import type { Trace } from "../trace/trace.js";
import { withFormerLetters } from "./former-letters.js";
import { loadCommands } from "./load-commands.js";
import type { Plan, RunInvocation } from "./plan.js";
import { printableIo } from "./printable.js";
import { parseCommandLine } from "./program.js";
import { showProgress } from "./progress.js";
import { reportError } from "./report.js";

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
    if (plan.kind === "page")
      return await (await import("../commands/print-page.js")).printPage(plan.invocation, io);
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
    const { text, exitCode } = reportError(withFormerLetters(await withCommands(error), argv), asJson);
    (asJson ? given : io).writeError(text);
    return exitCode;
  }
}

/** An error about an input that this command does not take names the commands that do. */
async function withCommands(error: unknown): Promise<unknown> {
  if (!(error instanceof UserError) || error.details.unaccepted === undefined) return error;
  return (await import("../commands/command-of-input.js")).namingCommandOf(error);
}

/** `qkv explore attend …` is `qkv attend … --explore`. */
function withoutExplore(argv: readonly string[]): readonly string[] {
  if (argv[0] !== "explore") return argv;
  if (argv.length > 1 && !argv[1].startsWith("-")) return [...argv.slice(1), "--explore"];
  throw new UserError("USAGE", "Nothing says what to explore.", {
    hint: "Name a run: qkv explore attend --demo.",
  });
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
async function runCommand(asked: RunInvocation, io: Io, outside: Io): Promise<number> {
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
  if (views.explore) return await (await import("../runs/show/explore-run.js")).exploreRun(run, output, io);
  if (!answers) {
    await printRun(run, output, io);
    return EXIT.done;
  }
  const { checkSheets, arePassed } = await import("../runs/check/check-sheets.js");
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
  const { runClass: run } = await import("../commands/class/run-class.js");
  const work: Work = async (invocation, given, views) => {
    const recorded = await readAndRecord(invocation, given, views, "json", io);
    if (!views.quiet) writeNotices(recorded.reading, recorded.trace, views.verbose, io);
    return recorded;
  };
  return run(typed, work, io);
}

function writeNotices(reading: SourcedProblem, trace: Trace, verbose: boolean, io: Io): void {
  for (const notice of verbose ? reading.notices : reading.announced) io.writeError(`note: ${notice}\n`);
  for (const warning of trace.warnings) io.writeError(`warning: ${warning}\n`);
}

function shortHelp({ name, summary, examples }: Introduction): string {
  const lines = examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`);
  return `${summary}\n\n${lines.join("\n")}\n\nqkv ${name} --demo works an example; qkv ${name} --help shows the options.\n`;
}
