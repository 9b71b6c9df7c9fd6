import { hasRole, isPairwise } from "../attention/steps.js";
import { isTrue, sameShape } from "../math/matrix.js";
import { keysOfResult, type Step, type Trace } from "../trace/trace.js";
import type { Answer } from "./answers.js";
import { besides } from "./mistakes/alter.js";

/** How many cells of a step were answered, of how many it has. */
export interface AnsweredCells {
  readonly cells: number;
  readonly of: number;
}

/** How many cells were answered of the steps on a sheet, and how many steps, of those on the way to the result. */
export interface AnsweredSheet extends AnsweredCells {
  readonly steps: number;
  readonly ofSteps: number;
}

/** The cells of a step that were answered, of those that must be. */
export function countCells(trace: Trace, { step, cells }: Answer): AnsweredCells {
  const isAsked = askedIn(trace, step);
  const asked = cells.filter((cell, index) => cell !== null || isAsked(index));
  return { cells: asked.filter((cell) => cell !== null).length, of: asked.length };
}

/** Tells of the cells of a step whether somebody must write them: what a mask blocks may be left blank, also before it is masked. */
export function askedIn(trace: Trace, step: Step): (index: number) => boolean {
  const masked = besides(trace, step, "masked-scores") ?? besides(trace, step, "masked-exponentials");
  const blocked = isPairwise(step) ? (step.blocked ?? masked?.blocked) : undefined;
  if (!blocked || !sameShape(blocked, step.shape)) return () => true;
  return (index) => !isTrue(blocked, Math.floor(index / blocked.cols), index % blocked.cols);
}

export function countSheet(trace: Trace, answers: readonly Answer[]): AnsweredSheet {
  const counts = answers.map((answer) => countCells(trace, answer));
  const sum = (amount: "cells" | "of") => counts.reduce((total, count) => total + count[amount], 0);
  const asked = new Set([...stepsToResults(trace), ...answers.map(({ step }) => step)]);
  return {
    cells: sum("cells"),
    of: sum("of"),
    steps: counts.filter(({ cells }) => cells > 0).length,
    ofSteps: asked.size,
  };
}

/** The last step on the way to the results, where none of it was answered. */
export function endWithout(trace: Trace, answers: readonly Answer[]): Step | undefined {
  const [end] = stepsToResults(trace);
  // What is only handed on, as heads side by side without W^O, need not be written twice.
  const isEnd = (step: Step) => step.key === end?.key || (end?.inputs[0] === step.key && areEqual(step, end));
  const isAnswered = answers.some(({ step, cells }) => isEnd(step) && cells.some(Boolean));
  return isAnswered ? undefined : end;
}

function areEqual(one: Step, other: Step): boolean {
  if (one.shape.rows !== other.shape.rows || one.shape.cols !== other.shape.cols) return false;
  const { data } = other.output();
  return one.output().data.every((value, at) => value === data[at]);
}

/** The steps on the way from what was given to the results of a run: of measures only those that a step on the way uses. */
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

/** What is said of rows beside them; a log-sum-exp is an answer of its own, which whoever wants it asks for. */
const isMeasure = (step: Step) =>
  !hasRole(step, "log-sum-exp") && (step.view === "margin" || step.view === "row-summary");
