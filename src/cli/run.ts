import type { SettingTable } from "../attention/settings.js";
import { type Location, UserError } from "../errors.js";
import { type Files, type Reading, type ReadRequest, readProblem } from "../input/read.js";
import type { Trace } from "../trace/trace.js";
import { attend } from "./commands/attend.js";
import { multihead } from "./commands/multihead.js";
import type { CommandDefinition } from "./definition.js";
import { type FinishedRun, textWidth } from "./finished-run.js";
import { ClosedPipe, type Io } from "./io.js";
import { givenMatrices, type Invocation, parseCommandLine } from "./program.js";
import { EXIT, reportError } from "./report.js";
import { VIEW_SETTINGS, type ViewSettings } from "./views.js";

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandDefinition[] = [attend, multihead];

/** Runs one command line and gives the exit code. Results go to stdout, everything else to stderr. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const plan = parseCommandLine(argv, COMMANDS, textWidth(undefined, io));
    if (plan.kind === "run") return await runCommand(plan.invocation, io);
    (plan.exitCode === EXIT.done ? io.write : io.writeError)(plan.text);
    return plan.exitCode;
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.done;
    const { text, exitCode } = reportError(error, argv.includes("--json"));
    io.writeError(text);
    return exitCode;
  }
}

async function runCommand(invocation: Invocation, io: Io): Promise<number> {
  const { command, options } = invocation;
  const views: Partial<ViewSettings> = pickSettings(VIEW_SETTINGS, options);
  const given = pickSettings<Record<string, unknown>>(command.settings, options);
  if (hasNothingToRead(invocation) && io.isTerminal("stdin")) {
    io.writeError(shortHelp(command));
    return EXIT.unusable;
  }
  const reading = await readProblem(readRequest(invocation), withDemo(io.files, command));
  const settings = { ...reading.settings, ...given };
  const recorded = recordLocated(command, reading, settings);
  const trace = { ...recorded, warnings: [...reading.warnings, ...recorded.warnings] };
  if (!views.quiet) writeNotices(reading, trace, views.verbose ?? false, io);
  const run: FinishedRun = { command, reading, settings, trace, views };
  // Each view loads what it needs: a run with --json never sees tables and colours.
  if (views.json) (await import("./print-json.js")).printJson(run, io);
  else await (await import("./print-text.js")).printText(run, io);
  return EXIT.done;
}

/** The options of a table that were given, checked; an error names the option. */
function pickSettings<Settings extends object>(
  table: SettingTable<Settings>,
  options: Invocation["options"],
): Partial<Settings> {
  const picked: Partial<Settings> = {};
  for (const name of Object.keys(table) as (keyof Settings & string)[]) {
    const typed = name === "color" && options.color === false ? "never" : options[name];
    if (typed === undefined) continue;
    const { parse, flag } = table[name];
    picked[name] = locateErrors(
      () => parse(typed),
      () => ({ source: flag.split(" ")[0] }),
    );
  }
  return picked;
}

/** Adds where it was to an error that does not know. */
function locateErrors<T>(body: () => T, locate: (error: UserError) => Location | undefined): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof UserError) || error.details.location) throw error;
    const location = locate(error);
    throw location ? new UserError(error.code, error.message, { ...error.details, location }) : error;
  }
}

function recordLocated(
  command: CommandDefinition,
  reading: Reading,
  settings: FinishedRun["settings"],
): Trace {
  return locateErrors(
    () => command.record({ ...reading, settings }),
    ({ details: { subject } }) => subject && reading.locate(subject),
  );
}

function hasNothingToRead(invocation: Invocation): boolean {
  const { sources, options } = invocation;
  return sources.length === 0 && !options.demo && Object.keys(givenMatrices(invocation)).length === 0;
}

function readRequest(invocation: Invocation): ReadRequest {
  const { command, sources, options } = invocation;
  const text = (name: string) => (typeof options[name] === "string" ? options[name] : undefined);
  return {
    sources: [...(options.demo ? [DEMO] : []), ...(hasNothingToRead(invocation) ? ["-"] : sources)],
    matrices: givenMatrices(invocation),
    tokens: text("tokens"),
    keyTokens: text("keyTokens"),
    transpose: text("transpose")?.split(",") ?? [],
    accepts: command.inputs,
    settings: command.settings,
    layout: text("layout"),
    decimalComma: options.decimalComma === true,
    header: typeof options.header === "boolean" ? options.header : undefined,
  };
}

/** The built-in example is one more file. */
const DEMO = "the built-in example";

function withDemo(files: Files, command: CommandDefinition): Files {
  return {
    ...files,
    readFile: (path) => (path === DEMO ? new TextEncoder().encode(command.demo) : files.readFile(path)),
  };
}

function writeNotices(reading: Reading, trace: Trace, verbose: boolean, io: Io): void {
  for (const notice of verbose ? reading.notices : []) io.writeError(`note: ${notice}\n`);
  for (const warning of trace.warnings) io.writeError(`warning: ${warning}\n`);
}

function shortHelp({ name, summary, examples }: CommandDefinition): string {
  const lines = examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`);
  return `${summary}\n\n${lines.join("\n")}\n\nqkv ${name} --demo works an example; qkv ${name} --help shows the options.\n`;
}
