import type { InputName } from "../../attention/inputs.js";
import type { MistakeText } from "../../check/mistakes/mistake.js";
import type { Matrix } from "../../math/matrix.js";
import type { Step, Trace } from "../../trace/trace.js";

/** The forms that exercises are written in. The code of a form loads only when it is used. */
export const FORM_NAMES = ["markdown", "latex", "html", "moodle", "gift"] as const;

export type FormName = (typeof FORM_NAMES)[number];

/** The file endings of each form, the usual one first, and other words for it. */
export const ENDINGS: Readonly<Record<string, FormName | "json">> = {
  md: "markdown",
  tex: "latex",
  html: "html",
  htm: "html",
  xml: "moodle",
  gift: "gift",
  json: "json",
};

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
