import type { CheckedStep } from "../../check/check.js";
import type { Diagnosis } from "../../check/diagnosis.js";
import { inSentence } from "../../errors.js";
import { type Step, stepTitle } from "../../trace/trace.js";
import { labelsOf } from "../label.js";

// Names the steps, rows and cells of a sheet in sentences.

/** Returns the title of a checked step, with its scope. */
export const titleOf = ({ answer }: Pick<CheckedStep, "answer">) => stepTitle(answer.step);

/** Returns "row cat", "rows cat and sat". */
export function rowsText({ axes }: Pick<Step, "axes">, rows: readonly number[]) {
  const names = rows.map((row) => labelsOf(axes[0]).at(row));
  return `row${rows.length === 1 ? "" : "s"} ${inSentence(names)}`;
}

const COUNTS: readonly string[] = ["no", "one", "two", "three", "four", "five", "six"];

/** Returns "two mistakes". */
export const countInWords = (count: number, noun: string) =>
  `${COUNTS[count] ?? count} ${noun}${count === 1 ? "" : "s"}`;

/** Writes a sentence after a colon: "the scores were …", but "Q was …" and "W was …". */
export const lowered = (sentence: string) =>
  /^(?:A|[A-Z][a-z]+) /.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;

export const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Says what was done, with the problem's own names of rows and columns. */
export function doneText({ mistake, specificTitle, shown }: Diagnosis) {
  const nameIn = (axis: 0 | 1) => (at: number) =>
    shown ? labelsOf(shown.step.axes[axis]).at(at) : String(at);
  return specificTitle?.({ row: nameIn(0), column: nameIn(1) }) ?? mistake.title;
}
