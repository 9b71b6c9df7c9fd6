import type { InputName } from "../../attention/inputs.js";
import type { MistakeText } from "../../check/mistakes/mistake.js";
import type { Matrix } from "../../math/matrix.js";
import type { Step } from "../../trace/trace.js";

/** How much of the way is left blank: the end of it, all of it, or all of it without the names of the steps. */
export type Level = 1 | 2 | 3;

/** A step of an exercise with the numbers that a mistake makes of it. */
export interface WrongAnswer {
  readonly mistake: MistakeText;
  /** By the key of a step: what stands in it when the mistake is made and everything else follows. */
  readonly steps: ReadonlyMap<string, Matrix>;
}

/** One problem for one student: what is given, what is shown of the way, what is to be filled in, and its key. */
export interface Exercise {
  readonly kind: string;
  readonly title: string;
  readonly seed: number;
  /** Counted from 1 within a class. */
  readonly number: number;
  readonly level: Level;
  /** Sentences that say what to work out. */
  readonly task: string;
  /** The command that the problem is for, and the file of it. */
  readonly command: string;
  readonly problem: Readonly<Record<string, unknown>>;
  readonly given: Readonly<Partial<Record<InputName, Matrix>>>;
  readonly shown: readonly Step[];
  readonly blanks: readonly Step[];
  readonly decimals: number;
  /** The mistakes that tell themselves apart in it, with the answers that they give. */
  readonly wrong: readonly WrongAnswer[];
}

/** A number as the key has it: no minus before zero. */
export function keyText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : value > 0 ? "∞" : "NaN";
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

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
    const value = steps.get(step.key)?.data[index];
    if (value === undefined || !Number.isFinite(value) || Math.abs(value - right) <= 2 * tolerance) continue;
    const same = answers.find((other) => Math.abs(other.value - value) <= 2 * tolerance);
    if (same) same.titles.push(mistake.title);
    else answers.push({ value, titles: [mistake.title] });
  }
  return {
    right: keyText(right, decimals),
    tolerance: tolerance.toFixed(decimals + 1),
    wrong: answers.map(({ value, titles }) => ({
      value: keyText(value, decimals),
      feedback: titles.join(" Or: "),
    })),
  };
}
