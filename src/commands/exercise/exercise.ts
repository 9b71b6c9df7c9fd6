import type { InputName } from "../../attention/inputs.js";
import type { MistakeText } from "../../check/mistakes/mistake.js";
import type { Matrix } from "../../math/matrix.js";
import type { Step, Trace } from "../../trace/trace.js";

/**
 * The difficulty. 1: the last steps are blank. 2: all steps are blank. 3: only the last steps are listed, and they are
 * blank.
 */
export type Level = 1 | 2 | 3;

/** A mistake with the numbers that it gives in an exercise. */
export interface WrongAnswer {
  readonly mistake: MistakeText;
  /** The numbers of each step, by its key, if the mistake is made and all later steps follow from it. */
  readonly steps: ReadonlyMap<string, Matrix>;
}

/** One problem for one student: the given matrices, the shown steps, the blank steps, and the answers. */
export interface Exercise {
  readonly kind: string;
  readonly title: string;
  readonly seed: number;
  /** Its number within a class, counted from 1. */
  readonly number: number;
  readonly level: Level;
  /** The sentences that say what to compute. */
  readonly task: string;
  /** The command of the problem, and the content of its file. */
  readonly command: string;
  readonly problem: Readonly<Record<string, unknown>>;
  readonly trace: Trace;
  readonly given: Readonly<Partial<Record<InputName, Matrix>>>;
  readonly shown: readonly Step[];
  readonly blanks: readonly Step[];
  readonly decimals: number;
  /** Mistakes with their numbers. Each mistake gives different numbers. */
  readonly wrong: readonly WrongAnswer[];
}

/** The number of decimals of an answer. It is enough to mark a number, and short enough to write. */
export const DECIMALS = 3;

/** Returns a number as the key writes it. A zero has no minus. */
export function keyText(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : value > 0 ? "∞" : "NaN";
  const text = value.toFixed(DECIMALS);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/**
 * The allowed difference. Rounding of intermediate steps may move a number by one and a half units of the last decimal.
 */
const TOLERANCE = 1.5 * 10 ** -DECIMALS;

/**
 * Returns the expected numbers of a cell: the right one, and the wrong ones that mistakes give. If the number of a
 * mistake is too near to the right one, it is left out. Mistakes with the same number share one feedback. `inForm`
 * escapes text for the form. The result begins with the right number. Each has its tolerance and its feedback, in the
 * syntax of Moodle.
 */
export function answersOf(
  { wrong }: Exercise,
  step: Step,
  index: number,
  inForm: (text: string) => string,
): readonly [right: string, ...wrong: string[]] {
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
  const wrongs = answers.map(({ value, titles }) => written(value, titles.join(" Or: ")));
  return [written(right, "Right."), ...wrongs];
}
