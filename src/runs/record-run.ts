import { isNameOfLogSumExp } from "../attention/names.js";
import type { RecordOptions } from "../attention/recorder.js";
import { locateErrors, refuse, refuseAs, resultOf, setting, UserError } from "../errors.js";
import { axesText } from "../input/arrays/axes.js";
import type { Slice } from "../input/arrays/choose-matrix.js";
import { readProblem, type SourcedProblem } from "../input/read.js";
import { upTo } from "../math/lists.js";
import { asksToFillIn } from "../systems/drawn/draw-settings.js";
import type { FilledIn } from "../systems/fill-in.js";
import { idOfKey, type Trace } from "../trace/trace.js";
import {
  type CarrySettings,
  carryOf,
  type PrecisionSettings,
  ROUNDING_CONFLICTS,
} from "./arithmetic/rounding-settings.js";
import type { Given, ReadSource } from "./check/read-answers.js";
import { type CommandSpec, pick, type RunRequest, settingsOf, type Values } from "./command-spec.js";
import { type Asked, type FinishedRun, withoutSlices } from "./finished-run.js";
import { type Io, rereading } from "./io.js";
import { needsOf, withHelper } from "./large-runs.js";
import { namesInViews } from "./names-in-views.js";
import { idleNote, idleNotes, refuseConflicts } from "./needs.js";
import { choosePart, shownPart } from "./read/choose-part.js";
import { findModel, readLayer, takesLayer } from "./read/read-layer.js";
import { hasNothingToRead, readingNeeds, readRequest, readSlice, withDemo } from "./read/read-request.js";
import { idleInProblem, recordProblem } from "./record-problem.js";
import type { ViewSettings } from "./views.js";

/** A run before it is shown, with the answers to check. */
export interface Recorded extends FinishedRun {
  readonly given: Given | undefined;
  readonly request: RunRequest;
  /** Reads and records the same request again with other values of some options. */
  recordAgain(values: Values): Promise<Recorded>;
}

/** What a run is recorded for. */
export interface Purpose extends Asked {
  /** Reads the answers to check, if they are not those of `--check`. */
  readonly readAnswers?: (source: ReadSource) => Promise<Given>;
}

/**
 * Reads the input of a command line, fills in presets and drawn numbers, and records the run. Each part loads when it
 * is needed.
 */
export async function readAndRecord(
  given: RunRequest,
  purpose: Purpose,
  surroundings: Io,
): Promise<Recorded> {
  // A piped sheet is read for what the problem lacks, and again for its answers.
  const again = rereading(surroundings);
  const io = again();
  const first = await readInputs(given, pick(settingsOf(given.command), given.values), io);
  const { request, read, views } = choosePart(given, first, purpose);
  const { format } = purpose;
  const { command, values } = request;
  const asked = pick(settingsOf(command), values);
  const typed = { ...read, settings: { ...read.settings, ...asked } };
  const isDrawn = asksToFillIn(command.settings, typed.settings);
  const { problem: filled, addFacts }: Partial<FilledIn> & Pick<FilledIn, "problem"> = isDrawn
    ? (await import("../systems/fill-in.js")).fillIn(command, typed)
    : { problem: typed };
  const [sheet, ...others] = views.check ?? [];
  const isWhole = sheet === undefined || others.length > 0 || read.arrays || command.source === "model";
  const problem = isWhole
    ? filled
    : await (await import("./check/sheet-subject.js")).completeFromSheet(
        request,
        filled,
        sheet,
        again().files,
      );
  const toCheck = await answersTo(request, { read, problem }, { ...purpose, views }, io);
  const isOfMachine = toCheck?.isOfMachine === true;
  const isOfAll = isOfMachine || (views.emit !== undefined && command.source !== "model");
  const record = recorder(command, toCheck !== undefined, {
    needs: needsOf(views, format, isOfMachine),
    layer: command.source === "model" ? views.layer : undefined,
    logSumExp: asksForLogSumExp(views, toCheck),
    comparesOutputs: isOfMachine && toCheck?.isOfOutputs && views.steps === undefined,
  });
  const { notes, ...run } = await record(typed, problem, addFacts);
  const batches = (isOfAll ? allBatchesOf(read, readSlice(request)) : []).map((batch) =>
    record(batch, { ...batch, settings: { ...problem.settings, ...batch.settings, ...asked } }),
  );
  const seen = namesInViews(run.trace, withoutSlices(views, read));
  const notices = [
    ...seen.notes,
    ...idleNotes(readingNeeds(command), { ...values, sliced: read.sliced }),
    ...idleAsTyped(request, read, { ...problem, matrices: run.reading.matrices }),
    ...notes,
    ...(isOfAll ? [] : shownPart(read, request)),
  ];
  return {
    ...run,
    command,
    typed,
    given: toCheck,
    request: given,
    recordAgain: (others) =>
      readAndRecord({ ...given, values: { ...given.values, ...others } }, purpose, surroundings),
    reading: {
      ...run.reading,
      announced: [...read.announced, ...notices, ...(toCheck?.announced ?? [])],
      notices: [...read.notices, ...notices, ...(toCheck?.notices ?? [])],
    },
    trace: { ...run.trace, warnings: [...new Set([...read.warnings, ...run.trace.warnings])] },
    allBatches: await Promise.all(batches),
    views: seen.views,
  };
}

/**
 * Returns a function that records a problem in the arithmetic that is asked for: as on paper, or as on a machine. If
 * there are answers to check, the type applies to the answers, not to the run. `addFacts` adds facts to its trace.
 */
const recorder =
  (command: CommandSpec, isChecked: boolean, options: RecordOptions) =>
  async (read: SourcedProblem, exact: FilledIn["problem"], addFacts = (trace: Trace) => trace) => {
    const { settings } = exact;
    const { dtype }: PrecisionSettings & CarrySettings = settings;
    const machine = dtype && (await import("./arithmetic/machine-arithmetic.js"));
    // Rounds the inputs as a machine does.
    const { problem, notes } = machine ? machine.roundInputs(exact, dtype) : { problem: exact, notes: [] };
    const record = (more?: RecordOptions) =>
      addFacts(recordLocated(command, read, problem, { ...options, ...more }));
    const ofMachine = isChecked ? undefined : machine;
    if (ofMachine) refuseConflicts(ROUNDING_CONFLICTS, settings);
    const other = ofMachine ? ofMachine.machineArithmetic(settings, record) : carryOf(settings);
    const trace = other ? other.addFacts(record({ arithmetic: other.arithmetic })) : record();
    return { reading: { ...read, matrices: problem.matrices }, settings, trace, notes };
  };

/** Reads the input of a command: matrices, or a model and its text. */
async function readInputs(request: RunRequest, asked: FinishedRun["settings"], io: Io) {
  const { command, words, values } = request;
  if (command.source === "model") {
    return (await import("./read/read-model-run.js")).readModelRun(request, asked, io);
  }
  const files = withHelper(withDemo(io.files, command), command, io);
  const wanted = readRequest(request);
  const { layer } = wanted;
  const model = takesLayer(command) ? await findModel(words, layer, files) : undefined;
  const beside = await readProblem(model ? { ...wanted, sources: model.others } : wanted, files);
  const read = model ? await readLayer(command, beside, model.path, { ...asked, layer }, files) : beside;
  if (values.check === undefined || !hasNothingToRead(request) || Object.keys(read.matrices).length > 0)
    return read;
  refuse(
    `${setting("check")} takes every value up to the next option, and no SOURCE is left.`,
    `Give SOURCE first: qkv ${command.name} problem.json ${setting("check")} answers.json.`,
  );
}

/** Returns the answers to check, or undefined without `--check`. */
async function answersTo(request: RunRequest, source: ReadSource, purpose: Purpose, io: Io) {
  if (purpose.readAnswers) return purpose.readAnswers(source);
  if (!purpose.views.check) return undefined;
  return (await import("./check/read-answers.js")).readAnswers(request, source, purpose, io.files);
}

/** Returns the batches after the first, if all are judged or written. */
function allBatchesOf({ arrays, readPart }: SourcedProblem, { batch, head }: Slice) {
  if (!arrays || !readPart || batch !== undefined) return [];
  return upTo(arrays.batches, 1).map((other) => readPart({ batch: other, head }));
}

/** Whether the log-sum-exp of each row is asked for or among the answers. */
function asksForLogSumExp({ steps, only, why, uses, require }: ViewSettings, given: Given | undefined) {
  const cells = [why, uses].map((cell) => cell?.replace(/\[.*$/s, ""));
  const answered = given?.sheets.flatMap(({ answers }) => answers.map(({ key }) => key)) ?? [];
  return [steps, require, only, cells, answered]
    .flat(2)
    .some((name = "") => isNameOfLogSumExp(idOfKey(name)));
}

const PLACES: ReadonlySet<string> = new Set(["align", "queryOffset"]);

/**
 * Returns notes about what was given and changes nothing. With a preset, settings from the bundle are not reported: the
 * preset may have set them, although they change nothing in its run. Nobody gave those of the built-in example.
 */
function idleAsTyped({ command, values }: RunRequest, read: SourcedProblem, problem: FilledIn["problem"]) {
  const isGiven = problem.settings.preset === undefined && values.demo !== true;
  const bundle = isGiven ? { ...read.settings, ...read.matrices, mask: read.mask } : {};
  return idleInProblem(command, problem).flatMap((idle) => {
    const isOption = Object.hasOwn(values, idle.name);
    // Where the queries of a cache are follows from its lengths. Nobody gave it.
    const isGiven = isOption || (Object.hasOwn(bundle, idle.name) && !(read.arrays && PLACES.has(idle.name)));
    return isGiven ? [idleNote(idle, isOption)] : [];
  });
}

function recordLocated(
  command: CommandSpec,
  { arrays, locate }: SourcedProblem,
  problem: FilledIn["problem"],
  options: RecordOptions,
) {
  const record = () => {
    const trace = resultOf(() => recordProblem(command, problem, options));
    if (!(trace instanceof UserError)) return trace;
    const { code, message, hint = "" } = trace;
    // If the layout of arrays is ambiguous and the run fails, the error names the other layout.
    if (code !== "ALIGNMENT_NEEDED" || arrays?.other === undefined) throw trace;
    refuseAs(
      "AMBIGUOUS",
      `${message} Read as ${setting("axes")} ${axesText(arrays.axes)}; ${arrays.other} would also fit.`,
      `Give their layout with ${setting("axes")}. ${hint}`.trim(),
    );
  };
  return locateErrors(record, ({ details: { subject } }) => subject && locate(subject));
}
