import type { GivenSheet, SkippedLine } from "./answers-in-value.js";
import type { SheetSource } from "./containers/as-source.js";
import type { Source } from "./source.js";

/** Returns a sheet as text, extracted from a document if it is one. Throws SYNTAX. */
export async function asSheet(source: Source): Promise<SheetSource> {
  return (await import("./containers/as-source.js")).sheetSource(source);
}

/** Gives lines the numbers and places of the original document. */
export const placed = (lines: readonly SkippedLine[], { places }: Source): readonly SkippedLine[] =>
  places === undefined
    ? lines
    : lines.map((line) => ({ ...line, ...places[(line.number ?? 0) - 1], text: line.text }));

/**
 * Adds the parts of the original document that were left out to a sheet. What was struck out belongs to how the sheet was
 * read, if it was read by evidence.
 */
export function withSkipped(sheet: GivenSheet, left: readonly SkippedLine[]): GivenSheet {
  const { reading } = sheet;
  const struck = left.flatMap(({ struck: text, number: line = 0 }) =>
    reading && text !== undefined ? [{ lines: { from: line, to: line }, text }] : [],
  );
  const skipped = [...left.filter((line) => !reading || line.struck === undefined), ...(sheet.skipped ?? [])];
  return {
    ...sheet,
    ...(skipped.length > 0 && { skipped }),
    ...(reading && { reading: { ...reading, struck: [...struck, ...reading.struck] } }),
  };
}
