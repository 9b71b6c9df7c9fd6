import { tabulate } from "../../math/lists.js";
import type { Line } from "./lines.js";

// Matrices that are drawn over several lines, with brackets around each row: alone, side by side, or in a formula.

/** A row in brackets. */
const ROW = /[[(](?:[^\p{L}[\]()=≈:]|(?<=\d)e(?=[-+\d])|(?<=-)inf|nan)*[\])]/giu;

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
  for (let from = 0; from < lines.length; ) {
    const to = endOfDrawing(drawn, from);
    const matrices = matricesIn(drawn.slice(from, to).filter((line) => line !== undefined));
    moved.push(...(matrices ? linesOf(matrices) : lines.slice(from, Math.max(to, from + 1))));
    from = Math.max(to, from + 1);
  }
  return moved;
}

function drawnLine(line: Line): DrawnLine | undefined {
  const text = line.text.replace(/\t/g, " ");
  const found = [...text.matchAll(ROW)].filter(([row]) => /\d/.test(row));
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
    if (!fewer.every((start) => more.includes(start))) break;
    starts = more;
  }
  return to;
}

/** Returns the matrices of a drawing. Returns undefined if its lines are rows with names of their own, or without any. */
function matricesIn(lines: readonly DrawnLine[]): readonly Drawn[] | undefined {
  if (lines.length < 2) return undefined;
  const starts = lines.reduce((one, other) => (other.starts.length > one.starts.length ? other : one)).starts;
  const columns = tabulate(starts.length, (col) =>
    lines.flatMap((line) => {
      const at = starts.length === 1 ? 0 : line.starts.indexOf(starts[col]);
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
  return areNamed ? columns.map((rows, col) => ({ name: names[col][0] ?? "", rows })) : undefined;
}

const SIGN = /[=≈:→]\s*$/;

/** Returns a line per row of a matrix that stands alone, and one line for a formula. */
function linesOf(matrices: readonly Drawn[]): readonly Line[] {
  const formulas: Drawn[][] = [];
  for (const matrix of matrices) {
    const formula = formulas.at(-1);
    if (formula && !/\p{L}{2}|\p{L}\S*\s*[=≈:]/u.test(matrix.name)) formula.push(matrix);
    else formulas.push([matrix]);
  }
  return formulas.flatMap((formula, at) => {
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
