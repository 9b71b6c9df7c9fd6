import { plainString } from "../decode.js";
import type { Line } from "../forms/lines.js";
import { type Source, textOf } from "../source.js";

/** A line of a sheet in plain signs, and where it stands. */
export interface SheetLine extends Line {
  /** From 1. */
  readonly number: number;
}

/** The lines of a sheet; nothing is lost but line breaks and what a mail or Word puts in the place of plain quotes. */
export function sheetLines(source: Source): readonly SheetLine[] {
  let start = 0;
  return textOf(source.bytes, 0, source.bytes.length)
    .split(/(?<=\r\n|\n|\r(?!\n))/)
    .map((raw, index) => {
      const line = { source, text: plainLine(raw), number: index + 1, start };
      start += Buffer.byteLength(raw);
      return line;
    });
}

const plainLine = (raw: string) =>
  plainString(raw.replace(/[\r\n]+$/, ""))
    .replace(/[“”„]/g, '"')
    .replace(/[‘’]/g, "'")
    // Letters that stand for themselves in formulas: 𝑆, 𝐐.
    .replace(/[\u{1d400}-\u{1d7ff}]/gu, (letter) => letter.normalize("NFKC"))
    .replace(/≈/g, "=")
    // The numbers of rows and columns that R prints.
    .replace(/\[(\d{1,3}),\]/g, "$1:  ")
    .replace(/\[,(\d{1,3})\]/g, " $1  ")
    // Prompts of notebooks leave their place.
    .replace(/^\s*(?:In|Out) ?\[[\d ]*\]: ?/, (prompt) => " ".repeat(prompt.length))
    .replace(/[\u200b-\u200d\ufeff]/g, "");
