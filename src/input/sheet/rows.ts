import type { WrittenNumber } from "../../math/written.js";
import { writtenFrom } from "../answer-cells.js";
import { cellProblem } from "../cell-problem.js";
import { type LineCell, refuseCell, refuseLine } from "../forms/lines.js";
import { isMargin } from "./cells.js";
import { splitGrid } from "./grid.js";
import type { Grid, Rows, RowText } from "./pieces.js";
import type { StepTitles, TitledStep } from "./titled-step.js";

/** A table as a person wrote it. */
export interface WrittenTable {
  readonly rows: readonly (readonly (WrittenNumber | null)[])[];
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
}

/** What the whole sheet and the problem say of a table. */
export interface KnownOfSheet extends Pick<StepTitles, "labels"> {
  /** Elsewhere on the sheet commas can be nothing but decimal marks. */
  readonly hasDecimalCommas: boolean;
}

/**
 * The table that lines hold, as the step can have it: where commas, bullets and first columns can be meant in several ways,
 * the one way that gives the shape of the step. Throws AMBIGUOUS when several do and their numbers differ, NOT_A_NUMBER or
 * RAGGED_ROWS when none can be read.
 */
export function readRows(rows: Rows, step: TitledStep, known: KnownOfSheet): WrittenTable {
  const grids = splitGrid(rows, known.labels);
  const tables = grids.map((grid) => tableOf(grid));
  const read = tables.filter((table): table is WrittenTable => "rows" in table);
  const stacked = read.flatMap((table) => inOneColumn(table, step.shape) ?? []);
  if (stacked.length > 0) return stacked[0];
  const fitting = read.filter((table) => fits(table, step.shape));
  const [first, second] = distinct(fitting.length > 0 ? fitting : read, step.shape?.cols === 1);
  const place = rows.lines[0].line;
  if (!first) return refuseFault(tables.find((table) => "fault" in table) as Faulty);
  if (second && (fitting.length > 0 || step.shape === undefined)) {
    const message = `the rows of ${step.key} can be read in two ways: ${shown(first)}, or ${shown(second)}.`;
    const hint =
      "Write a point for decimals and blanks between cells, and names of rows with a colon behind them.";
    refuseLine(place, "AMBIGUOUS", message, hint);
  }
  if (!known.hasDecimalCommas) refuseThousands(grids[tables.indexOf(first)]);
  return first;
}

/** A table whose cells stand below each other, one in a line and all of them, as what is copied out of Word. */
function inOneColumn(table: WrittenTable, shape: TitledStep["shape"]): WrittenTable | undefined {
  const { rows, rowLabels, columnLabels } = table;
  const isStacked =
    shape !== undefined && shape.cols > 1 && shape.rows > 1 && rows.length === shape.rows * shape.cols;
  if (!isStacked || rowLabels || columnLabels || rows.some((row) => row.length !== 1)) return undefined;
  const cells = rows.flat();
  return {
    rows: Array.from({ length: shape.rows }, (_, row) =>
      cells.slice(row * shape.cols, (row + 1) * shape.cols),
    ),
  };
}

const THOUSANDS = /^[-+]?[1-9]\d{0,2}(?:,\d{3})+$/;

/** Throws AMBIGUOUS when every comma may as well stand between thousands. */
function refuseThousands({ cells, decimalComma }: Grid): void {
  const commas = decimalComma ? cells.flat().filter(({ text }) => text.includes(",")) : [];
  const [first] = commas;
  if (!first || !commas.every(({ text }) => THOUSANDS.test(text))) return;
  const message = `"${first.text}" may be ${first.text.replace(",", ".")} or ${first.text.replaceAll(",", "")}.`;
  const hint = "Write a point for decimals, and nothing between thousands.";
  refuseCell(first, "AMBIGUOUS", message, hint);
}

interface Faulty {
  readonly fault: LineCell;
  readonly code: "NOT_A_NUMBER" | "RAGGED_ROWS";
  readonly text: string;
}

/** A grid of cells as numbers, or what is wrong with it. */
function tableOf({ cells, rowLabels, columnLabels, decimalComma }: Grid): WrittenTable | Faulty {
  const width = cells[0]?.length ?? 0;
  for (const row of cells) {
    const odd = row[Math.min(width, row.length - 1)] ?? row[0];
    if (row.length !== width) {
      const text = `this row has ${row.length} cells, the first has ${width}`;
      return { fault: odd, code: "RAGGED_ROWS", text };
    }
  }
  const rows: (WrittenNumber | null)[][] = [];
  for (const row of cells) {
    const written: (WrittenNumber | null)[] = [];
    for (const cell of row) {
      const number = writtenCell(cell.text, decimalComma);
      if (number === undefined)
        return { fault: cell, code: "NOT_A_NUMBER", text: cellProblem(cell.text).message };
      written.push(number);
    }
    rows.push(written);
  }
  return { rows, ...(rowLabels && { rowLabels }), ...(columnLabels && { columnLabels }) };
}

/** A number as it was typed, null for a mark of no answer, undefined for anything else. */
function writtenCell(text: string, decimalComma = false): WrittenNumber | null | undefined {
  const plain = text
    .trim()
    .replace(/^(["'*`$])(.*)\1$/, "$2")
    .replace(/^\*\*(.*)\*\*$/, "$1")
    .trim();
  if (/,/.test(plain) && !decimalComma) return undefined;
  return writtenFrom(plain.replace(",", "."));
}

function fits({ rows, columnLabels, rowLabels }: WrittenTable, shape: TitledStep["shape"]): boolean {
  if (!shape) return false;
  const extra = (labels: readonly string[] | undefined) => (isMargin(labels?.at(-1)) ? 1 : 0);
  const [high, wide] = [rows.length - extra(rowLabels), rows[0].length - extra(columnLabels)];
  return (
    (high === shape.rows && wide === shape.cols) || (shape.cols === 1 && high === 1 && wide === shape.rows)
  );
}

/** Those whose numbers differ; a row that stands for a column is that column. */
function distinct(tables: readonly WrittenTable[], isColumn: boolean): readonly WrittenTable[] {
  const keyOf = ({ rows }: WrittenTable) => JSON.stringify(isColumn ? rows.flat() : rows);
  const seen = new Map(tables.map((table) => [keyOf(table), table] as const).reverse());
  return [...seen.values()].reverse();
}

function shown({ rows }: WrittenTable): string {
  const row = rows[0].map((cell) => (cell === null ? "–" : String(cell.value)));
  return `${rows.length} × ${row.length} cells that begin with ${row.slice(0, 6).join(", ")}`;
}

function refuseFault({ fault, code, text }: Faulty): never {
  const hint =
    code === "RAGGED_ROWS"
      ? "Write equally many cells in every row, and - in one that is not answered."
      : "Write numbers, and - in a cell that is not answered.";
  return refuseCell(fault, code, `${text}.`, hint);
}

/** Cells of a list of lists of YAML: the first of a row, and one behind it. */
const FIRST_IN_ROW = /^\s*- - (?!-\s*$)(\S+)\s*$/;
const NEXT_IN_ROW = /^\s*- (?!- )(\S+)\s*$/;

/** The rows of such a list, a number a line; undefined when it is none. */
export function nestedList(lines: readonly RowText[]): WrittenTable | undefined {
  if (lines.length === 0 || !FIRST_IN_ROW.test(lines[0].line.text)) return undefined;
  const rows: (WrittenNumber | null)[][] = [];
  for (const { line } of lines) {
    const [, first] = FIRST_IN_ROW.exec(line.text) ?? [];
    const [, next] = NEXT_IN_ROW.exec(line.text) ?? [];
    const cell = writtenCell(first ?? next ?? "x");
    if (cell === undefined) return undefined;
    if (first !== undefined) rows.push([cell]);
    else rows[rows.length - 1].push(cell);
  }
  return rows.every((row) => row.length === rows[0].length) ? { rows } : undefined;
}
