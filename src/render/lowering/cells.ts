import { cellOf, isTrue } from "../../math/matrix.js";
import { setting } from "../../setting-names.js";
import type { MarkedTable, MatrixTable, MeasureTable } from "../document.js";
import { labelsOf } from "../label.js";
import { chooseFormat } from "../number.js";

/** A table as texts, before it is known how a table is written. */
export interface CellTable {
  readonly heads: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
  /** Lines below the others: sums of columns. */
  readonly feet: readonly { readonly name: string; readonly cells: readonly string[] }[];
  /** What was left out: "58 more rows". */
  readonly hidden?: string;
  readonly hasMasked: boolean;
}

/** More rows or columns than this are not written when nobody asks for all. */
const MOST = 16;
const EDGE = 3;
const GAP = "…";
const MASKED = "·";

/** The cells of a table as a page or a paper shows them: the middle of a large one is left out unless all is asked for. */
export function cellsOf(table: MatrixTable | MeasureTable | MarkedTable): CellTable {
  switch (table.kind) {
    case "matrix":
      return cellsOfMatrix(table);
    case "measures":
      return cellsOfMeasures(table);
    case "marked":
      return cellsOfMarked(table);
  }
}

type Place = number | "gap";

function placesOf(count: number, isFull: boolean): readonly Place[] {
  const all = Array.from({ length: count }, (_, at) => at);
  return isFull || count <= MOST ? all : [...all.slice(0, EDGE), "gap", ...all.slice(-EDGE)];
}

function hiddenText(rows: readonly Place[], allRows: number, cols: readonly Place[], allCols: number) {
  const counted = (places: readonly Place[], all: number, noun: string) =>
    places.includes("gap") ? [`${all - places.length + 1} more ${noun}`] : [];
  const parts = [...counted(rows, allRows, "rows"), ...counted(cols, allCols, "columns")];
  return parts.length > 0 ? { hidden: `${parts.join(", ")}: ${setting("full")}` } : {};
}

function cellsOfMatrix(table: MatrixTable): CellTable {
  const { matrix, axes, blocked, rowMargins, columnMargins, view } = table;
  const format = chooseFormat(
    [matrix.data, ...[...rowMargins, ...columnMargins].map(({ values }) => values)],
    view.precision,
    view.tiny,
  );
  const [rowNames, colNames] = axes.map(labelsOf);
  const [rows, cols] = [placesOf(matrix.rows, view.full), placesOf(matrix.cols, view.full)];
  const cellText = (row: number, col: number) => {
    const value = cellOf(matrix, row, col);
    return value === 0 && blocked && isTrue(blocked, row, col) ? MASKED : format(value);
  };
  const lineOf = (write: (col: number) => string) => cols.map((col) => (col === "gap" ? GAP : write(col)));
  return {
    heads: [...lineOf((col) => colNames.at(col)), ...rowMargins.map(({ label }) => label)],
    rows: rows.map((row) =>
      row === "gap"
        ? { name: GAP, cells: [...cols, ...rowMargins].map(() => GAP) }
        : {
            name: rowNames.at(row),
            cells: [
              ...lineOf((col) => cellText(row, col)),
              ...rowMargins.map(({ values }) => format(values[row])),
            ],
          },
    ),
    feet: columnMargins.map(({ label, values }) => ({
      name: label,
      cells: [...lineOf((col) => format(values[col])), ...rowMargins.map(() => "")],
    })),
    ...hiddenText(rows, matrix.rows, cols, matrix.cols),
    hasMasked: blocked?.data.some((is, at) => is === 1 && matrix.data[at] === 0) ?? false,
  };
}

function cellsOfMeasures({ rowAxis, rows: count, measures, view }: MeasureTable): CellTable {
  const rowNames = labelsOf(rowAxis);
  const rows = placesOf(count, view.full);
  const columns = measures.map(({ values, valuesOn, alike }) => {
    const format = chooseFormat([values], view.precision, view.tiny);
    if (!valuesOn) return (row: number) => format(values[row]);
    const labels = labelsOf(valuesOn);
    const nameOf = (value: number) =>
      Number.isInteger(value) && value >= 0 ? labels.at(value) : Number.isNaN(value) ? "—" : format(value);
    return (row: number) => {
      const tied = alike?.(row) ?? [];
      return (tied.length > 1 ? tied : [values[row]]).map(nameOf).join(", ");
    };
  });
  return {
    heads: measures.map(({ title }) => title),
    rows: rows.map((row) =>
      row === "gap"
        ? { name: GAP, cells: columns.map(() => GAP) }
        : { name: rowNames.at(row), cells: columns.map((write) => write(row)) },
    ),
    feet: [],
    ...hiddenText(rows, count, [], 0),
    hasMasked: false,
  };
}

const MARKS = { right: "✓", wrong: "✗", carried: "(✓)", rounded: "≈" } as const;

function cellsOfMarked({ axes, rows, cols, cells }: MarkedTable): CellTable {
  const [rowNames, colNames] = axes.map(labelsOf);
  const all = Array.from({ length: cols }, (_, col) => col);
  return {
    heads: all.map((col) => colNames.at(col)),
    rows: Array.from({ length: rows }, (_, row) => ({
      name: rowNames.at(row),
      cells: all.map((col) => {
        const cell = cells[row * cols + col];
        return cell ? `${cell.text} ${MARKS[cell.mark]}` : "";
      }),
    })),
    feet: [],
    hasMasked: false,
  };
}
