import type { RecordOptions } from "../../attention/keeping.js";
import { type Check, checkAnswers } from "../../check/check.js";
import { byDeclaredRounding } from "../../check/declared.js";
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

/** Marks each sheet, or judges what a machine computed: the only dump may be at hand. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function judgeAll(
  run: FinishedRun,
  { dump, sheets }: Given,
  only?: AnsweredDump,
): readonly NamedCheck[] {
  // Throws UNKNOWN_STEP where there is no such head.
  selectSteps(run.trace, { scope: selectionOf(run.views).scope });
  if (dump) return [{ name: dump.tensors[0].source ?? setting("check"), check: judgeModelDump(run, dump) }];
  return sheets.map((sheet) => ({ name: sheet.name, check: judgeSheet(run, sheet, only) }));
}

/** Marks a person's sheet. A declared way to round is the only one: the digits that it gives count. */
function checkByHand(
  homework: Homework,
  answers: GivenSheet["answers"],
  { settings, views }: FinishedRun,
): Check {
  const isDeclared = "carry" in settings && settings.carry !== undefined;
  const check = checkAnswers(homework, answers, { ...views, strict: views.strict || isDeclared });
  return isDeclared && !views.strict ? byDeclaredRounding(check) : check;
}

/** Marks a sheet of a person, or judges what a machine computed. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function judgeSheet(run: FinishedRun, sheet: GivenSheet, known?: AnsweredDump): NamedCheck["check"] {
  const { answers, reading: howRead } = sheet;
  const check = isMadeByMachine(sheet, run)
    ? judgeDump(known ?? dumpOf(run, sheet))
    : withReading(checkByHand(homeworkOn(sheet, run), answers, run), howRead, run.trace);
  const parts = comparedPartsOf(run, sheet, check);
  return parts ? { ...check, parts } : check;
}

/** The problem of a run, beside what a sheet has of it. */
const homeworkOn = ({ reading }: GivenSheet, run: FinishedRun): Homework => ({
  ...homeworksOf(run)[0],
  ...(reading && { copied: copiedInputs(reading.matrices, run.trace) }),
});

const judgeDump = ({ batches, rules }: AnsweredDump) => checkDump(batches, rules);

/** The answers of a machine with their problems. Throws USAGE. */
export function dumpOf(run: FinishedRun, { answers }: GivenSheet): AnsweredDump {
  return answeredDump(homeworksOf(run, areOutputs(answers) ? { isJudged: true } : undefined), answers, run);
}

/** The problem of each batch with its solution. */
const homeworksOf = (run: FinishedRun, again?: RecordOptions) =>
  [run, ...run.otherBatches].map(({ trace, reading, settings }) =>
    homeworkOf(run.command, { ...reading, settings }, trace, again),
  );
