import type { GivenSheet } from "../answers-in-value.js";
import { type Source, textOf } from "../source.js";
import { answersOfReading } from "./answers-of-reading.js";
import type { Subject } from "./items.js";
import type { NameFinder } from "./names.js";
import { readDocument } from "./read-document.js";
import { sheetText } from "./sheet-text.js";

/** What a sheet may hold, and what that is called. */
export interface SheetSubject {
  readonly subject: Subject;
  readonly finder: NameFinder;
}

/** Reads a text as a sheet, whatever its form; undefined where nothing in it answers a step. */
export function readSheetDocument(source: Source, { subject, finder }: SheetSubject): GivenSheet | undefined {
  const text = textOf(source.bytes, 0, source.bytes.length);
  const reading = readDocument(sheetText(text, source.name), finder, subject);
  if (!reading || reading.matrices.every(({ item }) => item.isInput)) return undefined;
  const answers = answersOfReading(reading).map((answer) => ({ ...answer, source: source.name }));
  return { name: source.name, answers, reading };
}
