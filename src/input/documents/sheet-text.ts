import { saidColumns } from "../forms/display-blocks.js";
import { delimiterOf, type FormName } from "../forms/form-names.js";
import { withRowsOfR } from "./code-matrices.js";
import { isLatex, plainLatex } from "./latex-lines.js";
import { plainLines, type SheetText } from "./lines.js";
import { linesOfObject } from "./object-sheet.js";

/** The lines of a text, by the form that it is said to have, else by the ending of its name and by what stands in it: LaTeX, CSV, or as it is. */
export function sheetText(text: string, name: string, form?: FormName): SheetText {
  const plain = withRowsOfR(linesOfObject(text.replace(/^\uFEFF/, "")));
  const lines = withColumnsJoined(singleSpaced(withoutNumbers(rowsOfYaml(plain.split(/\r\n?|\n/)))));
  const said = delimiterOf(form);
  if (form !== undefined && said !== undefined && said !== " ")
    return plainLines(
      lines.map((line) => cellsOf(line, said).join("\t")),
      form,
    );
  const isFree = form === undefined || form === "words";
  if (isFree && (/\.[ct]sv$/i.test(name) || isTable(lines))) return linesOfCsv(lines);
  const isTex = form === "latex" || (isFree && isLatex(text));
  return isTex ? plainLines(plainLatex(lines.join("\n")), "latex") : plainLines(lines, form ?? "words");
}

/** `1. 0.67, 0.33`: a row of a list that counts its rows. */
const LISTED = /^\s*\(?(\d{1,2})[.)]\s+(?=[-+−([]*\.?\d)(?!.*\d\.(?!\d))/;

/** The same lines, where those of a list that counts rows of numbers go without what counts them. */
function withoutNumbers(lines: readonly string[]): readonly string[] {
  const counts = lines.map((line) => Number(LISTED.exec(line)?.[1]));
  const isListed = (at: number) => counts[at] === counts[at - 1] + 1 || counts[at] === counts[at + 1] - 1;
  return lines.map((line, at) => (isListed(at) ? line.replace(LISTED, "") : line));
}

/** Lists of lists with a number a line, as YAML writes them, with a row a line. */
function rowsOfYaml(lines: readonly string[]): readonly string[] {
  const rows = [...lines];
  let row = -1;
  lines.forEach((line, at) => {
    const [, isFirst, cell] = /^\s*(- )?- (\S+)\s*$/.exec(line) ?? [];
    if (cell === undefined || (isFirst === undefined && row < 0)) row = -1;
    else if (isFirst !== undefined) {
      row = at;
      rows[at] = cell;
    } else {
      rows[row] += `, ${cell}`;
      rows[at] = SKIPPED;
    }
  });
  return rows;
}

/** Rows that a program cut at the width of its window, `Columns 1 through 8` and further down `Columns 9 and 10`, with all their columns. */
function withColumnsJoined(given: readonly string[]): readonly string[] {
  const lines = [...given];
  let [rows, next]: [readonly number[], number] = [[], 1];
  given.forEach((line, at) => {
    const said = saidColumns(line);
    if (!said) return;
    lines[at] = "";
    const own = rowsBelow(given, at);
    if (said.first !== next || own.length !== rows.length) rows = own;
    else
      for (const [index, row] of own.entries()) {
        lines[rows[index]] += ` ${given[row]}`;
        lines[row] = "";
      }
    next = said.last + 1;
  });
  return lines;
}

/** Where the rows of numbers stand below a line, with nothing but blank lines before them. */
function rowsBelow(lines: readonly string[], at: number): readonly number[] {
  const first = lines.findIndex((line, index) => index > at && line.trim() !== "");
  const end = lines.findIndex((line, index) => index >= first && !/^[\s-]*\.?\d[-\d\s.e+]*$/i.test(line));
  const behind = end < 0 ? lines.length : end;
  return first < 0 ? [] : Array.from({ length: behind - first }, (_, index) => first + index);
}

/** The lines of a text each of which has a blank one behind it, as where paragraphs are copied: of these blank lines one says nothing. */
function singleSpaced(lines: readonly string[]): readonly string[] {
  const isBlank = (at: number) => (lines[at] ?? "").trim() === "";
  const filled = lines.filter((_, at) => !isBlank(at));
  const isRow = (line: string) => /^[\s[(|]*[-+−]?\.?\d/.test(line);
  const isSpaced = lines.every((_, at) => isBlank(at) || isBlank(at + 1));
  if (!isSpaced || filled.filter(isRow).length * 2 < filled.length) return lines;
  return lines.map((line, at) => (at > 0 && isBlank(at) && !isBlank(at - 1) ? SKIPPED : line));
}

/** A line whose text stands in another one: the rule of a table says nothing. */
const SKIPPED = "---|---";

/** Of so many lines of a spreadsheet each has as many cells as the others. */
const ALIKE = 0.6;

/** Whether lines are those of a spreadsheet: as many semicolons or commas in each, with empty cells between them. */
function isTable(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== "");
  return [/;/g, /,/g].some((sign) => {
    const counts = filled.map((line) => line.match(sign)?.length ?? 0);
    const width = Math.max(...counts);
    const isPadded = filled.some((line) => new RegExp(`^${sign.source}|${sign.source}{2}`).test(line));
    const alike = counts.filter((count) => count === width).length;
    // Cells that are empty behind the last one may be left out.
    const isEvery = isPadded && sign.source === ";" && counts.every((count) => count > 0);
    return (
      width > 0 && (isEvery || (alike >= ALIKE * filled.length && (isPadded || isOneCell(filled, sign))))
    );
  });
}

/** Whether a title alone stands in one of two cells, as in `Scores;`, and never two numbers in one. */
const isOneCell = (lines: readonly string[], sign: RegExp) =>
  lines.some((line) =>
    new RegExp(`^[^${sign.source}]*\\p{L}[^${sign.source}]*${sign.source}$`, "u").test(line),
  ) && !lines.some((line) => /\d\s+[-.\d]/.test(line));

/** The cells of CSV between TABs. Of TABs, semicolons and commas the one that most lines have separates them. */
function linesOfCsv(lines: readonly string[]): SheetText {
  const count = (sign: string) => lines.filter((line) => line.includes(sign)).length;
  const sign = count("\t") > 0 ? "\t" : count(";") >= count(",") ? ";" : ",";
  const form = sign === "\t" ? "tsv" : sign === ";" ? "semicolons" : "csv";
  return plainLines(
    lines.map((line) => cellsOf(line, sign).join("\t")),
    form,
  );
}

/** The cells of one line; a quoted one may hold the sign that separates them. */
function cellsOf(line: string, sign: string): readonly string[] {
  const cells: string[] = [];
  let [cell, isQuoted] = ["", false];
  for (const letter of line) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === sign && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}
