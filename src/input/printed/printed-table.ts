import { tabulate } from "../../math/lists.js";
import { EXACT_DECIMALS, type WrittenNumber } from "../../math/written.js";
import { writtenFrom } from "../answer-cells.js";
import { cellProblem } from "../cell-problem.js";
import { plainString } from "../decode.js";
import type { Line } from "../documents/lines.js";
import { isBound } from "../forms/ruled.js";
import { refuseIn } from "../source.js";
import type { TitledStep } from "../step-titles.js";
import { isRule } from "./printed-run.js";

type Cells = readonly (readonly (WrittenNumber | null)[])[];

/** The contents of a printed table: the cells of its step, and the sums of its rows. */
interface PrintedCells {
  readonly rows: Cells;
  readonly sums?: Cells;
}

/** A group of columns with their names: all columns, or as many as fit in the width. */
interface Block {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads the cells of a printed table, whose columns may be in several blocks. Returns undefined if it has another
 * shape, is incomplete, or contains only words. Throws NOT_A_NUMBER.
 */
export function cellsOfTable(
  lines: readonly Line[],
  { rows, cols }: TitledStep["shape"],
  source: string,
): PrintedCells | undefined {
  const blocks = blocksOf(lines, rows, cols);
  const names = blocks.flatMap((block) => block.names);
  const isWhole = blocks.every(
    (block) => block.rows.length === rows && block.rows.every((cells) => cells.length >= block.names.length),
  );
  const sums = names.slice(cols);
  if (!isWhole || names.length < cols || sums.some((name) => !/^(?:Σ|sum)$/.test(name))) return undefined;
  const texts = tabulate(rows, (row) =>
    blocks.flatMap((block) => block.rows[row].slice(-block.names.length)),
  );
  if (!texts.flat().some((cell) => /[\d∞·.?]/.test(cell))) return undefined;
  const cells = texts.map((row) => row.map((text) => cellOf(text, `${source}:${lines[0].number}`)));
  return {
    rows: cells.map((row) => row.slice(0, cols)),
    ...(sums.length === 1 && { sums: cells.map((row) => row.slice(cols)) }),
  };
}

/** Returns a cell as it was printed; null if it is masked or unanswered. */
function cellOf(text: string, place: string): WrittenNumber | null {
  const cell = isBound(text) ? { value: 0, decimals: EXACT_DECIMALS } : writtenFrom(plainString(text));
  if (cell !== undefined) return cell;
  const { code, message, hint } = cellProblem(text);
  return refuseIn(place, code, `${message}.`, hint);
}

/** Splits a table into blocks. Each has a line of names, a rule, and as many lines as the step has rows. */
function blocksOf(lines: readonly Line[], rows: number, cols: number): readonly Block[] {
  const texts = lines.map(({ text }) => text);
  if (!texts.some(isRule)) {
    const cells = texts.map(cellsOf);
    return [
      cells.length > rows
        ? { names: namesIn(cells[0]), rows: cells.slice(1, rows + 1) }
        : { names: tabulate(cols, String), rows: cells },
    ];
  }
  const blocks: Block[] = [];
  for (let at = 0; at + 1 < texts.length; at++) {
    if (isRule(texts[at]) || !isRule(texts[at + 1])) continue;
    const below = texts.slice(at + 2, at + 2 + rows).filter((text) => !isRule(text));
    blocks.push({ names: namesIn(cellsOf(texts[at])), rows: below.map(cellsOf) });
    at += rows + 1;
  }
  return blocks;
}

/** The column of row names has an empty header. */
const namesIn = ([first, ...others]: readonly string[]) => (first === "" ? others : [first, ...others]);

function cellsOf(text: string): readonly string[] {
  const isOfPipes = /^\s*\|/.test(text);
  if (!isOfPipes && !text.includes("\t")) return text.trim().split(/\s{2,}/);
  const cells = isOfPipes ? text.trim().slice(1, -1).split("|") : text.split("\t");
  return cells.map((cell) => cell.trim().replace(/^([-−]) +/, "$1"));
}
