import { isNameOfStep } from "../../attention/names.js";
import type { RecordOptions } from "../../attention/recorder.js";
import { type Check, type CheckedStep, checkAnswers } from "../../check/check.js";
import { checkDump } from "../../check/machine/check-dump.js";
import { prepare } from "../../check/machine/dumped-batch.js";
import { findRightWith, rightAsRead, seemRight } from "../../check/machine/right-with/find-right-with.js";
import type { Homework } from "../../check/mistakes/mistake.js";
import { setting, userError } from "../../errors.js";
import type { GivenSheet } from "../../input/answers.js";
import { type ClassRow, isRightRow } from "../../render/class.js";
import type { NamedCheck } from "../../render/named-check.js";
import { selectSteps } from "../../render/selection.js";
import { findStep, idOfKey, type Step, type Trace } from "../../trace/trace.js";
import { type RunRequest, withDefaults } from "../command-spec.js";
import { type FinishedRun, selectionOf } from "../finished-run.js";
import { EXIT, type Io } from "../io.js";
import { homeworkOf } from "../record-problem.js";
import { type Recorded, readAndRecord } from "../record-run.js";
import { VIEW_SETTINGS, type ViewSettings } from "../views.js";
import { withAsides } from "./asides.js";
import { copiedInputs, withReading } from "./how-read.js";
import { type AnsweredDump, answeredDump, judgeModelDump } from "./judge-dump.js";
import { comparedPartsOf } from "./parts-of-run.js";
import { areOutputs, type Given, isMadeByMachine } from "./read-answers.js";

/**
 * Judges the answers of a run. If arrays seem wrong and can be read in another layout, that is tried, too. If they are
 * right then, the check says so. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE.
 */
export async function judgeRun(run: Recorded): Promise<readonly NamedCheck[]> {
  const { given } = run;
  return given ? judgeAll(run, given, await inOtherAxes(run)) : [];
}

/**
 * Reads and judges a dump: its own outputs, or the answers that `--check` names. Throws the errors of reading and
 * judging a dump.
 */
export async function judgeRead({ command, words, values }: RunRequest, io: Io) {
  const asked = { check: [], ...values };
  const views = withDefaults(VIEW_SETTINGS, asked);
  const run = await readAndRecord({ command, words, values: asked }, { views, format: "json" }, io);
  const [judged] = await judgeRun(run);
  return { ...judged, run };
}

/**
 * Returns the dump with the settings that make it right, if there are any. Returns undefined if the dump can be read in
 * only one way.
 */
async function inOtherAxes(run: Recorded) {
  const ways = otherReadings(run).filter((way) =>
    Object.keys(way).every((name) => run.request.values[name] === undefined),
  );
  const { misreadings = [] } = run.reading.arrays ?? {};
  if (ways.length === 0 && misreadings.length === 0) return undefined;
  const dump = onlyDumpOf(run);
  if (!dump) return undefined;
  const isRight = seemRight(dump.batches, dump.rules);
  if (isRight === undefined) return undefined;
  let rightWith = isRight ? null : findRightWith(dump.batches, dump.rules);
  let misread: string | undefined;
  for (const way of isRight ? [] : ways) rightWith ??= await rightReadAs(run, way);
  for (const one of isRight || rightWith ? [] : misreadings)
    if (misread === undefined && Object.keys((await rightReadAs(run, { misread: one })) ?? {}).length === 1)
      misread = one;
  return { ...dump, rules: { ...dump.rules, rightWith, misread } };
}

/**
 * Returns options that change how arrays are read: other orders of their axes, the opposite meaning of masks per head,
 * or the rotation that tables in the dump show.
 */
function otherReadings({
  reading: { arrays, matrices },
}: Recorded): readonly Readonly<Record<string, string | number>>[] {
  const { other, unlikely = [], rotation } = arrays ?? {};
  const masks = arrays && matrices.bias?.data.includes(Number.NEGATIVE_INFINITY);
  return [
    ...[...(other === undefined ? [] : [other]), ...unlikely].map((axes) => ({ axes })),
    ...(masks ? [{ maskTrue: "drop" }] : []),
    ...(rotation ? [{ ...rotation }] : []),
  ];
}

/** Returns the settings that make arrays right if they are read with another option, or null. */
async function rightReadAs(run: Recorded, option: Readonly<Record<string, string | number>>) {
  try {
    const dump = onlyDumpOf(await run.recordAgain(option));
    const found = dump && rightAsRead(dump.batches, dump.rules);
    return found ? { ...option, ...found } : null;
  } catch (error) {
    // If they cannot be read with this option, they are not right with it.
    userError(error);
    return null;
  }
}

/** Returns the only dump that is judged, with the attentions of its problems. */
function onlyDumpOf(run: Recorded) {
  const { given } = run;
  if (!given?.isOfMachine || given.dump || given.sheets.length !== 1) return undefined;
  const { batches, rules } = dumpOf(run, given.sheets[0]);
  return { batches: prepare(batches, rules), rules };
}

/**
 * Marks each sheet, or judges a machine's answers. `only` is the dump, if it is already prepared. Throws UNKNOWN_STEP,
 * SHAPE_MISMATCH and USAGE.
 */
function judgeAll(run: FinishedRun, { dump, sheets }: Given, only?: AnsweredDump) {
  // Throws UNKNOWN_STEP if the chosen head does not exist.
  selectSteps(run.trace, { scope: selectionOf(run.views).scope });
  if (dump) return [{ name: dump.tensors[0].source ?? setting("check"), check: judgeModelDump(run, dump) }];
  return sheets.map((sheet) => ({ name: sheet.name, check: judgeSheet(run, sheet, only) }));
}

/** Marks a person's sheet. If a rounding is declared, no other is accepted, and its digits are checked. */
function checkByHand(homework: Homework, answers: GivenSheet["answers"], { settings, views }: FinishedRun) {
  const isDeclared = "carry" in settings && settings.carry !== undefined;
  return checkAnswers(homework, answers, { ...views, isDeclared });
}

/** Marks a person's sheet, or judges a machine's answers. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function judgeSheet(run: FinishedRun, sheet: GivenSheet, known?: AnsweredDump): NamedCheck["check"] {
  const { reading: howRead } = sheet;
  const dump = isMadeByMachine(sheet, run) ? (known ?? dumpOf(run, sheet)) : undefined;
  const check = dump
    ? checkDump(dump.batches, dump.rules)
    : withReading(checkOfPerson(run, sheet), howRead, run.trace);
  const parts = comparedPartsOf(run, sheet, check);
  return parts ? { ...check, parts } : check;
}

/** Fewer wrong numbers may be mistakes. */
const MIN_CELLS = 4;

/**
 * Marks a person's sheet. If most numbers of a block whose reading is doubted are wrong, and all others are right, the
 * block is no such step: it is left out, and its doubt blocks "right".
 */
function checkOfPerson(run: FinishedRun, sheet: GivenSheet): Check {
  const { answers, reading } = sheet;
  const check = checkByHand(homeworkOn(sheet, run), answers, run);
  const doubted = reading?.matrices.flatMap(({ item, doubts }) => (doubts.length > 0 ? item.key : [])) ?? [];
  const isNoStep = ({ answer, wrong }: CheckedStep) => {
    const { length } = answer.cells.filter(Boolean);
    return doubted.includes(answer.step.key) && length >= MIN_CELLS && wrong.length > length / 2;
  };
  const others = check.steps.filter(isNoStep).map(({ answer }) => answer.step.key);
  if (check.verdict !== "differs" || others.length === 0) return check;
  const left = { ...sheet, answers: answers.filter(({ key }) => !others.includes(key)) };
  if (left.answers.length === 0) return check;
  const without = checkByHand(homeworkOn(left, run), left.answers, run);
  return without.verdict === "differs" ? check : without;
}

/** Returns the problem of a run, with what a sheet has between its steps, and the inputs that it copied wrongly. */
function homeworkOn({ answers, reading }: GivenSheet, run: FinishedRun): Homework {
  const [homework] = homeworksOf(run);
  const copied = reading && { copied: copiedInputs(reading.matrices, run.trace) };
  const extended = withAsidesIn(answers, run.trace);
  if (!extended) return { ...homework, ...copied };
  const record: Homework["record"] = (other) => withAsides(homework.record(other));
  return { ...homework, trace: extended, record, ...copied };
}

/** Returns the run with what stands between its steps, if answers name something of it. */
function withAsidesIn(answers: GivenSheet["answers"], trace: Trace): Trace | undefined {
  const unknown = answers.filter(({ key }) => !findStep(trace, key));
  if (unknown.length === 0) return undefined;
  const extended = withAsides(trace);
  const isMeant = (step: Step) =>
    unknown.some(({ key }) => step.key === key || isNameOfStep(step.id, idOfKey(key)));
  return extended.steps.some((step) => !findStep(trace, step.key) && isMeant(step)) ? extended : undefined;
}

/** Returns the answers of a machine with their problems. Throws USAGE. */
function dumpOf(run: FinishedRun, { answers }: GivenSheet) {
  return answeredDump(
    homeworksOf(run, areOutputs(answers) ? { comparesOutputs: true } : undefined),
    answers,
    run,
  );
}

/** Returns the problem of each batch with its solution. */
const homeworksOf = (run: FinishedRun, again?: RecordOptions) =>
  [run, ...run.allBatches].map(({ trace, reading, settings }) =>
    homeworkOf(run.command, { ...reading, settings }, trace, again),
  );

/**
 * Returns the exit code of a check: 0 if every sheet is right, else 1. Detailed codes are 3 for a machine's answers
 * that are right for a lower precision, and 4 for a sheet that was read with doubt. Of several sheets the worst
 * decides.
 */
export function exitCodeOf(rows: readonly ClassRow[], { exitCodes }: ViewSettings): number {
  const others = rows.filter((row) => !isRightRow(row));
  if (others.length === 0) return EXIT.done;
  const verdicts = others.map((row) => ("check" in row ? row.check.verdict : "differs"));
  if (exitCodes === "plain" || !verdicts.every((verdict) => DETAILED.includes(verdict)))
    return EXIT.different;
  return verdicts.includes("unsure") ? EXIT.unsure : EXIT.lessPrecise;
}

const DETAILED: readonly string[] = ["less-precise", "unsure"];
