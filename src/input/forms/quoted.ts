import { CsvError, parse } from "csv-parse/sync";
import { refuseAt, type Source } from "../source.js";
import { type Delimiter, isLineBreak, nextLine, rowsOf } from "./rows.js";

/** The cells of a text in which quotes occur. Throws SYNTAX when the quotes do not add up. */
export function splitQuoted(source: Source, delimiter: Delimiter): string[][] {
  try {
    // One delimiter, decided before: given a list, csv-parse would split decimal commas without a word.
    const records: string[][] = parse(Buffer.from(source.bytes), {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      comment: "#",
      comment_no_infix: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return withoutBlanks(records, delimiter);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === "CSV_QUOTE_NOT_CLOSED"
      ? refuseQuote(source, lastRow(source.bytes), "a quote is opened here and never closed.")
      : refuseQuote(
          source,
          lineStart(source.bytes, Number(error.lines)),
          "a quote stands inside a cell of this line.",
        );
  }
}

/** Without lines of white space; nor are there empty cells between the spaces that separate two cells. */
function withoutBlanks(records: readonly string[][], delimiter: Delimiter): string[][] {
  const spaced = delimiter === " " ? records.map((cells) => cells.filter((cell) => cell !== "")) : records;
  return spaced.filter(
    (cells) => cells.some((cell) => cell !== "") || (cells.length > 1 && delimiter !== "\t"),
  );
}

function refuseQuote(source: Source, offset: number, message: string): never {
  return refuseAt(
    source,
    offset,
    "SYNTAX",
    message,
    'Inside a quoted cell a quote is written twice: "a ""b"" c".',
  );
}

function lastRow(bytes: Uint8Array): number {
  let start = 0;
  for (const row of rowsOf(bytes)) start = row.start;
  return start;
}

/** Byte offset of the start of a line, counted from 1. */
function lineStart(bytes: Uint8Array, line: number): number {
  let start = 0;
  for (let current = 1; current < line && start < bytes.length; current++) {
    while (start < bytes.length && !isLineBreak(bytes[start])) start++;
    start = nextLine(bytes, start);
  }
  return start;
}
