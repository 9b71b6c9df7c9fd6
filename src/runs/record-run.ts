import { isNameOfLogSumExp } from "../attention/answer-names.js";
import type { RecordOptions } from "../attention/keeping.js";
import { UserError } from "../errors.js";
import { readProblem, type SourcedProblem } from "../input/read.js";
import type { FormatName } from "../render/formats/registry.js";
import { setting } from "../setting-names.js";
import { asksToFillIn } from "../systems/drawn/draw-settings.js";
import type { FilledIn } from "../systems/fill-in.js";
import type { Trace } from "../trace/trace.js";
import {
  type CarrySettings,
  carryOf,
  type OtherArithmetic,
  type PrecisionSettings,
  refuseTwoRoundings,
} from "./arithmetic/rounding-settings.js";
import type { Given } from "./check/check-sheets.js";
import { type CommandSpec, settingsOf } from "./command-spec.js";
import type { FinishedRun } from "./finished-run.js";
import type { Io } from "./io.js";
import { needsOf, withHelper } from "./large-runs.js";
import { locateErrors } from "./located.js";
import { idleAmong, idleNote } from "./needs.js";
import { needsOfProblem } from "./problem-needs.js";
import { findModel, readLayer, takesLayer } from "./read/read-layer.js";
import {
  hasNothingToRead,
  READING_NEEDS,
  readRequest,
  refuseLostSource,
  withDemo,
} from "./read/read-request.js";
import { recordProblem } from "./record.js";
import { pick, type RunRequest } from "./request.js";
import type { ViewSettings } from "./views.js";

/** A run before it is shown, and what is to be checked. */
export interface Recorded extends Omit<FinishedRun, "command" | "views" | "checks"> {
  readonly given?: Given | undefined;
}

/** Reads the answers to a problem that was read; `complete` has what a preset fills in. */
export type ReadAnswers = (read: SourcedProblem, complete: FilledIn["problem"]) => Promise<Given>;

/** What a run is recorded for. */
export interface Purpose {
  readonly views: ViewSettings;
  readonly format: FormatName;
  /** What reads the answers to be checked, where it is not `--check`. */
  readonly readAnswers?: ReadAnswers;
}

/** Reads what a command line names, fills in presets and drawn numbers, and records the run; each part loads when it is needed. */
export async function readAndRecord(
  request: RunRequest,
  { views, format, readAnswers }: Purpose,
  io: Io,
): Promise<Recorded> {
  const { command } = request;
  const given = pick(settingsOf(command), request.values);
  const read = await readInputs(request, given, io);
  const typed = { ...read, settings: { ...read.settings, ...given } };
  const { problem: exact, state } = await fillIn(command, typed);
  const { settings } = exact;
  const answers = await (readAnswers?.(read, exact) ??
    readChecked(request, read, exact, { views, format, io }));
  const batches = batchesOf(read, views, answers);
  const { problem, notes } = await roundInputs(exact, settings);
  const idle = findIdle(request, read, problem);
  const { layer } = command.source === "model" ? views : { layer: undefined };
  const options = {
    needs: needsOf(views, format, answers?.isOfMachine === true),
    layer,
    logSumExp: asksForLogSumExp(views, answers),
    isJudged: answers?.isOfMachine === true && answers.isOfOutputs && views.steps === undefined,
  };
  const record = (own: RecordOptions) => state(recordLocated(command, typed, problem, own));
  const other = await otherArithmetic(settings, answers !== undefined, () => record(options));
  const worked = record({ ...options, arithmetic: other?.arithmetic });
  const recorded = other ? other.state(worked) : worked;
  const warnings = [...new Set([...read.warnings, ...recorded.warnings])];
  const reading = {
    ...typed,
    matrices: problem.matrices,
    announced: [...read.announced, ...idle, ...notes, ...(answers?.announced ?? [])],
    notices: [...read.notices, ...idle, ...notes, ...(answers?.notices ?? [])],
  };
  const others = batches.map(async (own): Promise<Pick<FinishedRun, "reading" | "trace">> => {
    const { problem: ofBatch } = await roundInputs({ ...own, settings }, settings);
    const trace = recordLocated(command, own, ofBatch, options);
    return { reading: { ...own, matrices: ofBatch.matrices }, trace };
  });
  return {
    reading,
    given: answers,
    typed,
    settings,
    trace: { ...recorded, warnings },
    ...(batches.length > 0 && { otherBatches: await Promise.all(others) }),
  };
}

/** What --check names; undefined without it. */
async function readChecked(
  request: RunRequest,
  read: SourcedProblem,
  complete: FilledIn["problem"],
  { views, format, io }: Purpose & { readonly io: Io },
): Promise<Given | undefined> {
  if (!views.check) return undefined;
  return (await import("./check/check-sheets.js")).readGiven(request, read, views, complete, { io, format });
}

/** The batches behind the first one. Throws AMBIGUOUS where there are several and one is to be shown. */
function batchesOf(read: SourcedProblem, { why, uses, steps }: ViewSettings, answers: Given | undefined) {
  const { arrays, readBatch } = read;
  if (!arrays || !readBatch || arrays.batches === 1 || arrays.batch !== undefined) return [];
  if (answers?.isOfMachine && why === undefined && uses === undefined && steps === undefined) {
    return Array.from({ length: arrays.batches - 1 }, (_, index) => readBatch(index + 1));
  }
  throw new UserError("AMBIGUOUS", `There are ${arrays.batches} batches, and one is worked and shown.`, {
    hint: `Say which: ${setting("batch")} 0. What a machine computed is compared for all of them: ${setting("check")} output=o.npy.`,
  });
}

/** Whether somebody wants to see the log-sum-exp of each row, or gives it. */
function asksForLogSumExp(views: ViewSettings, answers: Given | undefined): boolean {
  const { steps, only, why, uses, require } = views;
  const named = [steps, require].flatMap((names) => (Array.isArray(names) ? names : []));
  const cells = [why, uses].flatMap((cell) => cell?.replace(/\[.*$/s, "") ?? []);
  const answered = answers?.sheets.flatMap((sheet) => sheet.answers.map(({ key }) => key)) ?? [];
  return [...named, ...cells, ...answered, only ?? ""].some((name) =>
    isNameOfLogSumExp(name.slice(name.lastIndexOf("/") + 1)),
  );
}

/** What a command works with: matrices, or a model and its text. */
async function readInputs(request: RunRequest, given: FinishedRun["settings"], io: Io) {
  const { command } = request;
  if (command.source === "model") {
    return (await import("./read/read-model-run.js")).readModelRun(request, given, io);
  }
  const files = withHelper(withDemo(io.files, command), command, io);
  const asked = readRequest(request);
  const { layer } = asked;
  const model = takesLayer(command) ? await findModel(request.words, layer, files) : undefined;
  const rest = model ? { ...asked, sources: model.others } : asked;
  const beside = await readProblem(rest, files);
  const read = model
    ? await readLayer(command, beside, { path: model.path, layer, typed: given }, files)
    : beside;
  if (hasNothingToRead(request)) refuseLostSource(request, read);
  return read;
}

/** What was given and changes nothing. What a preset sets may mean nothing in its run, and stands in the bundle that such a run writes. */
function findIdle(
  { command, values }: RunRequest,
  read: SourcedProblem,
  problem: FilledIn["problem"],
): readonly string[] {
  const needs = needsOfProblem(command);
  const ofReading = command.source === "model" ? [] : idleAmong(READING_NEEDS, values, read);
  const typed = [...ofReading, ...idleAmong(needs, values, problem)];
  const bundle =
    problem.settings.preset === undefined ? { ...read.settings, ...read.matrices, mask: read.mask } : {};
  const names = typed.map(({ name }) => name);
  const inBundle = idleAmong(needs, bundle, problem).filter(({ name }) => !names.includes(name));
  return [...typed.map((one) => idleNote(one)), ...inBundle.map((one) => idleNote(one, false))];
}

/** What a machine rounds before it begins, where a type is asked for. */
async function roundInputs(problem: FilledIn["problem"], settings: PrecisionSettings) {
  if (settings.dtype === undefined) return { problem, notes: [] };
  return (await import("./arithmetic/work-in-type.js")).roundInputs(problem, settings.dtype);
}

/** The arithmetic that is asked for: as on paper, or as a machine has it. With answers to be checked the type is theirs. */
async function otherArithmetic(
  settings: PrecisionSettings & CarrySettings,
  isChecked: boolean,
  workExactly: () => Trace,
): Promise<OtherArithmetic | undefined> {
  const onPaper = carryOf(settings);
  if (isChecked || settings.dtype === undefined) return onPaper;
  refuseTwoRoundings(settings);
  return (await import("./arithmetic/work-in-type.js")).machineArithmetic(settings, workExactly);
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
    throw new UserError(
      "AMBIGUOUS",
      `${error.message} Taken as ${setting("axes")} ${arrays.axes}; ${arrays.doubt}.`,
      {
        hint: `Say how they lie with ${setting("axes")}. ${error.details.hint ?? ""}`.trim(),
      },
    );
  }
}
