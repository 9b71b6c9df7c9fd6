import type { CellReference } from "../../explain/cell-reference.js";
import { greatest, upTo } from "../../math/lists.js";
import { cellOf, transpose } from "../../math/matrix.js";
import { alignTo, labelsOf, truncate, widest } from "../../render/label.js";
import { chooseFormat } from "../../render/number.js";
import { axesOf, findStep, matrixOf, type Step, type Trace } from "../../trace/trace.js";
import { type State, usedCells } from "./state.js";

// Draws the current matrix into the available space. A product is drawn between its two matrices, any other step beside
// its inputs.

const GAP = 3;
/** An input is not drawn in fewer columns than this. */
const MIN_BESIDE = 20;

/** Returns the lines of the current matrix with its inputs, as far as they fit. */
export function drawFigure(state: State, height: number, width: number): readonly string[] {
  const step = findStep(state.trace, state.key);
  return (step && drawCrossed(state, step, height, width)) ?? drawBeside(state, step, height, width);
}

/** Returns the brackets around a cell, or two blanks. */
type BracketsOf = (row: number, col: number) => string;

/** Puts the current cell in square brackets. */
const atCursor =
  (state: State): BracketsOf =>
  (row, col) =>
    row === state.row && col === state.col ? "[]" : "  ";

/** Puts the cells of an input that the current cell depends on directly in angle brackets. */
function whereUsed(state: State, key: string, isTransposed = false): BracketsOf {
  const cells = usedCells(state).filter((cell) => cell.key === key);
  const used = new Set(cells.map(({ row, col }) => String(isTransposed ? [col, row] : [row, col])));
  return (...place) => (used.has(String(place)) ? "‹›" : "  ");
}

/**
 * Returns the lines of a product: Q on the left, Kᵀ above, S where they meet. Returns undefined if the step is no
 * product, or does not fit.
 */
function drawCrossed(state: State, step: Step, height: number, width: number): readonly string[] | undefined {
  const { trace, keys } = state;
  const isTransposed = step.op.name === "matmul-transposed";
  const [leftKey, aboveKey] = step.inputs;
  const isProduct = isTransposed || step.op.name === "matmul";
  if (!isProduct || !keys.includes(leftKey) || !keys.includes(aboveKey)) return undefined;
  const rows = upTo(step.shape.rows);
  const product = gridOf(trace, step.key, rows);
  const left = gridOf(trace, leftKey, rows);
  const above = gridOf(trace, aboveKey, [], isTransposed);
  // A product that also adds a bias has one more input, and one more row above.
  if (above.cols !== product.cols || left.cols !== above.rows) return undefined;
  const wide = Math.max(product.wide, above.wide);
  const leftWidth = left.side + left.cols * left.wide + GAP;
  if (leftWidth + product.cols * wide > width || 3 + above.rows + product.rows > height) return undefined;
  const [cols, inner] = [upTo(product.cols), upTo(above.rows)];
  const [right, top] = [product, above].map((grid) => ({ ...grid, wide }));
  const blank = " ".repeat(leftWidth);
  const usedAbove = whereUsed(state, aboveKey, isTransposed);
  const usedLeft = whereUsed(state, leftKey);
  return [
    titleOf(step.key, step),
    blank + headOf(top, cols),
    ...inner.map((at) => blank + cellsOf(top, at, cols, usedAbove)),
    "",
    ...rows.map((at) => {
      const beside = nameOf(left, at, left.side) + cellsOf(left, at, inner, usedLeft);
      return beside + " ".repeat(GAP) + cellsOf(right, at, cols, atCursor(state));
    }),
  ];
}

const titleOf = (key: string, step: Step | undefined, shape = step?.shape) =>
  `${step ? `${step.title}  ${step.formula}` : key}${shape ? `  (${shape.rows}×${shape.cols})` : ""}`;

/** Returns the lines of a matrix with its inputs on the right, as many as fit. */
function drawBeside(state: State, step: Step | undefined, height: number, width: number): readonly string[] {
  const { trace, key, keys } = state;
  const block = blockOf(trace, state, atCursor(state), height, width);
  const blocks = [{ ...block, lines: [titleOf(key, step, block.grid), ...block.lines] }];
  let left = width - block.width - GAP;
  for (const input of new Set(step?.inputs ?? [])) {
    if (left < MIN_BESIDE || !keys.includes(input)) continue;
    const first = usedCells(state).find((cell) => cell.key === input) ?? { key: input, row: 0, col: 0 };
    const block = blockOf(trace, first, whereUsed(state, input), height, left);
    if (block.width > left) continue;
    blocks.push({ ...block, lines: [findStep(trace, input)?.title ?? input, ...block.lines] });
    left -= block.width + GAP;
  }
  const count = greatest(blocks, ({ lines }) => lines.length);
  return upTo(count).map((at) =>
    blocks.map((block) => alignTo(block.lines[at] ?? "", block.width, "left")).join(" ".repeat(GAP)),
  );
}

/** Returns the names and numbers of a matrix around a cell. */
function blockOf(
  trace: Trace,
  { key, row, col }: CellReference,
  bracketsOf: BracketsOf,
  height: number,
  width: number,
) {
  const rows = windowAround(row, matrixOf(trace, key).rows, Math.max(1, height - 2));
  const grid = gridOf(trace, key, rows);
  const side = Math.min(Math.floor(width / 3), grid.side);
  const cols = windowAround(col, grid.cols, Math.max(1, Math.floor((width - side) / grid.wide)));
  return {
    grid,
    width: side + cols.length * grid.wide,
    lines: [
      " ".repeat(side) + headOf(grid, cols),
      ...rows.map((at) => nameOf(grid, at, side) + cellsOf(grid, at, cols, bracketsOf)),
    ],
  };
}

const NARROWEST = 9;
const WIDEST = 12;
const SHADES = [" ", "░", "▒", "▓", "█"];

/** A matrix as it is written on the screen. */
type Grid = ReturnType<typeof gridOf>;

/**
 * Prepares a matrix of a run for the screen. `isTransposed` writes its rows as columns. `near` are the rows whose names
 * decide the width of the names.
 */
function gridOf(trace: Trace, key: string, near: readonly number[], isTransposed = false) {
  const given = matrixOf(trace, key);
  const matrix = isTransposed ? transpose(given) : given;
  const format = chooseFormat([matrix.data], 4);
  const names = axesOf(trace, key).map(labelsOf);
  const [rowNames, colNames] = isTransposed ? names.toReversed() : names;
  const isShaded = findStep(trace, key)?.view === "distribution";
  const { rows, cols } = matrix;
  const seen = near.filter((row) => row < rows);
  const widestNumber = widest(Array.from(given.data.subarray(0, MAX_WRITTEN), format));
  return {
    rows,
    cols,
    rowNames,
    colNames,
    /** The width of the names of rows, and of a cell, in columns of the screen. */
    side: widest(seen.map((row) => rowNames.at(row))),
    wide: Math.min(WIDEST, Math.max(NARROWEST, 4 + widestNumber + (isShaded ? 1 : 0))),
    /** Writes a cell in its brackets. Behind a weight is a sign that is darker for a larger one. */
    text(row: number, col: number, [open, close]: string) {
      const number = cellOf(matrix, row, col);
      const level = Math.ceil(Math.max(0, Math.min(1, number || 0)) * (SHADES.length - 1));
      return `${open}${format(number)}${close}${isShaded ? SHADES[level] : ""}`;
    },
  };
}

/** The maximum number of cells that are formatted to find the widest. */
const MAX_WRITTEN = 4096;

/** Returns the names of columns, each right-aligned above its numbers. */
const headOf = ({ colNames, wide }: Grid, cols: readonly number[]) =>
  cols.map((col) => `${alignTo(truncate(colNames.at(col), wide - 2, "…"), wide - 1, "right")} `).join("");

/** Returns the name of a row, cut or filled to `side` columns. */
const nameOf = ({ rowNames }: Grid, row: number, side: number) =>
  alignTo(truncate(rowNames.at(row), side, "…"), side, "left");

/** Returns the numbers of a row. */
const cellsOf = (grid: Grid, row: number, cols: readonly number[], bracketsOf: BracketsOf) =>
  cols.map((col) => alignTo(grid.text(row, col, bracketsOf(row, col)), grid.wide, "right")).join("");

/** Returns at most `room` positions of `count`. Position `at` is among them, as near to the middle as possible. */
export function windowAround(at: number, count: number, room: number): readonly number[] {
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), count - room));
  return upTo(first + Math.min(room, count), first);
}
