import type { Check, CheckedStep, Diagnosis } from "../check/check.js";
import { causesOf } from "../check/diagnosis.js";
import type { Mark } from "../check/person/mark-steps.js";
import { isTrue } from "../math/matrix.js";
import type { WrittenNumber } from "../math/written.js";
import { evaluate } from "../trace/expression.js";
import type { Scope } from "../trace/scope.js";
import type { Step } from "../trace/trace.js";
import { answeredText, stepName } from "./answered.js";
import { cellArithmetic, markedCellName, maskedText, shortNumber } from "./cell-arithmetic.js";
import { describeMachineCheck, verdictLine } from "./check-machine.js";
import {
  type Block,
  type Document,
  heading,
  type MarkedCell,
  type MarkedTable,
  pairsOf,
  paragraph,
  plainTable,
} from "./document.js";
import { describeDoubts, describeReading } from "./how-read.js";
import { labelsOf } from "./label.js";
import { describeTally, isOfMachine, type NamedCheck } from "./named-check.js";
import { isWithin } from "./selection.js";

/** How much is told. */
export interface CheckView {
  /** 1: the step, 2: also the kind of mistake, 3: also how to put it right. */
  readonly hint: number;
  /** Of right answers of a machine: every known mistake that they would not show. */
  readonly critique?: boolean;
  /** The right numbers of wrong steps, too. */
  readonly showSolution: boolean;
  /** Only the steps of this head are marked; the verdict is that of the whole sheet. */
  readonly scope?: Scope | undefined;
}

/** The marked sheet for people; of several sheets one line each and a tally of mistakes. */
export function describeChecks(checks: readonly NamedCheck[], view: CheckView): Document {
  if (checks.length === 1) {
    const [{ check }] = checks;
    return {
      blocks: isOfMachine(check) ? describeMachineCheck(check, view) : describeCheck(check, view),
    };
  }
  const lines = checks.map(({ name, check }) => ({
    name,
    value: isOfMachine(check) ? verdictLine(check) : inOneLine(check, view),
  }));
  return { blocks: [pairsOf(lines), ...describeTally(checks)] };
}

/** The verdict of a sheet, without what was compared. */
export function verdictWords({ verdict, lacking, answered, firstWrongStep: first }: Check): string {
  if (verdict === "agrees") return "✓ right";
  if (verdict === "agrees-rounded") return "✓ right, with the rounding of earlier steps";
  if (verdict === "differs") return `✗ not right${first ? `, first at ${stepName(first)}` : ""}`;
  if (verdict === "unsure")
    return `? not sure how to read the sheet${answered.cells > 0 ? "; as it was read, its numbers are right" : ""}`;
  return lacking.length > 0
    ? `✗ not complete, without ${lacking.map(stepName).join(", ")}`
    : "— nothing was answered: there is no number to compare";
}

/** The verdict of a sheet, and what it was found by. */
function verdictText(check: Check): string {
  const { cells } = check.answered;
  return cells === 0 ? verdictWords(check) : `${verdictWords(check)}: ${answeredText(check)}`;
}

function inOneLine(check: Check, { hint }: CheckView): string {
  const [first] = check.diagnosis;
  const both = first?.with === undefined ? "" : ` with ${first.with}`;
  const mistake = first && hint > 1 ? `; ${first.mistake.id}${both}` : "";
  return `${verdictText(check)}${mistake}`;
}

/** The mark of a step, and what it means. */
const MARKS: Readonly<Record<CheckedStep["verdict"], readonly [mark: string, text: string]>> = {
  agrees: ["✓", "right"],
  "agrees-rounded": ["✓", "right, with the rounding of earlier steps"],
  truncated: ["✓", "right, but digits were cut off instead of rounded"],
  follows: ["→", "follows from the earlier mistake"],
  differs: ["✗", "wrong where marked"],
  missing: ["—", "not answered"],
};

function describeCheck(check: Check, view: CheckView): Block[] {
  const { steps, way, read } = check;
  return [
    paragraph(verdictText(check), "strong"),
    ...(way ? [paragraph(way.text)] : []),
    ...(read ? [...describeDoubts(read).map((text) => paragraph(text)), ...describeReading(read)] : []),
    ...steps.filter((step) => isShown(step, view)).flatMap((step) => describeStep(step, view)),
    ...describeDiagnosis(check, view),
  ];
}

const isShown = ({ judgement: { answer } }: CheckedStep, { scope }: CheckView) =>
  scope === undefined || isWithin(answer.step.scope, scope);

function describeStep(step: CheckedStep, view: CheckView): Block[] {
  const [mark, text] = MARKS[step.verdict];
  const { title, formula } = step.judgement.answer.step;
  const marked = `${mark} ${step.scope === "" ? "" : `${step.scope}: `}${title}`;
  if (step.verdict === "agrees" || step.verdict === "missing") return [heading(marked, { shape: text })];
  return [
    heading(marked, { formula, shape: text }),
    markAnswer(step),
    ...describeRounding(step),
    ...(view.hint > 1 ? explainMasked(step) : []),
    ...(view.showSolution && step.verdict === "differs"
      ? [paragraph("right is", "dim"), solution(step)]
      : []),
  ];
}

function solution({ judgement: { answer, exact } }: CheckedStep): Block {
  const precision = answer.decimals > 0 && answer.decimals <= 10 ? answer.decimals : 4;
  return plainTable({ matrix: exact, axes: answer.step.axes }, { precision, full: false });
}

function describeDiagnosis({ diagnosis, findings, firstWrongStep }: Check, { hint }: CheckView): Block[] {
  if (!firstWrongStep || hint < 2) return [];
  const causes = causesOf(diagnosis);
  const arePair = causes.length === 2 && diagnosis.every((found) => found.with !== undefined);
  const told = causes.flatMap((alike, at) => {
    const number = causes.length > 1 ? `${at + 1}  ` : "";
    return [...several(alike), ...alike.flatMap((found) => describeMistake(found, hint, number))];
  });
  const certain = findings.map((text) => paragraph(text));
  const unknown = diagnosis.length === 0 ? [paragraph("No known mistake gives these numbers.")] : [];
  const together = arePair ? [paragraph("Two mistakes together:", "dim")] : [];
  return [heading("What was done"), ...unknown, ...together, ...told, ...certain];
}

/** Where several mistakes give the same numbers. */
const several = (alike: readonly Diagnosis[]): Block[] =>
  alike.length > 1 && alike.every(({ explains }) => explains === alike[0].explains)
    ? [paragraph("Each of these fits:", "dim")]
    : [];

function describeMistake(
  { mistake, explains, of, convention, slipped = [], with: other, shown, rows, heads }: Diagnosis,
  hint: number,
  number: string,
): Block[] {
  const what = other === undefined ? "This gives" : `With ${other} this gives`;
  const proof = `${what} ${explains} of the ${of} wrong cells, to all digits written.`;
  const places = [
    ...(heads ? [`Only in ${heads.join(" and ")}.`] : []),
    ...(rows && shown ? [onlyInRows(shown.step, rows)] : []),
  ];
  return [
    paragraph(`${number}${mistake.title} (${mistake.id})`, "strong"),
    ...(places.length > 0 ? [paragraph(places.join(" "))] : []),
    ...(mistake.isUnproved ? [] : [paragraph(proof)]),
    ...(hint > 2 ? [paragraph(mistake.formula, "formula"), paragraph(mistake.fix)] : []),
    ...(hint > 2 ? slipped.map((cell) => paragraph(cellArithmetic(cell), "formula")) : []),
    ...(hint > 2 && convention !== undefined
      ? [paragraph(`Where that is the convention, say ${convention}.`, "dim")]
      : []),
    ...(hint > 2 && shown && (slipped.length > 0 || rows || number !== "") ? [wroteInstead(shown)] : []),
  ];
}

/** "Only in row cat." */
function onlyInRows({ axes }: Step, rows: readonly number[]): string {
  const names = rows.map((row) => labelsOf(axes[0]).at(row));
  return `Only in row${rows.length === 1 ? "" : "s"} ${names.join(" and ")}.`;
}

/** "You wrote 22 for S[0,0]; from your own numbers it is 32." */
function wroteInstead({ step, row, col, arithmetic, written }: NonNullable<Diagnosis["shown"]>): Block {
  const right = shortNumber(evaluate(arithmetic).value);
  return paragraph(
    `You wrote ${shortNumber(written)} for ${markedCellName(step, row, col)}; from your own numbers it is ${right}.`,
  );
}

/** The numbers of a step as they were written, with the mark that each got. */
export function markAnswer({ judgement, marks }: CheckedStep): MarkedTable {
  const { written, rows, cols, step: of } = judgement.answer;
  const cells = written.map((cell, index) => ({ text: textOf(cell), mark: SHOWN[marks[index] ?? "right"] }));
  return { kind: "marked", axes: of.axes, rows, cols, cells };
}

const SHOWN: Readonly<Record<Mark, MarkedCell["mark"]>> = {
  right: "right",
  near: "rounded",
  follows: "carried",
  wrong: "wrong",
};

/** The digits that were typed. */
function textOf(cell: WrittenNumber | null): string {
  if (!cell) return "—";
  const { value, decimals } = cell;
  if (!Number.isFinite(value)) return shortNumber(value);
  return decimals > 0 && decimals <= 10 && Math.abs(value) < 1e9 ? value.toFixed(decimals) : String(value);
}

/** Of many cells so many are told one by one. */
const CELLS_TOLD = 6;

/** How far cells are off that rounding excuses, and how far it may move them. */
export function describeRounding({ rounded, judgement }: CheckedStep): Block[] {
  if (!rounded) return [];
  const { step } = judgement.answer;
  const digits = (value: number) => shortNumber(Number(value.toPrecision(2)));
  const told = rounded.off.slice(0, CELLS_TOLD).map(({ cell: [row, col], difference }) => {
    return `${markedCellName(step, row, col)} by ${digits(difference)}`;
  });
  const more = rounded.off.length - told.length;
  const off = more > 0 ? [...told, `${more} more`] : told;
  const text = `Off by rounding: ${off.join(", ")}. Rounding every step by hand may move a cell by ${digits(rounded.bound)} here.`;
  return [paragraph(text, "dim")];
}

/** Of a step with wrong masked cells, why they are what they are; the first few. */
function explainMasked({ judgement }: CheckedStep): Block[] {
  const { wrong, answer } = judgement;
  const { step, cols } = answer;
  const masked = wrong
    .map((index) => [Math.floor(index / cols), index % cols] as const)
    .filter(([row, col]) => step.blocked && isTrue(step.blocked, row, col));
  const told = masked.slice(0, CELLS_TOLD).map(([row, col]) => paragraph(maskedText(step, row, col)));
  const more = masked.length - told.length;
  return more > 0 ? [...told, paragraph(`${more} more masked cells likewise.`)] : told;
}
