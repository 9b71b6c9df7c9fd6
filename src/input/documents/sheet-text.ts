import { upTo } from "../../math/lists.js";
import { statedColumns } from "../forms/display-blocks.js";
import { delimiterOf, type FormName } from "../forms/form-names.js";
import { numbered } from "../forms/lines.js";
import { withPlainMatrices } from "./code-matrices.js";
import { withInputLetters } from "./input-letters.js";
import { isLatex, plainLatex } from "./latex-lines.js";
import { plainLines, type SheetText } from "./lines.js";
import { linesOfObject } from "./object-sheet.js";

/**
 * Splits a text into plain lines, by its form. Unless the form is given, it depends on the file ending and the content:
 * LaTeX, CSV, or plain words.
 */
export const sheetText = (text: string, name: string, form?: FormName): SheetText =>
  withInputLetters(plainSheet(text, name, form));

function plainSheet(text: string, name: string, form?: FormName): SheetText {
  const plain = withPlainMatrices(linesOfObject(text.replace(/^\uFEFF/, "")));
  const split = plain.split(/\r\n?|\n/);
  const typed = withResults(closedTables(split).map(plainRows));
  const lines = withColumnsJoined(singleSpaced(withoutNumbers(withNamesBelow(rowsOfYaml(typed)))));
  if (form === "csv" || form === "tsv" || form === "semicolons") return linesOfCsv(lines, form);
  const isFree = form === undefined || form === "words";
  if (isFree && (/\.[ct]sv$/i.test(name) || isTable(lines))) return linesOfCsv(lines, formOfCsv(lines));
  const isTex = form === "latex" || (isFree && isLatex(text));
  const sheet = isTex
    ? plainLines(plainLatex(lines.join("\n")), "latex")
    : plainLines(lines, form ?? "words");
  const asTyped = isTex ? plainLatex(split.join("\n").replace(PERCENT, "％").replace(QUOTED, '"$1"')) : split;
  return { ...sheet, typed: numbered(asTyped) };
}

/** A percentage, also in Markdown, where `%` begins no comment. */
const PERCENT = /(?<=\d\s?)(?:\\%|%(?=[,.;:)]?\s\p{L}))/gu;
/** A word in the quotation marks of LaTeX. */
const QUOTED = /``([^`'\n]{1,30})''/g;

/** `(1,3 ; 1,6 | 0,1 ; 0,6)`: bars between rows whose cells semicolons separate. */
const BARS_BETWEEN_ROWS = /[([](?=[^()[\]|;]*;[^()[\]]*\|)[^()[\]]*[)\]]/g;
/** `Q | 1 0 | 2 1`: a name, and cells that are rows of numbers. */
const ROWS_IN_CELLS =
  /^\s*([^|\d\s([-][^|\s]*(?:\s+[^|\d\s([-][^|\s]*)*)\s*\|((?:\s*[-+−]?[.\d][^|\s]*(?:\s+[-+−]?[.\d][^|\s]*)+\s*(?:\||$)){2,})\s*$/u;

/** The quoted token that a number in a sentence belongs to: `1.69 with 'the', 2.82 with 'cat'`, `60% attention to 'fed'`. */
const OF_TOKEN =
  /(?<=\d\s?%?)(?:\s+(?:of (?:its|the) )?(?:attention|weight))?\s+(?:with|for|to|on|mit|für|auf|avec|pour|à|con|para|a)\s+(?:itself|sich|["'‘’“”`„]\p{L}+["'‘’“”`])(?=\s*(?:[,.;]|(?:and|und|et|y|e)\s|$))/gu;

/** A test of one number: `expect(weights[0]).toBeCloseTo(0.712, 3)`, `EXPECT_NEAR(out[1], 0.746, 1e-3)`. */
const TESTED =
  /^\s*(?:expect\(([^()]{1,60})\)\.to\w{1,30}\(|(?:(?:EXPECT|ASSERT)_\w{1,30}|(?:self\.)?assert\w{1,30})\(([^(),]{1,60}),\s*)(-?[\d.]{1,20})f?(?:,[^()]{0,40})?\);?\s*$/u;

/** One number of a vector: `weights[0] = 0.712`. */
const NUMBER_OF_VECTOR = /^(\s*\p{L}\w{0,40})\[(\d{1,2})\](?=\s*[=≈]\s*-?[\d.]+\s*;?\s*$)/u;

/**
 * Writes semicolons between the rows of a matrix on one line, leaves out the tokens between numbers, and writes an
 * equals sign for a test.
 */
const plainRows = (line: string): string =>
  line
    .replace(OF_TOKEN, "")
    .replace(
      TESTED,
      (_, first: string | undefined, name: string, number: string) => `${first ?? name} = ${number}`,
    )
    .replace(NUMBER_OF_VECTOR, "$1_$2")
    .replace(BARS_BETWEEN_ROWS, (rows) => rows.replaceAll(";", "  ").replaceAll("|", ";"))
    .replace(
      ROWS_IN_CELLS,
      (_, name: string, rows: string) => `${name.trim()} = [${rows.replaceAll("|", ";")}]`,
    );

/** A calculation at the end of a line, `= [1·0.5 + 2·0.5, 1·3]`, and its result in the next one, `= [1.5, 3]`. */
const CALCULATION = /[·*×+][^=≈\p{L}]{1,200}[\d\])]\s*$/u;
const RESULT = /^\s*[=≈]\s?(?=[[(])[^\p{L}]*$/u;

/** Puts the result of a calculation in a line of its own behind the calculation. */
function withResults(given: readonly string[]): readonly string[] {
  const lines = [...given];
  let start = 0;
  given.forEach((line, at) => {
    if (!RESULT.test(line) || !CALCULATION.test(given[at - 1] ?? "")) start = at;
    else {
      lines[start] += ` ${line.trim()}`;
      lines[at] = "";
    }
  });
  return lines;
}

/** The fence above and below a table in AsciiDoc. */
const FENCE = /^\|={3,}\s*$/;

/** Removes the blank lines in tables of AsciiDoc, where one stands below the names of the columns. */
function closedTables(lines: readonly string[]): readonly string[] {
  let isInside = false;
  return lines.map((line) => {
    if (FENCE.test(line)) isInside = !isInside;
    return isInside && line.trim() === "" ? SKIPPED : line;
  });
}

/** `1. 0.67, 0.33`: a row in a numbered list. */
const LISTED = /^\s*\(?(\d{1,2})[.)]\s+(?=[-+−([]*\.?\d)(?!.*\d\.(?!\d))/;

/** `row 1  0.67  0.33`: a row below its number, without a colon. */
const NAMED_ROW = /^(\s*\p{L}{2,}\s+)(\d{1,2})(?=\s+[-+−]?\.?\d)/u;

/**
 * Removes the numbers from numbered lists of rows, and marks those behind the word for a row. A word that counts rows once
 * does so for a single row, too.
 */
function withoutNumbers(lines: readonly string[]): readonly string[] {
  const counted = lines.map((line) => {
    const [, word = "", number] = NAMED_ROW.exec(line) ?? ["", "", LISTED.exec(line)?.[1]];
    return { word, number: Number(number) };
  });
  const goesOn = (at: number) =>
    counted[at]?.word === counted[at - 1]?.word && counted[at]?.number === counted[at - 1].number + 1;
  const isListed = lines.map((_, at) => goesOn(at) || goesOn(at + 1));
  const words = new Set(counted.flatMap(({ word }, at) => (word !== "" && isListed[at] ? [word] : [])));
  return lines.map((line, at) =>
    isListed[at] || words.has(counted[at].word) ? line.replace(LISTED, "").replace(NAMED_ROW, "$1$2:") : line,
  );
}

/** A name below its matrix: `= Q`, `= Q K^T / sqrt(3)`. */
const NAME_BELOW = /^\s*=\s*(\p{L}.*)$/u;
const ROW_OF_NUMBERS = /^\s*[[(|]?\s*[-+−]?\d[-+−\d.,;/\s]*[\])|]?\s*$/;

/** Moves names that stand below their matrices to the first rows of these. */
function withNamesBelow(given: readonly string[]): readonly string[] {
  const lines = [...given];
  given.forEach((line, at) => {
    const [, name] = NAME_BELOW.exec(line) ?? [];
    const isLast = (given[at + 1] ?? "").trim() === "" && ROW_OF_NUMBERS.test(given[at - 1] ?? "");
    if (name === undefined || !isLast) return;
    const above = given.slice(0, at).findLastIndex((row) => !ROW_OF_NUMBERS.test(row));
    lines[above + 1] = `${name.trim()} = ${given[above + 1].trim()}`;
    lines[at] = "";
  });
  return lines;
}

/** Joins YAML lists of lists, with one number per line, into one line per row. */
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

/**
 * Joins rows that a program split at the width of its window: `Columns 1 through 8`, and further down `Columns 9 and
 * 10`.
 */
function withColumnsJoined(given: readonly string[]): readonly string[] {
  const lines = [...given];
  let [rows, next]: [readonly number[], number] = [[], 1];
  given.forEach((line, at) => {
    const range = statedColumns(line);
    if (!range) return;
    lines[at] = "";
    const rowsOfColumns = rowsBelow(given, at);
    if (range.first !== next || rowsOfColumns.length !== rows.length) rows = rowsOfColumns;
    else
      for (const [index, row] of rowsOfColumns.entries()) {
        lines[rows[index]] += ` ${given[row]}`;
        lines[row] = "";
      }
    next = range.last + 1;
  });
  return lines;
}

/** Returns the indices of the rows of numbers below a line, with only blank lines between. */
function rowsBelow(lines: readonly string[], at: number): readonly number[] {
  const first = lines.findIndex((line, index) => index > at && line.trim() !== "");
  const end = lines.findIndex((line, index) => index >= first && !/^[\s-]*\.?\d[-\d\s.e+]*$/i.test(line));
  const behind = end < 0 ? lines.length : end;
  return first < 0 ? [] : upTo(behind, first);
}

/** Removes single blank lines if there is one after every line, as in copied paragraphs. */
function singleSpaced(lines: readonly string[]): readonly string[] {
  const isBlank = (at: number) => (lines[at] ?? "").trim() === "";
  const filled = lines.filter((_, at) => !isBlank(at));
  const isRow = (line: string) => /^[\s[(|]*[-+−]?\.?\d/.test(line);
  const isSpaced = lines.every((_, at) => isBlank(at) || isBlank(at + 1));
  if (!isSpaced || filled.filter(isRow).length * 2 < filled.length) return lines;
  return lines.map((line, at) => (at > 0 && isBlank(at) && !isBlank(at - 1) ? SKIPPED : line));
}

/** A line whose text was moved to another line. It looks like the rule of a table, which is ignored. */
const SKIPPED = "---|---";

/** The share of lines with the same number of cells that makes a text a spreadsheet. */
const ALIKE = 0.6;

/**
 * Whether lines are from a spreadsheet: equally many semicolons or commas in most lines, with empty cells between them.
 */
function isTable(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== "");
  return [";", ","].some((sign) => {
    const counts = filled.map((line) => line.split(sign).length - 1);
    const width = Math.max(...counts);
    const isPadded = filled.some((line) => line.startsWith(sign) || line.includes(sign + sign));
    const alike = counts.filter((count) => count === width).length;
    // Empty cells at the end of a line may be missing.
    const isEvery = isPadded && sign === ";" && !counts.includes(0);
    const isAlike = alike >= ALIKE * filled.length && (isPadded || isOneCell(filled, sign));
    return width > 0 && (isEvery || isAlike || haveCountedLabels(filled, sign));
  });
}

/** Whether each line is the label of a row, which counts, and its numbers: `Q row 1,1,2`, `Q row 2,1,1`. */
function haveCountedLabels(lines: readonly string[], sign: string): boolean {
  const row = new RegExp(`^(\\p{L}[^${sign}:=]{0,40}?)\\s?#?(\\d{1,2})(?:${sign}-?[\\d.]{1,20})+$`, "u");
  const labels = lines.map((line) => row.exec(line.trim()));
  return (
    lines.length > 2 &&
    labels.every((label, at) => {
      const [next, before] = [labels[at + 1], labels[at - 1]];
      const goesOn = label && before?.[1] === label[1] && Number(label[2]) === Number(before[2]) + 1;
      const begins = label && next?.[1] === label[1] && Number(label[2]) < 2;
      return goesOn || begins;
    })
  );
}

/** Whether some line has a title alone in one of two cells, as in `Scores;`, and no cell has two numbers. */
const isOneCell = (lines: readonly string[], sign: string) =>
  lines.some((line) => line.indexOf(sign) === line.length - 1 && /\p{L}/u.test(line)) &&
  !lines.some((line) => /\d\s+[-.\d]/.test(line));

/** The separator is a TAB if there is one, else a semicolon or a comma, depending on which is in more lines. */
function formOfCsv(lines: readonly string[]): FormName {
  const count = (sign: string) => lines.filter((line) => line.includes(sign)).length;
  return count("\t") > 0 ? "tsv" : count(";") >= count(",") ? "semicolons" : "csv";
}

/** Separates cells by TABs. A quoted cell may contain the separator. */
function linesOfCsv(lines: readonly string[], form: FormName): SheetText {
  const outsideQuotes = new RegExp(`${delimiterOf(form)}(?=(?:[^"]*"[^"]*")*[^"]*$)`);
  const cellsOf = (line: string) => line.split(outsideQuotes).map((cell) => cell.replaceAll('"', "").trim());
  return plainLines(
    lines.map((line) => cellsOf(line).join("\t")),
    form,
  );
}
