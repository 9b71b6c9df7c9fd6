import { tabulate } from "../../math/lists.js";
import type { Line } from "./lines.js";

// Matrices that are drawn over several lines, with brackets around each row: alone, side by side, or in a formula.

/** A row in brackets. */
const ROW = /[[(](?:[^\p{L}[\]()=≈:]|(?<=\d)e(?=[-+\d])|(?<=-)inf|nan)*[\])]/giu;

/** A row between slashes, which draw round brackets: `/ 1  -1 \`, and `\ 2  1 /` below it. */
const BETWEEN_SLASHES = /(?<=^|[\s=:])[/\\](\s{1,9}[-−+\d.,\s]{1,200}?\s)[/\\](?=\s|$)/g;

/** The rows of one line, and the text before each of them. */
interface DrawnLine {
  readonly line: Line;
  readonly starts: readonly number[];
  readonly rows: readonly string[];
  readonly texts: readonly string[];
  /** Whether nothing is behind the last row. */
  readonly isClosed: boolean;
}

/** One matrix of a drawing: its rows, and the text beside any of them. */
interface Drawn {
  readonly name: string;
  readonly rows: readonly { readonly line: Line; readonly text: string }[];
}

/**
 * Puts drawn matrices below each other, each with its name at its first row. A name may be beside any row. The factors
 * of a formula and its result become one line.
 */
export function withDrawnMatrices(lines: readonly Line[]): readonly Line[] {
  const drawn = lines.map(drawnLine);
  const moved: Line[] = [];
  const results = new Set<string>();
  for (let from = 0; from < lines.length; ) {
    const to = endOfDrawing(drawn, from);
    const matrices = matricesIn(drawn.slice(from, to).filter((line) => line !== undefined));
    moved.push(...(matrices ? linesOf(matrices, results) : lines.slice(from, Math.max(to, from + 1))));
    from = Math.max(to, from + 1);
  }
  return moved;
}

function drawnLine(line: Line): DrawnLine | undefined {
  const text = line.text.replace(/\t/g, " ").replace(BETWEEN_SLASHES, "[$1]");
  const all = [...text.matchAll(ROW)];
  const isBlank = all.every(([row]) => /^.\s+.$/.test(row));
  const found = isBlank ? all : all.filter(([row]) => /\d/.test(row));
  if (found.length === 0) return undefined;
  const ends = found.map((row) => row.index + row[0].length);
  return {
    line,
    starts: found.map(({ index }) => index),
    rows: found.map(([row]) => row),
    texts: found.map(({ index }, at) => text.slice(at === 0 ? 0 : ends[at - 1], index).trim()),
    isClosed: text.slice(ends[ends.length - 1]).trim() === "",
  };
}

/** Returns the index behind the last line whose rows are below those of the first. With another name, a matrix begins. */
function endOfDrawing(drawn: readonly (DrawnLine | undefined)[], from: number): number {
  const isNamed = (line: DrawnLine | undefined) => SIGN.test(line?.texts[0] ?? "");
  let [to, starts] = [from, drawn[from]?.starts ?? []];
  for (let next = drawn[to]; next?.isClosed; next = drawn[++to]) {
    if (to > from && isNamed(next) && isNamed(drawn[from])) break;
    // Beside a name, signs that are spelled otherwise may move a row.
    if (starts.length === 1 && next.starts.length === 1 && isNamed(next)) continue;
    const [fewer, more] = next.starts.length < starts.length ? [next.starts, starts] : [starts, next.starts];
    if (!fewer.every((start) => nearest(more, start) >= 0)) break;
    starts = more;
  }
  return to;
}

/** How far signs that are spelled otherwise, such as an arrow, may move a row. */
const MOVED = 2;

/** Returns the index of the start that is nearest, or −1 if none is near. */
function nearest(starts: readonly number[], start: number): number {
  const distances = starts.map((one) => Math.abs(one - start));
  const least = Math.min(...distances);
  return least <= MOVED ? distances.indexOf(least) : -1;
}

/** Returns the matrices of a drawing. Returns undefined if its lines are rows with names of their own, or without any. */
function matricesIn(lines: readonly DrawnLine[]): readonly Drawn[] | undefined {
  if (lines.length < 2) return undefined;
  const starts = lines.reduce((one, other) => (other.starts.length > one.starts.length ? other : one)).starts;
  const columns = tabulate(starts.length, (col) =>
    lines.flatMap((line) => {
      const at = starts.length === 1 ? 0 : nearest(line.starts, starts[col]);
      return at < 0 ? [] : [{ line: line.line, text: line.rows[at], before: line.texts[at] }];
    }),
  );
  const names = columns.map((rows) => rows.map(({ before }) => before).filter((text) => text !== ""));
  // A name is beside the first row or the middle. Below the middle, it is that of the next matrix.
  const isAbove = (rows: (typeof columns)[number]) =>
    2 * rows.findIndex(({ before }) => before !== "") <= rows.length;
  const areNamed =
    names.every((texts) => texts.length < 2) &&
    columns.every(isAbove) &&
    names.flat().some((text) => SIGN.test(text));
  const withNumbers = columns.map((rows) => rows.filter(({ text }) => /\d/.test(text)));
  if (!areNamed || withNumbers.some((rows) => rows.length === 0)) return undefined;
  return withNumbers.map((rows, col) => ({ name: names[col][0] ?? "", rows }));
}

const SIGN = /[=≈:→]\s*$/;

/** A product of two named matrices: `Q = X * WQ =`. */
const PRODUCT = /^(\S{1,9})\s?=\s?(\S{1,9})\s?[*·×@]\s?(\S{1,9})\s?=$/;

/**
 * Returns the two factors of a product and its result by themselves, if the formula names them. A factor that was a
 * result before is only written again.
 */
function factorsOf(formula: readonly Drawn[], results: Set<string>): readonly (readonly Drawn[])[] {
  const [, ...names] = PRODUCT.exec(formula[0].name) ?? [];
  const [result, ...factors] = names;
  const isProduct = formula.length === 3 && formula[2].name === "=" && names.length === 3;
  if (!isProduct || factors.some((name) => results.has(name))) return [formula];
  results.add(result);
  return formula.map((one, at) => [{ ...one, name: `${[...factors, result][at]} =` }]);
}

/** Returns a line per row of a matrix that stands alone, and one line for a formula. */
function linesOf(matrices: readonly Drawn[], results: Set<string>): readonly Line[] {
  const formulas: Drawn[][] = [];
  for (const matrix of matrices) {
    const formula = formulas.at(-1);
    if (formula && !/\p{L}{2}|\p{L}\S*\s*[=≈:]/u.test(matrix.name)) formula.push(matrix);
    else formulas.push([matrix]);
  }
  return formulas
    .flatMap((formula) => factorsOf(formula, results))
    .flatMap((formula, at) => {
      const [{ name, rows }] = formula;
      const end = at < formulas.length - 1 ? [{ number: rows[rows.length - 1].line.number, text: "" }] : [];
      const textOf = (matrix: Drawn) => `[${matrix.rows.map(({ text }) => text).join(", ")}]`;
      const isAlone = formula.length === 1;
      const whole = formula
        .map((one, index) => `${one.name || (index > 0 ? "·" : "")} ${textOf(one)}`)
        .join(" ");
      const indent = " ".repeat(name.length + 1);
      return [
        ...(isAlone
          ? rows.map(({ line, text }, row) => ({ ...line, text: (row === 0 ? `${name} ` : indent) + text }))
          : [{ ...rows[0].line, text: whole }]),
        ...end,
      ];
    });
}
