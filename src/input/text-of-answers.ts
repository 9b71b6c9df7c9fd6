import type { GivenSheet } from "./answers-in-value.js";
import { isBlank } from "./blank.js";
import { isSheetOfObject } from "./documents/object-sheet.js";
import type { AnswerOpener } from "./reading-answers.js";
import { isRemark } from "./remarks.js";
import { type Source, textOf } from "./source.js";

// What a text of answers may be, before it is read.

/** A text with words in it may be a sheet of several steps; JSON, which has its names in quotes, is one only with its problem in it. */
export function mayBeSheet({ isBinary, stored, bytes }: Source, { subject }: AnswerOpener): boolean {
  if (isBinary || stored) return false;
  const text = textOf(bytes);
  if (!/^\s*\{\s*["'}]/.test(text)) return /[\p{L}Σα]/u.test(text);
  const finder = subject?.()?.finder;
  return finder !== undefined && isSheetOfObject(text, finder);
}

/** c0, x_1: a column that is counted, and no step. */
const COUNTED = /\p{L}_?\d+\b/gu;

/** Whether a step is named in a text. */
export function namesSteps({ bytes }: Source, { subject }: AnswerOpener): boolean {
  const { find, inputs } = subject?.()?.finder ?? {};
  const lines = find ? textOf(bytes).split("\n") : [];
  return lines.some((line) =>
    [...(find?.(line.replace(COUNTED, " ")) ?? new Map()).keys()].some((id) => inputs?.has(id) === false),
  );
}

/** The lines of a file in which nothing is answered: names, dates, sentences, or none at all. Undefined where a number may be one. */
export function linesAside({ kind, isBinary, stored, bytes }: Source): GivenSheet["aside"] | undefined {
  if (isBinary || stored) return undefined;
  const text = textOf(bytes);
  // `Scores: ?` on the command line.
  if (kind === "literal" && !isBlank(/[:=]\s*(\S*)\s*$/.exec(text)?.[1] ?? "x")) return undefined;
  const lines = text.split(/\r?\n/);
  const said = lines
    .map((text, index) => ({ number: index + 1, text }))
    .filter(({ text }) => text.trim() !== "");
  return said.every(({ text }) => isRemark(text) && !/[[\]{}<>]/.test(text)) ? said : undefined;
}
