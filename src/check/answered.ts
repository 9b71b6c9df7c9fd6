import { hasRole, isPairwise } from "../attention/steps.js";
import { sumOver } from "../math/lists.js";
import { isTrue, sameShape } from "../math/matrix.js";
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
  // A step that is only copied, such as the heads side by side without W^O, need not be written twice.
  const copied = (step: Step | undefined): readonly Step[] => {
    const before = step && findStep(trace, step.inputs[0]);
    return before && areEqual(before, step) ? [before, ...copied(before)] : [];
  };
  const ends = [end, ...copied(end)];
  const isAnswered = answers.some(
    ({ step, cells }) => ends.some((one) => one?.key === step.key) && cells.some(Boolean),
  );
  return isAnswered ? undefined : end;
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
