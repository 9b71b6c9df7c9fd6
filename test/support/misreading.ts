import { UserError } from "../../src/errors.js";
import { readProblem, storedBytes } from "../../src/input/read.js";
import type { SourcedProblem } from "../../src/input/sourced-problem.js";
import { type Word, wordsOf } from "./words-of-text.js";

/** Compares what was read of a text with its words alone. Returns what is wrong, or undefined. */
export function misreading(given: string, reading: SourcedProblem): string | undefined {
  const { matrices, notices } = reading;
  // A name in JSON: digits and brackets in it are no numbers.
  const text = given.replace(/"(?:[^"\\\n]|\\.)*"(?=\s*:)/g, (name) => " ".repeat(name.length));
  const { query } = matrices;
  // Notices about sums, and about other matrices beside the one that was asked for, are checked by eye.
  if (notices.some((notice) => /read as one cell|left aside/.test(notice))) return undefined;
  if (!query) return "no query was read";
  const how = notices.join("; ");
  const words = wordsOf(text, how.includes("decimal commas"));
  return (
    wrongSize(text, query, how) ??
    wrongFrame(text, how) ??
    wrongWords(text, words, query, how) ??
    wrongPlaces(reading, query)
  );
}

/** Every cell must be found again in the text, because errors show its place, and verdicts its digits. */
function wrongPlaces(reading: SourcedProblem, { cols, data }: Table): string | undefined {
  for (const [index, value] of data.entries()) {
    const cell = { name: "query", row: Math.floor(index / cols), col: index % cols };
    const digits = reading.digits(cell);
    const found = Number(digits?.replace(/d(?=[-+\d])/i, "e"));
    const isSame = Number.isNaN(found) || Math.abs(found - value) <= 1e-12 * Math.abs(value);
    if (!digits || !isSame) return `cell ${index} (${value}) is found again as ${digits}`;
  }
  return undefined;
}

interface Shape {
  readonly rows: number;
  readonly cols: number;
}

interface Table extends Shape {
  readonly data: Float64Array;
}

/** Patterns of the shape that a text gives for itself. */
const SIZES: readonly RegExp[] = [
  /\((\d+)×(\d+), /,
  /^(\d+)×(\d+) \w/,
  /\[(\d+) rows x (\d+) columns\]/,
  /\((\d+) rows?\)/,
  /Type\{(\d+),(\d+)\}/,
  /\w\[(\d+)\]\[(\d+)\]\s*=/,
];

function wrongSize(text: string, { rows, cols }: Shape, how: string): string | undefined {
  for (const pattern of SIZES) {
    const [found, saidRows, saidCols = cols] = pattern.exec(text) ?? [];
    if (found !== undefined && (Number(saidRows) !== rows || Number(saidCols) !== cols))
      return `${found} but ${rows}×${cols} was read`;
  }
  if (!how.includes("R matrix")) return undefined;
  const indices = Array.from(text.matchAll(/^\s*\[(\d+),\]/gm), ([, index]) => Number(index));
  if (indices.some((index, at) => index !== at + 1) || (indices.length > 0 && indices.length !== rows))
    return "the indices of the rows do not count them";
  return undefined;
}

/** Finds a bracket or a box that starts and does not end, or ends and did not start. */
function wrongFrame(text: string, how: string): string | undefined {
  const odd = ["⎡⎣", "┌└"].find((pair) => text.includes(pair[0]) !== text.includes(pair[1]));
  if (odd) return `${odd} do not go together`;
  const plain = text.replace(
    /(?:#|%|\/\/)[^\r\n]*|(?<=\]),\s*[A-Za-z_]\w*\s*=[\s\S]*$|\[,?\d*,\]|\[,\d*\]?/g,
    "",
  );
  const count = (sign: string) => plain.split(sign).length;
  const open = /NumPy|Python|tensor|JSON|literal|OCaml|Wolfram|Matrix/i.test(how)
    ? ["[]", "{}"].find((pair) => count(pair[0]) !== count(pair[1]))
    : undefined;
  return open && `${open} are not in balance`;
}

function wrongWords(text: string, words: readonly Word[], query: Table, how: string) {
  const factor = Number(/every number times (1e[-+]?\d+)/.exec(how)?.[1] ?? 1);
  if ((factor !== 1) !== /e[-+]?0*[1-9１-９][\d１-９]*\s*\*/i.test(text))
    return "a factor was lost, or made up";
  const same = (word: Word, value: number) =>
    word.value !== undefined &&
    (Object.is(word.value * factor, value) ||
      Math.abs(word.value * factor - value) <= 1e-12 * Math.abs(value));
  const cells = how.includes("blocks of columns joined") ? byColumns(query) : Array.from(query.data);
  const width = how.includes("blocks of columns joined") ? query.rows : query.cols;

  // `fits` tries to assign the words from `at` on to the cells from `cell` on.
  const failures = new Set<string>();
  const known = new Map<string, boolean>();
  const fits = (at: number, cell: number, last: number): boolean => {
    const key = `${at} ${cell} ${last}`;
    const found = known.get(key) ?? tryFit(at, cell, last);
    known.set(key, found);
    return found;
  };
  const tryFit = (at: number, cell: number, last: number): boolean => {
    const word = words[at];
    if (!word) return cell === cells.length || note(`cell ${cell} (${cells[cell]}) stands nowhere`);
    if (cell < cells.length && same(word, cells[cell])) {
      const wrong = last < 0 ? undefined : wrongStep(text, words[last], word, cell % width === 0, how);
      if (wrong === undefined && fits(at + 1, cell + 1, at)) return true;
      if (wrong) note(wrong);
    }
    if (mayBeLeftOut(text, word, how)) return fits(at + 1, cell, last);
    return note(`${JSON.stringify(word.text)} was left out or is read as something else`);
  };
  const note = (what: string) => {
    failures.add(what);
    return false;
  };
  return fits(0, 0, -1) ? undefined : [...failures].join("; ");
}

function byColumns({ rows, cols, data }: Table): number[] {
  return Array.from({ length: rows * cols }, (_, at) => data[(at % rows) * cols + Math.floor(at / rows)]);
}

/** Returns what is wrong with the gap between two consecutive cells. */
function wrongStep(
  text: string,
  before: Word,
  after: Word,
  newRow: boolean,
  how: string,
): string | undefined {
  const nested = !/table|LaTeX|text|CSV|display|pandas/.test(how);
  if (nested && before.depth !== after.depth)
    return `${before.text} and ${after.text} stand at different depths`;
  const gap = text.slice(before.end, after.start).replace(/(?:#|%|\/\/)[^\r\n]*/g, "");
  const separates = how.includes("semicolon-separated") || text.includes("[|");
  const ends = (separates ? /[\])}][\s\S]*[[({]|\n/ : /[\])}][\s\S]*[[({]|;|\n|\\\\|\\tabularnewline/).test(
    gap,
  );
  if (newRow && !ends) return `no row ends between ${before.text} and ${after.text}`;
  if (newRow) return undefined;
  const closes = /[\])}][\s\S]*[[{]|\\\\/.test(gap) || (!separates && gap.includes(";"));
  if (closes) return `a row ends between ${before.text} and ${after.text}`;
  const mayWrap = /print|array|tensor|list|tuple|literal|Matrix|JSON|LaTeX|brackets|blocks|scalars/i.test(
    how,
  );
  return gap.includes("\n") && !mayWrap ? `a line ends between ${before.text} and ${after.text}` : undefined;
}

/** The separators of the cells of a row, by the form that was read. */
const BETWEEN: readonly (readonly [form: RegExp, mark: RegExp])[] = [
  [/\(LaTeX/, /&/],
  [/\((?:Markdown|drawn) table/, /[|│]/],
  [/\(CSV/, /,/],
  [/\(semicolon/, /;/],
  [/\(tab/, /\t/],
];

/** Whether a word may be left out: a name, an index, a note, a size, a margin. */
function mayBeLeftOut(text: string, word: Word, how: string): boolean {
  if (word.optional) return true;
  // [1] says which value a line starts with.
  if (how.includes("R vector") && /(?:^|\n)\s*\[$/.test(text.slice(0, word.start))) return true;
  const behindRow = how.includes("(LaTeX") ? "\\\\" : "\n";
  const rowStart = text.lastIndexOf(behindRow, word.start - 1) + 1;
  const before = text.slice(rowStart, word.start).replace(/^\s*[|│]/, "");
  const line = before + text.slice(word.start).split(behindRow)[0];
  const [, mark] = BETWEEN.find(([form]) => form.test(how)) ?? [undefined, /\S/];
  if (/index column dropped|as labels/.test(how) && !mark.test(before.replace(/^(?:\W+|\S*)$/, "")))
    return true;
  const above = text.slice(0, rowStart).replace(/\\begin\{tabular\}\{\w*\}|^[^\p{L}\p{N}\n]*$/gmu, "");
  if (how.includes("header row dropped") && (above.trim() === "" || isTitle(text, rowStart, how)))
    return true;
  return how.includes("margins") && text.slice(word.end).split("\n")[0].trim() === "" && !line.includes("(");
}

/** Whether a row is above the line below the column names. */
function isTitle(text: string, rowStart: number, how: string): boolean {
  return how.includes("(table") && !/\n[^\n]*(?:─|--)/.test(text.slice(0, rowStart));
}

export interface Judgement {
  readonly outcome: "read" | "refused" | "misread" | "crashed";
  /** What is wrong. */
  readonly what?: string;
}

/** Reads a text as standard input, and judges the result. */
export async function judgeText(text: string): Promise<Judgement> {
  const request = {
    sources: [],
    matrices: { query: "-" },
    transpose: [],
    accepts: ["query" as const],
    settings: {},
  };
  const files = {
    openFile: () => storedBytes(Buffer.from("")),
    openStdin: () => storedBytes(Buffer.from(text)),
  };
  try {
    const what = misreading(text, await readProblem(request, files));
    return what === undefined ? { outcome: "read" } : { outcome: "misread", what };
  } catch (error) {
    if (error instanceof UserError) return { outcome: "refused" };
    return { outcome: "crashed", what: error instanceof Error ? String(error.stack) : String(error) };
  }
}
