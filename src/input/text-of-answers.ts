import type { GivenSheet } from "./answers-in-value.js";
import { isBlank } from "./blank.js";
import { isSheetOfObject } from "./documents/object-sheet.js";
import { writtenLines } from "./forms/lines.js";
import type { AnswerOpener } from "./reading-answers.js";
import { isRemark } from "./remarks.js";
import { type Source, textOf } from "./source.js";

// Tests for a text of answers, before it is read.

/**
 * Whether a text may be a sheet of several steps: it has words. JSON, whose names are in quotes, is a sheet only if it
 * also contains its problem.
 */
export function mayBeSheet({ isBinary, stored, bytes }: Source, { subject }: AnswerOpener): boolean {
  if (isBinary || stored) return false;
  const text = textOf(bytes);
  if (!/^\s*\{\s*["'}]/.test(text)) return /[\p{L}Σα]/u.test(text);
  const finder = subject?.()?.finder;
  return finder !== undefined && isSheetOfObject(text, finder);
}

/** c0, x_1: a numbered column, which is not a step. */
const COUNTED = /\p{L}_?\d+\b/gu;

/** Whether a text names a step. */
export function namesSteps({ bytes }: Source, { subject }: AnswerOpener): boolean {
  const { find, inputs } = subject?.()?.finder ?? {};
  const lines = find ? textOf(bytes).split("\n") : [];
  return lines.some((line) =>
    [...(find?.(line.replace(COUNTED, " ")) ?? new Map()).keys()].some((id) => inputs?.has(id) === false),
  );
}

/**
 * Returns the lines of a text without answers: names, dates, sentences, or no lines at all. Returns undefined if a
 * number may be an answer.
 */
export function skippedLines(source: Source): GivenSheet["skipped"] | undefined {
  const { kind, isBinary, stored, bytes } = source;
  if (isBinary || stored) return undefined;
  const text = textOf(bytes);
  // A single answer on the command line is skipped only if it is blank: `Scores: ?`.
  if (kind === "literal" && !isBlank(/[:=]\s*(\S*)\s*$/.exec(text)?.[1] ?? "x")) return undefined;
  const said = writtenLines(source);
  return said.every(({ text }) => isRemark(text) && !/[[\]{}<>]/.test(text)) ? said : undefined;
}
