import { upTo } from "../../math/lists.js";
import { countUp } from "./count-up.js";
import type { NameFinder } from "./names.js";
import type { Run } from "./runs.js";
import type { SheetParts } from "./titles.js";
import type { Token } from "./tokens.js";

/** A number with its own row and column: `s_12 = 0`, `q1·k2 = 0`, `please → study: 0`, `scores,please,study,0`. */
interface PlacedCell {
  readonly run: Run;
  /** The run where its name begins, if the name contains numbers. */
  readonly from?: Run;
  readonly nameAt: number;
  readonly row: string;
  readonly col: string;
  /** The rest of its name, without row and column. It is the same for all cells of one matrix. */
  readonly of: string;
}

/** The minimum number of such cells that make rows, and that make a row. */
const MIN_CELLS = 4;
const MIN_CELLS_OF_ROW = 2;

/** Puts numbers that give their row and column into rows. Missing cells are blank. */
export function withPlacedRows(parts: SheetParts, finder: NameFinder): readonly Run[] {
  const inNames = new Set<Run>();
  const groups = groupsOf(parts, finder, inNames);
  if (groups.length === 0) return parts.runs;
  const gone = new Set<Run>();
  const rowsAt = new Map<Run, readonly Run[]>();
  for (const group of groups) {
    const rows = rowsOf(group);
    if (!rows) continue;
    const first = group[0].from ?? group[0].run;
    const { run: last } = group[group.length - 1];
    const [from, to] = [parts.runs.indexOf(first), parts.runs.indexOf(last)];
    const own = new Set(group.map(({ run }) => run));
    for (const run of parts.runs.slice(from, to + 1))
      if (own.has(run) || run.isIntermediate || inNames.has(run)) gone.add(run);
    rowsAt.set(first, rows);
  }
  return parts.runs.flatMap((run) => rowsAt.get(run) ?? (gone.has(run) ? [] : [run]));
}

function groupsOf(
  parts: SheetParts,
  finder: NameFinder,
  inNames: Set<Run>,
): readonly (readonly PlacedCell[])[] {
  const groups: PlacedCell[][] = [];
  const cells: (PlacedCell | undefined)[] = [];
  for (const [at, run] of parts.runs.entries()) {
    const before = cells.findLast((cell) => cell);
    cells.push(
      run.isIntermediate
        ? undefined
        : (placedCell(run, parts, at, inNames) ?? ofSamePlace(run, parts, before)),
    );
  }
  for (const [at, run] of parts.runs.entries()) {
    if (run.isIntermediate || inNames.has(run) || isOfHeading(run, parts)) continue;
    const cell = cells[at];
    if (!cell) {
      groups.push([]);
      continue;
    }
    // Cells of two steps may take turns: `q1·k1 = 4, /√2 = 2.83`.
    const group = groups
      .slice(groups.findLastIndex(({ length }) => length === 0) + 1)
      .findLast((one) => one[0].of === cell.of);
    const last = group?.at(-1);
    const goesOn =
      last &&
      !group?.some(({ row, col }) => row === cell.row && col === cell.col) &&
      !isNamedBetween(parts, last.run, run, finder);
    if (goesOn) group?.push(cell);
    else groups.push([cell]);
  }
  return groups.filter((group) => group.length >= (isOneRow(group) ? MIN_CELLS_OF_ROW : MIN_CELLS));
}

/** Whether cells are those of one row, from its first to its last: `s_31`, `s_32`, `s_33`. */
const isOneRow = (group: readonly PlacedCell[]): boolean =>
  group.every(({ row }) => row === group[0].row && /^\d+$/.test(row)) &&
  countUp(group.map(({ col }) => Number(col)));

/** Whether a number is the last of a heading, `pos = 1`, so that the cells below belong to those above it. */
const isOfHeading = ({ cells: [cell], line }: Run, { lines }: SheetParts): boolean =>
  /^\s*:\s*$/.test(lines[line].text.slice(cell.end)) || COUNTED.test(lines[line].text);

/** A word and its number, alone in a line. */
const COUNTED = /^[^\p{L}\d]*\p{L}{2,}\s*(?:=\s*)?\d{1,3}[^\p{L}\d]*$/u;

/** Whether a line without numbers between two cells names something. */
function isNamedBetween({ lines }: SheetParts, one: Run, other: Run, finder: NameFinder): boolean {
  return lines
    .slice(one.line + 1, other.line)
    .some(({ text }) => text.trim() !== "" && !/\d/.test(text) && finder.find(text).size > 0);
}

function placedCell(
  run: Run,
  { lines, tokens, runs }: SheetParts,
  index: number,
  inNames: Set<Run>,
): PlacedCell | undefined {
  const [cell] = run.cells;
  const { text } = lines[run.line];
  if (run.cells.length !== 1) return undefined;
  const [, row, ofMap, ofList] = MAP.exec(text.slice(0, cell.at)) ?? [];
  if (row !== undefined) return { run, nameAt: 0, row, col: ofMap ?? ofList, of: "" };
  const from = nameStart(run, tokens);
  const name = text.slice(from, cell.at).replace(/\s*[=:≈].*$/su, "");
  const isBehindSign = /[=:≈\t,]\s*$/.test(text.slice(from, cell.at));
  const placed = isBehindSign ? placeIn(name) : undefined;
  if (!placed) return undefined;
  // In `query 0 → key 1: 0.7`, the numbers before the last one are part of the name.
  let first = run;
  for (let at = index - 1; at >= 0 && runs[at].line === run.line && runs[at].cells[0].at >= from; at--) {
    if (runs[at].isIntermediate) continue;
    inNames.add(runs[at]);
    first = runs[at];
  }
  return { ...placed, run, nameAt: from, ...(first !== run && { from: first }) };
}

/** Returns the cell of another step in the line of a cell, with the same place. */
function ofSamePlace(
  run: Run,
  { lines, tokens }: SheetParts,
  before: PlacedCell | undefined,
): PlacedCell | undefined {
  if (before?.run.line !== run.line || run.cells.length !== 1) return undefined;
  const nameAt = nameStart(run, tokens);
  const text = lines[run.line].text.slice(nameAt, run.cells[0].at).trim().toLowerCase();
  const [of] = /^\W*\p{L}[\p{L}\s]*|^[,;\s]*[/÷].*$/u.exec(text) ?? [];
  const isNamed = of !== undefined && /[=:≈→]$/u.test(text) && nameAt > before.run.cells[0].at;
  return isNamed ? { ...before, run, nameAt, of } : undefined;
}

/** `man: {old: 0, the: 1}` in YAML, and `man -> old 0, the 1`. */
const MAP = /^[\s-]*([^\s:{},]+)\s*(?::\s*\{(?:[^{}]*,)?\s*([^\s:{},]+)\s*:|→(?:.*,)?\s*(\p{L}\S*))\s*$/u;

/** Returns where the name of a single number begins: after the last number before it that does not lead on to it. */
function nameStart({ first, line }: Run, tokens: readonly Token[]): number {
  for (let at = first - 1; at >= 0 && tokens[at].line === line; at--) {
    const { kind, end, text, depth } = tokens[at];
    // In `S[0,1] = 2` the comma is part of the name.
    const isBetween = text === "," && depth <= tokens[first].depth && tokens[at - 1]?.kind === "number";
    if (kind === "semicolon" || isBetween) return end;
    const next = tokens[at + 1];
    if (kind === "number" && next.kind === "word" && next.line === line) return end;
  }
  return 0;
}

const INDICES =
  /^(.*?\p{L}['′]?)[\s_^]*[[({]*\s*(\d{1,2})(?:\s*[,;·*.\s]\s*|\s*(?:[·*.,→]|(?:to|and|auf|zu|und|à|et|a|y|e)(?!\p{L}))?\s*\p{L}+['′]?[\s_#]*)(\d{1,2})\s*[\])}>⟩]*(?:\^T)?$/u;
const DIGITS = /^(.*?\p{L}['′]?)[\s_^]*[[({]*(\d)(\d)[\])}]*$/u;
const WORDS = /^(.*?)([^\s,;\t]+?)\s*(?:[→·*,\t/]|\bto\b|\bund\b)\s*([^\s,;\t]+)\s*[,\t]?$/u;

/** What a cell is divided by: `q1·k2/√2`, `(q1·k2)/(√2)`. */
const DIVIDED = /[)\s]*[/÷]\s*\(?(?:√|sqrt)\s*\(?(?:\d+|d_?k)[)\s]*$/u;

function placeIn(name: string): Pick<PlacedCell, "row" | "col" | "of"> | undefined {
  const whole = name.trim().replace(/\]\s*\[/g, ",");
  const plain = whole.replace(DIVIDED, "");
  const [, of = "", row, col] = INDICES.exec(plain) ?? DIGITS.exec(plain) ?? WORDS.exec(plain) ?? [];
  // `8.34/12.46 = 0.67` is arithmetic, not a place.
  return row === undefined || /^\d*[.,]\d/.test(row)
    ? undefined
    : { row, col, of: (of + whole.slice(plain.length)).trim().toLowerCase() };
}

/** Returns cells as rows. Returns undefined if too few rows, columns or cells were found. */
function rowsOf(group: readonly PlacedCell[]): readonly Run[] | undefined {
  const cols = namesAlong(group.map(({ col }) => col));
  const rows = isOneRow(group) ? [group[0].row] : namesAlong(group.map(({ row }) => row));
  if (
    (rows.length < 2 && !isOneRow(group)) ||
    cols.length < 2 ||
    2 * group.length < rows.length * cols.length - 1
  )
    return undefined;
  return rows.map((row, at) => {
    const runsOfRow = cols.map((col) => group.find((cell) => cell.row === row && cell.col === col)?.run);
    const [known] = runsOfRow.filter((run) => run !== undefined);
    const { run: start, nameAt } = group.find(({ run }) => run === known) ?? group[0];
    const run = known ?? start;
    const blank: Token = { ...run.cells[0], cell: null };
    const cells = runsOfRow.map((one) => one?.cells[0] ?? blank);
    const before = at === 0 ? group[0].run.before : [];
    return {
      ...run,
      place: { row, cols, nameAt },
      cells,
      before,
      isLabelled: false,
      isHeader: false,
      isIntermediate: false,
    };
  });
}

/** Returns the names along an axis in order of appearance. Numbers count up from 0 or 1 without a gap. */
function namesAlong(names: readonly string[]): readonly string[] {
  const unique = [...new Set(names)];
  if (!unique.every((name) => /^\d+$/.test(name))) return unique;
  const numbers = unique.map(Number);
  const from = Math.min(1, ...numbers);
  return upTo(Math.max(...numbers) + 1, from).map(String);
}
