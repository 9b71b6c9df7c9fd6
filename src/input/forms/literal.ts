import { shorten } from "../cell.js";
import { plainSource } from "../decode.js";
import { hasEnding } from "../endings.js";
import { textOf } from "../source.js";
import { withoutNotes } from "./comments.js";
import { checkCommas, mayBeDecimals, mixesOrAlternates, refuseMixedCommas } from "./decimal-comma.js";
import type { Form } from "./form.js";
import { pieceOf, refuseCell, splitCells, tableOf, wholeText } from "./lines.js";
import { lineEndFinder } from "./rows.js";
import { parseTable, refuseEmpty } from "./table.js";

/** `1 0; 0 1` without brackets: semicolons end rows, commas or spaces separate cells. */
export const literal: Form = {
  looksLike(source, options) {
    if (isInLines(source.bytes)) return false;
    const { bytes } = withoutNotes(plainSource(source));
    const text = textOf(bytes).trim();
    if (/["[\]{}\t|&\\]|^\(/.test(text)) return false;
    // A MATLAB matrix over several lines, each of which ends with the semicolon of its row.
    if (/[\r\n]/.test(text)) return /^(?:[^;\r\n]+;[ \t]*(?:\r\n?|\n))+[^;\r\n]+;?$/.test(text);
    if (source.kind === "literal") return true;
    // In a file, a single line may be semicolon-separated text. It is if the file's name or an option says so.
    return text.includes(";") && !hasEnding(source.name, "csv tsv") && !options.decimalComma;
  },
  parse(given, options) {
    const source = withoutNotes(given);
    const whole = wholeText(source);
    const text = whole.text.trim();
    const rows = splitCells(whole, /;/g);
    // The last semicolon of `1 0; 0 1;` ends its row and does not start another.
    if (rows.length > 1 && rows.at(-1)?.text === "") rows.pop();
    if (source.kind !== "literal" && rows.length > 1 && !/\s/.test(text)) {
      // `1,0;0,1` is two rows in MATLAB, but one row in a European CSV file.
      const what = `"${shorten(text, 60)}" may be ${rows.length} rows ended by semicolons, or one row of ${rows.length} cells`;
      const hint =
        "Write one row per line with spaces between the cells; or, for one row of cells, name the file .csv.";
      refuseCell(pieceOf(whole), options, what, hint, "AMBIGUOUS");
    }
    if (!options.decimalComma && mayBeDecimals(rows.map((row) => row.text)))
      refuseMixedCommas(source, 0, text);
    const cells = rows.map((row, index) => {
      const { text, line, at } = row;
      if (text === "" && rows.length === 1) refuseEmpty(source, options.subject);
      if (text === "")
        refuseCell(row, options, `row ${index} is empty`, "Remove the extra semicolon.", "EMPTY_CELL");
      if (!options.decimalComma) checkCommas(row, mixesOrAlternates);
      return splitCells(line, options.decimalComma ? /\s+/g : /\s*,\s*|\s+/g, at, at + text.length);
    });
    return parseTable(tableOf(source, cells), options, {
      form: "literal",
      remarks: options.decimalComma ? ["read with decimal commas"] : [],
    });
  },
};

/** Whether there are more lines below the first one, which does not end with a semicolon. */
function isInLines(bytes: Uint8Array): boolean {
  const isSeen = (byte: number) => byte > 32;
  const start = bytes.findIndex(isSeen);
  const end = lineEndFinder(bytes)(start);
  return bytes.findLastIndex(isSeen) > end && !textOf(bytes, start, end).trimEnd().endsWith(";");
}
