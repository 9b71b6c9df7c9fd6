import type { InputName } from "../attention/inputs.js";
import type { MistakeText } from "../check/mistakes/mistake.js";
import type { Matrix } from "../math/matrix.js";
import type { Step, Trace } from "../trace/trace.js";

/** How much of the way is left blank: the end of it, all of it, or all of it without the names of the steps. */
export const LEVELS = [1, 2, 3] as const;

export type Level = (typeof LEVELS)[number];

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
  readonly trace: Trace;
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
