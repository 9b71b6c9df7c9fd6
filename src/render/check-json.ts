import type { AnsweredCells, AnsweredSheet } from "../check/answered.js";
import type { Check, CheckedStep, StepPlace } from "../check/check.js";
import { causesOf } from "../check/diagnosis.js";
import { cellAt, type Mark, maxDifference, type StepVerdict } from "../check/judgement.js";
import type { OffCell } from "../check/rounded-cells.js";
import { sumOver, tabulate } from "../math/lists.js";
import { evaluate } from "../trace/expression.js";
import { scopeText } from "../trace/trace.js";
import { cellArithmetic } from "./cell-arithmetic.js";
import { type AnsweredParts, machineCheckToJson, partsToJson } from "./check-machine-json.js";
import { type ReadingReport, readingToJson } from "./how-read.js";
import type { JsonValue, Plain } from "./json-value.js";
import { isOfMachine, type NamedCheck, tallyMistakes } from "./named-check.js";
import { questionText } from "./sentences/cell-sentence.js";
import { doneText } from "./sentences/names.js";
import { questionOf } from "./sentences/questions.js";

/** The JSON report of a person's sheet. */
export type SheetReport = {
  readonly verdict: Check["verdict"];
  readonly judgedAs: "person";
  readonly answered: Plain<AnsweredSheet> & Partial<AnsweredParts>;
  /** Required steps that were not answered, or not completely. */
  readonly lacking?: readonly Plain<StepPlace>[];
  readonly firstWrongStep?: Plain<StepPlace>;
  readonly steps: readonly StepReport[];
  /** The mistakes at the first wrong step. */
  readonly diagnosis: readonly MistakeReport[];
  /** What the person did, in the order of the steps, if the sheet was followed step by step. */
  readonly mistakes?: readonly DoneReport[];
  /** What is certain besides the mistakes, in sentences. */
  readonly findings: readonly string[];
  /** The other way that the person took, if it is correct too. */
  readonly way?: { readonly id: string; readonly text: string };
} & Partial<ReadingReport>;

/** One step of a sheet. */
export type StepReport = Plain<StepPlace> & {
  readonly verdict: StepVerdict;
  readonly answered: Plain<AnsweredCells>;
  /** The mark of each cell; null if it was not answered. */
  readonly marks: readonly (readonly (Mark | null)[])[];
  /** If the step differs: the wrong cells, and the largest difference. */
  readonly cells?: readonly (readonly [row: number, col: number])[];
  readonly maxDifference?: number;
  /** If rounding excuses the step: the cells that are off, and the largest error that rounding by hand can cause. */
  readonly off?: readonly Plain<OffCell>[];
  readonly bound?: number;
};

/** A mistake, with its id of docs/mistakes.md. */
export type MistakeReport = {
  readonly mistake: string;
  /** The id of the step with the mistake. */
  readonly step: string;
  readonly title: string;
  /** `explains`: how many wrong cells the mistake gives. `of`: all wrong cells. */
  readonly explains: number;
  readonly of: number;
  readonly formula: string;
  readonly fix: string;
  /** For a slip: the arithmetic of the cells in which it was made. */
  readonly arithmetic?: readonly string[];
  /** The option that makes the same numbers right. */
  readonly convention?: string;
  /** The id of a second mistake. Only both together give these cells. */
  readonly with?: string;
};

/** One mistake, with a cell that shows it. */
type DoneReport = {
  readonly place: Plain<StepPlace> & {
    readonly cell: readonly [row: number, col: number];
    /** The rows and heads with the mistake, if it is not in all of them. */
    readonly rows?: readonly number[];
    readonly heads?: readonly string[];
  };
  readonly written: number;
  /** What the person's own earlier numbers give in that cell. */
  readonly right: number;
  readonly arithmetic: string;
  /** The ids of the possible mistakes, one of which was made. */
  readonly cause: readonly string[];
  /** A question that the person can ask about that step or cell: `Was 1·1 left out?`. */
  readonly question: string;
  /** How many cells of all steps follow from mistakes. */
  readonly follows: number;
  /** The later steps with cells that follow from this mistake, and their rows if these are not all. */
  readonly following: readonly (Plain<StepPlace> & { readonly rows?: readonly number[] })[];
};

/** Writes `check` for one sheet. For several, it writes named `checks` and a tally of mistakes. */
export function checksToJson(checks: readonly NamedCheck[]): Readonly<Record<string, JsonValue>> {
  if (checks.length === 1) return { check: toJson(checks[0].check) };
  return {
    checks: checks.map(({ name, check }) => ({ sheet: name, ...toJson(check) })),
    tally: Object.fromEntries(tallyMistakes(checks)),
  };
}

const toJson = (check: NamedCheck["check"]) =>
  isOfMachine(check) ? machineCheckToJson(check) : checkToJson(check);

/** Writes the report of a person's sheet as plain data. */
export function checkToJson(check: Check): SheetReport {
  const { verdict, firstWrongStep, answered, parts, lacking, steps, diagnosis, findings, way, read } = check;
  return {
    verdict,
    judgedAs: "person",
    answered: { ...answered, ...(parts && partsToJson(parts)) },
    ...(lacking.length > 0 && { lacking: lacking.map((place) => ({ ...place })) }),
    ...(firstWrongStep && { firstWrongStep: { ...firstWrongStep } }),
    steps: steps.map(stepToJson),
    diagnosis: diagnosis.map((done) => {
      const { mistake, step, explains, of, convention, cells, with: other } = done;
      return {
        mistake: mistake.id,
        step,
        title: doneText(done).replace(/\.$/, ""),
        explains,
        of,
        formula: mistake.formula,
        fix: mistake.fix,
        ...(cells && { arithmetic: cells.map(cellArithmetic) }),
        ...(convention !== undefined && { convention }),
        ...(other !== undefined && { with: other }),
      };
    }),
    ...(diagnosis.some(({ shown }) => shown) && { mistakes: doneToJson(check) }),
    findings,
    ...(way && { way: { id: way.id, text: way.text } }),
    ...(read && readingToJson(read)),
  };
}

function doneToJson({ diagnosis, steps }: Check) {
  const follows = sumOver(steps, ({ marks }) => marks.filter((mark) => mark === "follows").length);
  return causesOf(diagnosis).flatMap((alike) => {
    const [{ shown, rows, heads, follows: after = [], mistake }] = alike;
    if (!shown) return [];
    const following = after.map(({ step: later, rows: some }) => ({
      scope: scopeText(later.scope),
      id: later.id,
      ...(some && { rows: some }),
    }));
    const { step, row, col, arithmetic, written } = shown;
    const place = { scope: scopeText(step.scope), id: step.id, cell: [row, col] as const };
    return [
      {
        place: { ...place, ...(rows && { rows }), ...(heads && { heads }) },
        written: written,
        right: evaluate(arithmetic).value,
        arithmetic: cellArithmetic(shown),
        cause: alike.map((one) => one.mistake.id),
        question: questionText(shown) || questionOf(step.id, mistake),
        follows,
        following,
      },
    ];
  });
}

function stepToJson(checked: CheckedStep) {
  const { scope, id, verdict, answered, rounded, marks, wrong, answer } = checked;
  const { rows, cols } = answer;
  const byRow = tabulate(rows, (row) => marks.slice(row * cols, (row + 1) * cols));
  const step = { scope, id, verdict, answered: { ...answered }, marks: byRow };
  if (rounded) return { ...step, off: rounded.off.map((cell) => ({ ...cell })), bound: rounded.bound };
  if (verdict !== "differs") return step;
  const cells = wrong.map((index) => cellAt(answer, index));
  return { ...step, cells, maxDifference: maxDifference(checked) };
}
