import type { GivenSheet } from "../answers-in-value.js";
import type { FormName } from "../forms/form-names.js";
import { placed } from "../sheet-source.js";
import { type Source, textOf } from "../source.js";
import type { Cells, Subject } from "./items.js";
import type { Line } from "./lines.js";
import type { NameFinder } from "./names.js";
import { readDocument } from "./read-document.js";
import type { Reading } from "./reading.js";
import { sheetText } from "./sheet-text.js";

/** What a sheet may contain, and the names for it. */
export interface SheetSubject {
  readonly subject: Subject;
  readonly finder: NameFinder;
}

/**
 * Reads a text of any form as a sheet. Returns undefined if nothing in it answers a step. `title` counts as a line
 * above the first.
 */
export function readSheetDocument(
  source: Source,
  { subject, finder }: SheetSubject,
  { title, form }: { readonly title?: string | undefined; readonly form?: FormName | undefined } = {},
): GivenSheet | undefined {
  const { lines, ...more } = sheetText(textOf(source.bytes), source.name, form);
  const above = title === undefined ? [] : [{ number: 0, text: `${title}:` }];
  const reading = readDocument({ lines: [...above, ...lines], ...more }, finder, subject);
  if (!reading || reading.matrices.every(({ item }) => item.isInput)) return undefined;
  const answers = answersOf(reading, source.name);
  return { name: source.name, answers, reading, skipped: placed(skippedIn(lines, reading, finder), source) };
}

const isBlank = (cells: Cells) => cells.every((row) => row.every((cell) => cell === null));

/** Returns the answers on a sheet. A matrix with another shape than its step is a doubt, not an answer. */
const answersOf = ({ matrices }: Reading, source: string): GivenSheet["answers"] =>
  matrices.flatMap(({ item, lines, cells, layout }) =>
    item.isInput || (layout === "misshapen" && !isBlank(cells))
      ? []
      : // Only blank marks: the whole step is unanswered.
        [{ key: item.key, rows: isBlank(cells) ? [] : cells, line: lines[0].from, source }],
  );

/** Returns the lines that are about no step: names, dates, sentences. */
function skippedIn(lines: readonly Line[], reading: Reading, finder: NameFinder): readonly Line[] {
  const { matrices, earlier, struck, unused } = reading;
  const readLines = [...matrices, ...earlier, ...struck, ...unused].flatMap((one) => one.lines);
  const isRead = (number: number) => readLines.some(({ from, to }) => from <= number && number <= to);
  return lines.filter(({ number, text }, at) => {
    // Column names are right above the rows.
    const isHead = !/[.!?]\s*$/.test(text) && readLines.some(({ from }) => from === lines[at + 1]?.number);
    return /\p{L}/u.test(text) && !isRead(number) && !isHead && finder.find(text).size === 0;
  });
}
