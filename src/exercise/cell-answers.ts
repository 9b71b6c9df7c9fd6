import { keyOf, type Step } from "../trace/trace.js";
import { type Exercise, keyText } from "./exercise.js";

/** A number that someone may write into a cell, and what is said to it. */
export interface CellAnswer {
  readonly value: string;
  readonly feedback: string;
}

/** The right number of a cell, and the wrong ones that mistakes give there. */
export interface CellAnswers {
  readonly right: string;
  /** How far a number may be off: rounding on the way is no mistake. */
  readonly tolerance: string;
  readonly wrong: readonly CellAnswer[];
}

/** Units of the last decimal that rounding on the way may move a number by. */
const UNITS = 1.5;

/**
 * What may be written into a cell. A mistake whose number lies too near to the right one is not spoken of there; mistakes
 * that give one number share its feedback.
 */
export function answersOf(exercise: Exercise, step: Step, index: number): CellAnswers {
  const { decimals, wrong } = exercise;
  const tolerance = UNITS * 10 ** -decimals;
  const right = step.output().data[index];
  const answers: { readonly value: number; readonly titles: string[] }[] = [];
  for (const { mistake, steps } of wrong) {
    const value = steps.get(keyOf(step))?.data[index];
    if (value === undefined || !Number.isFinite(value) || Math.abs(value - right) <= 2 * tolerance) continue;
    const same = answers.find((other) => Math.abs(other.value - value) <= 2 * tolerance);
    if (same) same.titles.push(mistake.title);
    else answers.push({ value, titles: [mistake.title] });
  }
  return {
    ...{ right: keyText(right, decimals), tolerance: tolerance.toFixed(decimals + 1) },
    wrong: answers.map(({ value, titles }) => ({
      value: keyText(value, decimals),
      feedback: titles.join(" Or: "),
    })),
  };
}
