import type { GivenSheet, SkippedLine } from "./answers-in-value.js";
import { isZip } from "./binary/detect.js";
import type { SheetSource } from "./containers/as-source.js";
import { HEAD_BYTES, textContainer } from "./containers/kind.js";
import { type Source, textOf } from "./source.js";
import { readFrom } from "./stored.js";

/** Returns a sheet as text, extracted from a document if it is one. Throws SYNTAX. */
export async function asSheet(source: Source): Promise<SheetSource> {
  if (!mayBeContainer(source)) return { source, skipped: [] };
  return (await import("./containers/as-source.js")).sheetSource(source);
}

/** Signs of quoted mail or struck-out text. */
const MARKS = /^>|~~|\u0336|\\(?:sout|x?cancel|st)\{/m;

function mayBeContainer({ name, isBinary, stored, bytes }: Source): boolean {
  if (isBinary) return isZip(bytes);
  const head = textOf(stored ? readFrom(stored, 0, HEAD_BYTES) : bytes);
  return textContainer(name, head) !== undefined || (!stored && MARKS.test(head));
}

/** Gives lines the numbers and places of the original document. */
export const placed = (lines: readonly SkippedLine[], { places }: Source): readonly SkippedLine[] =>
  places === undefined
    ? lines
    : lines.map((line) => ({ ...line, ...places[(line.number ?? 0) - 1], text: line.text }));

/** Adds the parts of the original document that were left out to a sheet. */
export const withSkipped = (sheet: GivenSheet, skipped: readonly SkippedLine[]): GivenSheet =>
  skipped.length > 0 ? { ...sheet, skipped: [...skipped, ...(sheet.skipped ?? [])] } : sheet;
