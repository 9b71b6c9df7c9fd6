import { greatest } from "../math/lists.js";
import { type BooleanMatrix, cellOf, isTrue, type Matrix } from "../math/matrix.js";
import type {
  MarkedCell,
  MarkedTable,
  MatrixTable,
  Measure,
  MeasureTable,
  TableView,
  Tone,
} from "./document.js";
import { labelsOf, truncate } from "./label.js";
import { chooseFormat, type FormatNumber, type Precision } from "./number.js";
import { type Pen, write } from "./pen.js";
import { type Sheet, type SheetColumn, writeSheet } from "./sheet.js";

/** Returns a matrix with its margins as a table. A masked zero has its own sign, explained below the table. */
function matrixSheet(table: MatrixTable, pen: Pen): Sheet {
  const { matrix, axes, blocked, rowMargins, columnMargins, view } = table;
  const margins = [...rowMargins, ...columnMargins].map((margin) => margin.values);
  const format = spelled(chooseFormat([matrix.data, ...margins], view.precision, view.tiny), pen);
  const cellText = cellWriter(matrix, blocked, format, pen);
  const heads = labelsOf(axes[1]);
  const numberColumn = (head: string, cells: SheetColumn["cells"]): SheetColumn => ({
    head,
    align: "right",
    cells: (rows) => alignPoints(cells(rows), view.precision),
  });
  return {
    rows: matrix.rows,
    cols: matrix.cols,
    edges: rowMargins.length,
    full: view.full,
    elidable: true,
    rowLabels: labelsOf(axes[0]),
    feet: columnMargins.map((margin) => margin.label),
    column(col) {
      if (col < matrix.cols) {
        const feet = () => columnMargins.map((margin) => format(margin.values[col]));
        return numberColumn(heads.at(col), (rows) => rows.map((row) => cellText(row, col)).concat(feet()));
      }
      const { label, values } = rowMargins[col - matrix.cols];
      const blanks = columnMargins.map(() => "");
      return numberColumn(label, (rows) => rows.map((row) => format(values[row])).concat(blanks));
    },
    note: hasMaskedZero(matrix, blocked) ? `${pen.glyphs.masked} masked` : undefined,
  };
}

/** The maximum width of a label instead of a number, if the width is limited. */
const WIDEST_LABEL_CELL = 16;

/** Returns several measures of the same rows as a table. Each column chooses its own decimals. */
function measureSheet({ rowAxis, rows, measures, view }: MeasureTable, pen: Pen): Sheet {
  return {
    rows,
    cols: measures.length,
    edges: 0,
    feet: [],
    full: view.full,
    elidable: false,
    rowLabels: labelsOf(rowAxis),
    column: (col) => measureColumn(measures[col], view, pen),
  };
}

function measureColumn(measure: Measure, { precision, tiny }: TableView, pen: Pen): SheetColumn {
  const { title, isLabelled, values, valuesOn, alike = () => [] } = measure;
  const format = spelled(chooseFormat([values], precision, tiny), pen);
  // The name of a measure is a title, unless it is a label from the user.
  const about = { head: title, isTitled: !isLabelled };
  if (!valuesOn) {
    const textOf = (row: number) => format(values[row]);
    return { ...about, align: "right", cells: (rows) => alignPoints(rows.map(textOf), precision) };
  }
  const labels = labelsOf(valuesOn);
  const widest = Number.isFinite(pen.width) ? WIDEST_LABEL_CELL : pen.width;
  const nameOf = (position: number) => {
    if (Number.isNaN(position)) return pen.glyphs.none;
    if (!Number.isInteger(position) || position < 0) return format(position);
    return truncate(pen.spell(labels.at(position)), widest, pen.glyphs.cut);
  };
  return {
    ...about,
    align: labels.align,
    cells: (rows) => rows.map((row) => listAlike(alike(row).map(nameOf)) ?? nameOf(values[row])),
  };
}

/** From this number of other names on, only the first name is shown. */
const MOST_ALIKE_NAMED = 3;

/** Writes `please, study` if several positions are equal. */
function listAlike([first, ...others]: readonly string[]): string | undefined {
  if (others.length === 0) return undefined;
  return others.length < MOST_ALIKE_NAMED
    ? [first, ...others].join(", ")
    : `${first} +${others.length} alike`;
}

function spelled(format: FormatNumber, pen: Pen): FormatNumber {
  return (value) => pen.spell(format(value));
}

/**
 * Returns the function that writes a cell. A blocked cell also shows its number, unless that is 0: −∞ among scores, 1/m
 * in a row that was made uniform.
 */
function cellWriter(
  matrix: Matrix,
  blocked: BooleanMatrix | undefined,
  format: FormatNumber,
  pen: Pen,
): (row: number, col: number) => string {
  const masked = pen.painter.paint("masked", pen.glyphs.masked);
  return (row, col) => {
    const value = cellOf(matrix, row, col);
    if (!isTrue(blocked, row, col)) return format(value);
    return value === 0 ? masked : pen.painter.paint("masked", format(value));
  };
}

function hasMaskedZero(matrix: Matrix, blocked: BooleanMatrix | undefined): boolean {
  return blocked?.data.some((isBlocked, index) => isBlocked === 1 && matrix.data[index] === 0) ?? false;
}

/** Above this width, numbers of different magnitudes are flush right instead of aligned at their points. */
const WIDEST_ALIGNED = 24;

/** Aligns the decimal points of numbers in shortest digits. Blanks replace missing decimals. */
function alignPoints(cells: string[], precision: Precision): string[] {
  if (precision !== "full") return cells;
  const wholes = cells.map((cell) => /^-?\d+/.exec(cell)?.[0].length);
  const tails = cells.map((cell, index) => cell.length - (wholes[index] ?? cell.length));
  const longest = greatest(tails);
  const aligned = cells.map((cell, index) => {
    return wholes[index] === undefined ? cell : cell + " ".repeat(longest - tails[index]);
  });
  return aligned.some((cell) => cell.length > WIDEST_ALIGNED) ? cells : aligned;
}

/** The sign after a number, and the colour of both. */
const MARKS: Readonly<Record<MarkedCell["mark"], { readonly sign: string; readonly tone: Tone }>> = {
  right: { sign: " ", tone: "plain" },
  wrong: { sign: "✗", tone: "wrong" },
  follows: { sign: "→", tone: "warning" },
  near: { sign: "≈", tone: "dim" },
};

/** Returns a person's numbers as a table with the same look as tables of steps. */
function markedSheet({ axes, rows, cols, cells }: MarkedTable, pen: Pen): Sheet {
  const heads = labelsOf(axes[1]);
  const signWidth = Math.max(...Object.values(MARKS).map(({ sign }) => pen.spell(sign).length));
  const cellText = ({ text, mark }: MarkedCell) => {
    const { sign, tone } = MARKS[mark];
    return write(pen, tone, `${text} ${pen.spell(sign).padEnd(signWidth)}`);
  };
  return {
    rows,
    cols,
    edges: 0,
    feet: [],
    full: true,
    elidable: false,
    rowLabels: labelsOf(axes[0]),
    column: (col) => ({
      // The blanks put the head over the numbers, not over their marks.
      head: `${heads.at(col)}${" ".repeat(1 + signWidth)}`,
      align: "right",
      cells: (shown) => shown.map((row) => cellText(cells[row * cols + col])),
    }),
  };
}

export type Table = MatrixTable | MeasureTable | MarkedTable;

/** Returns a table with its texts, before it is known how much of it is shown. */
export function sheetOf(table: Table, pen: Pen): Sheet {
  switch (table.kind) {
    case "matrix":
      return matrixSheet(table, pen);
    case "measures":
      return measureSheet(table, pen);
    case "marked":
      return markedSheet(table, pen);
  }
}

/** Writes the lines of a table for a terminal. */
export const writeTable = (table: Table, pen: Pen): AsyncGenerator<string> =>
  writeSheet(sheetOf(table, pen), pen);
