import type { InputName } from "../../attention/inputs.js";
import type { MistakeText } from "../../check/mistakes/mistake.js";
import type { Matrix } from "../../math/matrix.js";
import type { Step, Trace } from "../../trace/trace.js";

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
  readonly trace: Trace;
  readonly given: Readonly<Partial<Record<InputName, Matrix>>>;
  readonly shown: readonly Step[];
  readonly blanks: readonly Step[];
  readonly decimals: number;
  /** The mistakes of which each gives other numbers in it, with these numbers. */
  readonly wrong: readonly WrongAnswer[];
}

/** Enough for a number that is marked, and few enough to write. */
export const DECIMALS = 3;

/** A number as the key has it: no minus before zero. */
export function keyText(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : value > 0 ? "∞" : "NaN";
  const text = value.toFixed(DECIMALS);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** A number that someone may write into a cell, as Moodle writes it. */
export interface CellAnswer {
  /** Percent of the mark. */
  readonly share: 100 | 0;
  /** The number, how far it may be off, and what is said to it. */
  readonly text: string;
}

/** Rounding on the way may move a number by one and a half units of the last decimal, and is no mistake. */
const TOLERANCE = 1.5 * 10 ** -DECIMALS;

/**
 * What may be written into a cell: the right number, and the wrong ones that mistakes give there. A mistake whose number lies too near
 * to the right one is not spoken of there; mistakes that give one number share its feedback. `inForm` writes text in the form's way.
 */
export function answersOf(
  { wrong }: Exercise,
  step: Step,
  index: number,
  inForm: (text: string) => string,
): readonly CellAnswer[] {
  const areAlike = (one: number, other: number) => Math.abs(one - other) <= 2 * TOLERANCE;
  const right = step.output().data[index];
  const answers: { readonly value: number; readonly titles: string[] }[] = [];
  for (const { mistake, steps } of wrong) {
    const value = steps.get(step.key)?.data[index];
    if (value === undefined || !Number.isFinite(value) || areAlike(value, right)) continue;
    const same = answers.find((other) => areAlike(other.value, value));
    if (same) same.titles.push(mistake.title);
    else answers.push({ value, titles: [mistake.title] });
  }
  const written = (value: number, feedback: string) =>
    `${keyText(value)}:${TOLERANCE.toFixed(DECIMALS + 1)}#${inForm(feedback)}`;
  return [
    { share: 100, text: written(right, "Right.") },
    ...answers.map(
      ({ value, titles }) => ({ share: 0, text: written(value, titles.join(" Or: ")) }) as const,
    ),
  ];
}
