import { hasRole, isPairwise } from "../attention/steps.js";
import { sumOver } from "../math/lists.js";
import { isTrue, sameShape } from "../math/matrix.js";
import { joinColumns } from "../ops/parts.js";
import { findStep, keysOfResult, type Step, type Trace } from "../trace/trace.js";
import type { Answer } from "./answers.js";
import { cellAt } from "./judgement.js";
import { besides } from "./mistakes/alter.js";

/** The number of answered cells of a step, and the number of its cells. */
export interface AnsweredCells {
  readonly cells: number;
  readonly of: number;
}

/**
 * The number of answered cells of the steps on a sheet, and the number of steps. `ofSteps` counts the steps that lead
 * to the result, and others on the sheet.
 */
export interface AnsweredSheet extends AnsweredCells {
  readonly steps: number;
  readonly ofSteps: number;
}

/** Counts the answered cells of a step, and the cells that must be answered. */
export function countCells(trace: Trace, { step, cells }: Answer): AnsweredCells {
  const isAsked = askedIn(trace, step);
  const asked = cells.filter((cell, index) => cell !== null || isAsked(index));
  return { cells: asked.filter((cell) => cell !== null).length, of: asked.length };
}

/**
 * Returns a function that says whether a cell must be written. Cells that a mask blocks may stay blank, also in the
 * steps before the mask.
 */
export function askedIn(trace: Trace, step: Step): (index: number) => boolean {
  const masked = besides(trace, step, "masked-scores") ?? besides(trace, step, "masked-exponentials");
  const blocked = isPairwise(step) ? (step.blocked ?? masked?.blocked) : undefined;
  if (!blocked || !sameShape(blocked, step.shape)) return () => true;
  return (index) => !isTrue(blocked, ...cellAt(blocked, index));
}

export function countSheet(trace: Trace, answers: readonly Answer[]): AnsweredSheet {
  const counts = answers.map((answer) => countCells(trace, answer));
  const sum = (amount: "cells" | "of") => sumOver(counts, (count) => count[amount]);
  const asked = new Set([...stepsToResults(trace), ...answers.map(({ step }) => step)]);
  return {
    cells: sum("cells"),
    of: sum("of"),
    steps: counts.filter(({ cells }) => cells > 0).length,
    ofSteps: asked.size,
  };
}

/** Returns the last step of the way to the results if no cell of it was answered. */
export function endWithout(trace: Trace, answers: readonly Answer[]): Step | undefined {
  const [end] = stepsToResults(trace);
  const isAnswered = (step: Step | undefined): boolean =>
    step !== undefined &&
    (answers.some((answer) => answer.step.key === step.key && answer.cells.some(Boolean)) || isCopied(step));
  // Without W^O, the output is the heads side by side. It need not be written twice.
  const isCopied = (step: Step): boolean => {
    const before = step.inputs.map((key) => findStep(trace, key));
    const [first] = before;
    return step.op.name === joinColumns.name
      ? before.every(isAnswered)
      : first !== undefined && areEqual(first, step) && isAnswered(first);
  };
  return isAnswered(end) ? undefined : end;
}

function areEqual(one: Step, other: Step): boolean {
  if (!sameShape(one.shape, other.shape)) return false;
  const { data } = other.output();
  return one.output().data.every((value, at) => value === data[at]);
}

/**
 * Returns the steps that lead from the inputs to the results of a run. Measures of rows are left out unless such a step
 * uses them.
 */
export function stepsToResults({ steps, results }: Trace): ReadonlySet<Step> {
  const ends = new Set(keysOfResult(results));
  const used = new Set<string>();
  const found = steps.toReversed().filter((step) => {
    if (!used.has(step.key) && (!ends.has(step.key) || isMeasure(step))) return false;
    for (const input of step.inputs) used.add(input);
    return true;
  });
  return new Set(found);
}

/** Whether a step only measures rows. The log-sum-exp is an answer of its own, so it is no such measure. */
const isMeasure = (step: Step) =>
  !hasRole(step, "log-sum-exp") && (step.view === "margin" || step.view === "row-summary");
