import { plainLines } from "./documents/lines.js";
import { tokensOf } from "./documents/tokens.js";

// Text on a sheet besides its steps: names, dates, references, sentences.

/** Numbers that are not cells: Student ID: 123456, Homework 2, page 1 of 3, eq. (1), step 2, norm-1. */
const REFERENCE =
  /\b(?:name|student|id|matr(?:ikel)?\.?(?:-?nr\.?|nummer)?|number|no|nr|course|class|group|section|team|seat|room|sheet|worksheet|homework|hw|assignment|exercise|ex|hausaufgabe|übungsblatt|problem|task|question|quiz|exam|test|page|week|lecture|chapter|lesson|unit|version|grade|period|step|part|eq|equation|attempt|head|uebung|übung|blatt|klasse|gruppe|aufgabe|seite)\b[\s.:#-]*(?:id|no|nr|number)?[\s.:#-]*\(?[a-z]{0,3}-?\d+[a-z]?\)?(?:\s*(?:\/|of|von)\s*\d+)?(?![\d.,]*\d)|(?<=\p{L})-\d+/giu;

/** Notes, which may contain anything. */
const NOTE =
  /^\s*(?:\/\/|%|<!--.*-->\s*$|(?:name|student|date|class|course|id|e-?mail|group)s?\s*:(?!.*;)|note:|notes:|remark:|comment:|nb:)/i;

/** Whether a line can be skipped, because it has no number that may be a cell. */
export function isRemark(text: string): boolean {
  if (NOTE.test(text)) return true;
  const { lines } = plainLines([text.replace(REFERENCE, " ")], "words");
  return tokensOf(lines, "cells").every(({ kind, cell }) => kind !== "number" || cell === null);
}
