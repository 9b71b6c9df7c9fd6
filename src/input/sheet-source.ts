import type { AsideLine, GivenSheet } from "./answers-in-value.js";
import type { SheetSource } from "./containers/as-source.js";
import { type Source, textOf } from "./source.js";

/** What a sheet says as text, out of a document where it is one. Throws SYNTAX. */
export async function asSheet(source: Source): Promise<SheetSource> {
  if (!mayBeContainer(source)) return { source, aside: [] };
  return (await import("./containers/as-source.js")).sheetSource(source);
}

/** How a page or a notebook begins. */
const BEGINNING = /^\s*(?:<|\{\s*"(?:cells|nbformat|metadata|worksheets)")/;

/** Marks of a quoted mail, and of something struck out. */
const MARKS = /^>|~~|\u0336|\\(?:sout|x?cancel|st)\{/m;

function mayBeContainer(source: Source): boolean {
  if (source.isBinary) return source.bytes[0] === 0x50 && source.bytes[1] === 0x4b;
  // A notebook with pictures in it is large.
  if (/\.(?:ipynb|x?html?)$/i.test(source.name)) return true;
  if (source.stored) return false;
  const text = textOf(source.bytes);
  return BEGINNING.test(text) || MARKS.test(text);
}

/** Lines with the numbers and places that they have in the document that they were made of. */
export const placed = (lines: readonly AsideLine[], { places }: Source): readonly AsideLine[] =>
  places === undefined
    ? lines
    : lines.map((line) => ({ ...line, ...places[(line.number ?? 0) - 1], text: line.text }));

/** A sheet with what was left out of the document that it was made of. */
export const withAside = (sheet: GivenSheet, aside: readonly AsideLine[]): GivenSheet =>
  aside.length > 0 ? { ...sheet, aside: [...aside, ...(sheet.aside ?? [])] } : sheet;
