import { greatest, tabulate } from "../../math/lists.js";
import type { Matrix, Shape } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { anyOf } from "../words.js";
import { countUp } from "./count-up.js";
import { agreementsOf } from "./fit.js";
import type { Cell, Cells, Item } from "./items.js";
import type { Line } from "./lines.js";
import type { NamesOnSheet } from "./names-on-sheet.js";
import { plural, singular } from "./nouns.js";
import { bestPath, type Joined, type Placed } from "./place.js";
import type { TitledRun } from "./titles.js";

/**
 * Puts cells into the order of the problem's tokens, if rows or columns have names in another order. Missing rows
 * become blank: by the names, or so that the other rows fit best.
 */
export function ordered(
  { cells, from, doubts }: Joined,
  { key, shape }: Item,
  { subject, lines, sheet }: Placed,
): Pick<Joined, "cells" | "doubts"> {
  const rows = from.flatMap((candidate) => candidate.rows).slice(-cells.length);
  const isOther = from[0].layout === "misshapen" || from[0].layout === "transposed";
  if (!shape || isOther || rows.length !== cells.length) return { cells, doubts };
  const [ofRows, ofCols] = subject.labels(key).map((labels) => labels.map((label) => label.toLowerCase()));
  const before = ({ line, cells: [cell] }: TitledRun) => lines[line].text.slice(0, cell.at);
  const above = rows[0].place?.cols.join(" ") ?? lines[rows[0].line - 1]?.text ?? "";
  const inColumns = withColumns(cells, above, ofCols);
  const names = rows.map((run) => run.place?.row.toLowerCase() ?? wordsAmong(before(run), ofRows).at(-1));
  const named = ofRows.length === shape.rows ? indicesIn(names, ofRows) : undefined;
  if (named) return { cells: filled(inColumns, named, shape), doubts: [] };
  const numbers = rows.map((run) =>
    Number(run.place?.row ?? COUNTED.exec(before(run))?.[1] ?? numberAbove(lines, run.line)),
  );
  const isNumbered = rows.length > 1 && !numbers.some(Number.isNaN) && new Set(numbers).size === rows.length;
  const least = Math.min(...numbers);
  const isPart =
    rows.length < shape.rows && numbers.every((number, at) => at === 0 || number > numbers[at - 1]);
  const isAll = isNumbered && least <= 1 && Math.max(...numbers) === least + rows.length - 1;
  if (isAll && rows.length === shape.rows) {
    const counted = numbers.map((number) => number - least);
    return { cells: filled(inColumns, counted, shape), doubts };
  }
  const all =
    isNumbered && !countUp(numbers) && !isPart
      ? [...doubts, "its rows are numbered in another order, or one is missing"]
      : doubts;
  if (rows.length >= shape.rows) return { cells: inColumns, doubts: all };
  const best = bestPlaces(inColumns, shape.rows, { numbers, expected: sheet.expected.get(key) ?? [] });
  return { cells: filled(inColumns, best, shape), doubts: all };
}

const COUNTED = new RegExp(
  `(?:${singular("token", "row", "query", "position")}|output|[qkvo])[\\s_]*(\\d{1,2})`,
  "iu",
);

/** A heading above the steps of one row: `Row 3:`, `Query 2 (cat)`. `Rows 1 and 2` ends it. */
const HEADING_OF_ROW = new RegExp(
  `^\\W*(?:(?:${singular("token", "row", "query")})(\\s?#?\\d{1,2})?[\\s:.,–-]*(?:\\([^()]*\\))?\\W*$|(?:${plural("token", "row", "query")})(?!\\p{L}))`,
  "iu",
);

/** Returns the number of the row that the nearest heading above a line gives. */
function numberAbove(lines: readonly Line[], line: number): string | undefined {
  for (let at = line - 1; at >= 0; at--) {
    const heading = HEADING_OF_ROW.exec(lines[at].text);
    if (heading) return heading[1]?.replace("#", "");
  }
  return undefined;
}

/** Puts columns into the order of the problem's tokens, if all token names are above them. */
function withColumns(cells: Cells, above: string, labels: readonly string[]): Cells {
  const found = wordsAmong(above, labels);
  const others = found.reduce((text, word) => text.replace(word, " "), above.toLowerCase());
  const isAll = labels.length > 0 && found.length === labels.length && !/\d/.test(others);
  const order = isAll ? indicesIn(labels, found) : undefined;
  return order ? cells.map((row) => order.map((at) => row[at])) : cells;
}

/** Returns the token names in a text, in the order of the text. */
function wordsAmong(text: string, labels: readonly string[]): readonly string[] {
  if (labels.length === 0) return [];
  return Array.from(text.toLowerCase().matchAll(patternOf(labels)), ([word]) => word);
}

/** Returns a pattern that matches any of the names as a whole word, the longest first. */
function patternOf(labels: readonly string[]): RegExp {
  return remember(patterns, labels.join("\n"), () => {
    return new RegExp(`(?<![\\p{L}\\p{M}\\d])(?:${anyOf(labels)})(?![\\p{L}\\p{M}\\d])`, "gu");
  });
}

const patterns = new Map<string, RegExp>();

/** Returns the index of each word in a list. Returns undefined if one is not in it, or several are the same. */
function indicesIn(
  words: readonly (string | undefined)[],
  list: readonly string[],
): readonly number[] | undefined {
  const indices = words.map((word) => (word === undefined ? -1 : list.indexOf(word)));
  return indices.includes(-1) || new Set(indices).size < indices.length ? undefined : indices;
}

/** Puts rows at their indices, with blank rows between them. */
function filled(rows: Cells, places: readonly number[], shape: Shape): Cells {
  return tabulate(shape.rows, (at) => {
    const from = places.indexOf(at);
    return from < 0 ? tabulate(shape.cols, () => null) : rows[from];
  });
}

/** What the number of a row adds to the fit at its place, if rows count from 1, and if they count from 0. */
const [FROM_ONE, FROM_ZERO] = [0.3, 0.25];

/**
 * Finds the increasing indices at which the given rows fit a larger matrix best, by their numbers and by the number
 * before each row, which may be NaN. Dynamic programming: the best way for the rows before, plus one row.
 */
function bestPlaces(
  rows: Cells,
  numRows: number,
  { numbers, expected }: { readonly numbers: readonly number[]; readonly expected: readonly Matrix[] },
): readonly number[] {
  let paths: readonly { readonly total: number; readonly places: readonly number[] }[] = [
    { total: 0, places: [] },
  ];
  const fitOfRow = (row: readonly Cell[], place: number) =>
    greatest(expected, (matrix) => agreementsOf(row, matrix)[place] / row.length);
  const bySaid = (number: number, place: number) =>
    number === place + 1 ? FROM_ONE : number === place ? FROM_ZERO : 0;
  rows.forEach((row, index) => {
    paths = tabulate(numRows, (place) => {
      const before = paths.filter(
        ({ places }) => (places.at(-1) ?? -1) < place && numRows - place >= rows.length - index,
      );
      if (before.length === 0) return undefined;
      const best = bestPath(before);
      const own = fitOfRow(row, place) + bySaid(numbers[index], place);
      return { total: best.total + own, places: [...best.places, place] };
    }).filter((way) => way !== undefined);
  });
  return bestPath(paths).places;
}

/** A longer text beside numbers is not a name. */
const LONGEST = 20;
const SIGNS = /[|:=,;[\](){}<>*_`&\\]+/g;

/** Returns the texts beside every row and above the columns, if they are names: `q1`, `cat`. */
export function namesBeside(from: Joined["from"], cells: Cells, lines: readonly Line[]): NamesOnSheet {
  const all = from.flatMap(({ rows }) => rows);
  const size = cells.length * cells[0].length;
  // Each cell may have a run of its own.
  const runs =
    all.length === size ? all.filter((_, at) => at % cells[0].length === 0) : all.slice(-cells.length);
  if (runs.length !== cells.length || cells.length < 2) return {};
  const beside = runs.map(({ line, cells: [first] }) => cleaned(lines[line].text.slice(0, first.at)));
  // Several vectors of a token may share its line: `cat  q = (1, 0)  k = (0, 1)`.
  const first = runs.map(({ line }) => cleaned(/^[^\d=:([]*/.exec(lines[line].text)?.[0] ?? ""));
  const rows =
    areNames(beside) ?? areNames(withoutSharedWords(beside)) ?? areNames(withoutSharedWords(first));
  const numbered =
    rows ?? countedFromOne(beside) ?? countedFromOne(runs.map((run) => numberAbove(lines, run.line) ?? ""));
  const title = lines[runs[0].line - 1]?.text ?? "";
  // The corner of a table may contain its name.
  const columnNames = title.split("\t").slice(-cells[0].length);
  const isTable = title.split("\t").length > cells[0].length;
  const above = title.includes("=") ? [] : isTable ? columnNames.map(cleaned) : cleaned(title).split(/\s+/);
  const columns = rows && above.length === cells[0].length ? areNames(above) : undefined;
  return { ...(numbered && { rows: numbered }), ...(columns && { columns }) };
}

/** The number of a row at the end of a text, `row 2`, and in the name of its first cell, `a_21`, `q2·k1`. */
const ROW_NUMBERS = [/(?<!\d)(\d{1,2})$/, /(?<!\d)(\d)(?:[\s,]|\s?[·.]\s?\p{L}_?)?1$/u];

/** Returns the numbers of rows that are counted from 1, else undefined. From 0 is the default. */
function countedFromOne(texts: readonly string[]): readonly string[] | undefined {
  const isCounted = ROW_NUMBERS.some((pattern) => {
    const numbers = texts.map((text) => Number(pattern.exec(text)?.[1]));
    return numbers[0] === 1 && countUp(numbers);
  });
  return isCounted ? texts.map((_, at) => String(at + 1)) : undefined;
}

const cleaned = (text: string): string => text.replace(SIGNS, " ").trim();

/** Returns texts without the words that all of them begin or end with: `cat` of `cat q`, `bird` of `weights of bird`. */
function withoutSharedWords(texts: readonly string[]): readonly string[] {
  const words = texts.map((text) => text.split(/\s+/));
  const shared = (at: number) => words.every((own) => own.length > 1 && own.at(at) === words[0].at(at));
  if (shared(-1)) return withoutSharedWords(words.map((own) => own.slice(0, -1).join(" ")));
  return shared(0) ? withoutSharedWords(words.map((own) => own.slice(1).join(" "))) : texts;
}

/** Returns texts if they are different names, else undefined. */
function areNames(texts: readonly string[]): readonly string[] | undefined {
  // `a21` and `q2·k1` are names of cells.
  const isName = (text: string) =>
    /\p{L}/u.test(text) && text.length <= LONGEST && !/[\s·]|^\p{L}_?\d\d$/u.test(text);
  return texts.every(isName) && new Set(texts).size === texts.length ? texts : undefined;
}
