import type { RecordOptions } from "../../attention/keeping.js";
import { type Check, checkAnswers } from "../../check/check.js";
import { checkDump } from "../../check/machine/check-dump.js";
import type { Homework } from "../../check/mistakes/mistake.js";
import type { GivenSheet } from "../../input/answers.js";
import type { NamedCheck } from "../../render/named-check.js";
import { selectSteps } from "../../render/selection.js";
import { setting } from "../../setting-names.js";
import { type FinishedRun, selectionOf } from "../finished-run.js";
import { homeworkOf } from "../record-problem.js";
import { copiedInputs, withReading } from "./how-read.js";
import { type AnsweredDump, answeredDump, judgeModelDump } from "./judge-dump.js";
import { comparedPartsOf } from "./parts-of-run.js";
import { areOutputs, type Given, isMadeByMachine } from "./read-answers.js";

/**
 * Marks each sheet, or judges a machine's answers. `only` is the dump, if it is already prepared. Throws UNKNOWN_STEP,
 * SHAPE_MISMATCH and USAGE.
 */
export function judgeAll(
  run: FinishedRun,
  { dump, sheets }: Given,
  only?: AnsweredDump,
): readonly NamedCheck[] {
  // Throws UNKNOWN_STEP if the chosen head does not exist.
  selectSteps(run.trace, { scope: selectionOf(run.views).scope });
  if (dump) return [{ name: dump.tensors[0].source ?? setting("check"), check: judgeModelDump(run, dump) }];
  return sheets.map((sheet) => ({ name: sheet.name, check: judgeSheet(run, sheet, only) }));
}

/** Marks a person's sheet. If a rounding is declared, no other is accepted, and its digits are checked. */
function checkByHand(
  homework: Homework,
  answers: GivenSheet["answers"],
  { settings, views }: FinishedRun,
): Check {
  const isDeclared = "carry" in settings && settings.carry !== undefined;
  return checkAnswers(homework, answers, { ...views, isDeclared });
}

/** Marks a person's sheet, or judges a machine's answers. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function judgeSheet(run: FinishedRun, sheet: GivenSheet, known?: AnsweredDump): NamedCheck["check"] {
  const { answers, reading: howRead } = sheet;
  const check = isMadeByMachine(sheet, run)
    ? judgeDump(known ?? dumpOf(run, sheet))
    : withReading(checkByHand(homeworkOn(sheet, run), answers, run), howRead, run.trace);
  const parts = comparedPartsOf(run, sheet, check);
  return parts ? { ...check, parts } : check;
}

/** Returns the problem of a run, with the inputs that a sheet copied wrongly. */
const homeworkOn = ({ reading }: GivenSheet, run: FinishedRun): Homework => ({
  ...homeworksOf(run)[0],
  ...(reading && { copied: copiedInputs(reading.matrices, run.trace) }),
});

const judgeDump = ({ batches, rules }: AnsweredDump) => checkDump(batches, rules);

/** Returns the answers of a machine with their problems. Throws USAGE. */
export function dumpOf(run: FinishedRun, { answers }: GivenSheet): AnsweredDump {
  return answeredDump(
    homeworksOf(run, areOutputs(answers) ? { comparesOutputs: true } : undefined),
    answers,
    run,
  );
}

/** Returns the problem of each batch with its solution. */
const homeworksOf = (run: FinishedRun, again?: RecordOptions) =>
  [run, ...run.otherBatches].map(({ trace, reading, settings }) =>
    homeworkOf(run.command, { ...reading, settings }, trace, again),
  );
