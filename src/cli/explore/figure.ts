import { alignTo } from "../../render/label.js";
import { findStep, type Step } from "../../trace/trace.js";
import { cellsOf, type Grid, gridOf, headOf, nameOf, placeOf, type SetOff } from "./grid.js";
import { type State, usedCells } from "./state.js";
import { windowAround } from "./window.js";

// Draws the current matrix into the available space. A product is drawn between its two matrices, any other step beside
// its inputs.

const GAP = 3;
/** An input is not drawn in fewer columns than this. */
const LEAST_BESIDE = 20;

/** Returns the lines of the current matrix with its inputs, as far as they fit. */
export function drawFigure(state: State, height: number, width: number): readonly string[] {
  const step = findStep(state.trace, state.key);
  return (step && drawCrossed(state, step, height, width)) ?? drawBeside(state, step, height, width);
}

const all = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/** Returns the cells of an input that the current cell depends on directly. */
function usedOf(state: State, key: string, isTurned = false): SetOff {
  const own = usedCells(state).filter((cell) => cell.key === key);
  return { used: new Set(own.map(({ row, col }) => (isTurned ? placeOf(col, row) : placeOf(row, col)))) };
}

const NOTHING: SetOff = { used: new Set() };

/**
 * Returns the lines of a product: Q on the left, Kᵀ above, S where they meet. Returns undefined if the step is no
 * product, or does not fit.
 */
function drawCrossed(state: State, step: Step, height: number, width: number): readonly string[] | undefined {
  const { trace, row, col } = state;
  const isTurned = step.op.name === "matmul-transposed";
  if ((!isTurned && step.op.name !== "matmul") || step.inputs.length < 2) return undefined;
  const [leftKey, aboveKey] = step.inputs;
  if (![leftKey, aboveKey].every((key) => state.keys.includes(key))) return undefined;
  const own = gridOf(trace, step.key, all(step.shape.rows));
  const left = gridOf(trace, leftKey, all(step.shape.rows));
  const above = gridOf(trace, aboveKey, [], isTurned);
  // A product that also adds a bias has one more input, and one more row above.
  if (above.cols !== own.cols || left.cols !== above.rows) return undefined;
  const wide = Math.max(own.wide, above.wide);
  const leftWidth = left.side + left.cols * left.wide + GAP;
  if (leftWidth + own.cols * wide > width || 3 + above.rows + own.rows > height) return undefined;
  const [cols, inner] = [all(own.cols), all(above.rows)];
  const widened = (grid: Grid): Grid => ({ ...grid, wide });
  const blank = " ".repeat(leftWidth);
  return [
    titleOf(step.key, step),
    `${blank}${headOf(widened(above), cols)}`,
    ...inner.map((at) => `${blank}${cellsOf(widened(above), at, cols, usedOf(state, aboveKey, isTurned))}`),
    "",
    ...all(own.rows).map((at) => {
      const beside = `${nameOf(left, at, left.side)}${cellsOf(left, at, inner, usedOf(state, leftKey))}`;
      return `${beside}${" ".repeat(GAP)}${cellsOf(widened(own), at, cols, { ...NOTHING, cursor: [row, col] })}`;
    }),
  ];
}

const titleOf = (key: string, step: Step | undefined, shape = step?.shape): string =>
  `${step ? `${step.title}  ${step.formula}` : key}${shape ? `  (${shape.rows}×${shape.cols})` : ""}`;

/** Returns the lines of a matrix with its inputs on the right, as many as fit. */
function drawBeside(state: State, step: Step | undefined, height: number, width: number): readonly string[] {
  const { trace, key, row, col, keys } = state;
  const own = blockOf(state, key, [row, col], { ...NOTHING, cursor: [row, col] }, height, width);
  const blocks = [{ ...own, lines: [titleOf(key, step, own.grid), ...own.lines] }];
  let left = width - own.width;
  for (const input of new Set(step?.inputs ?? [])) {
    if (left < LEAST_BESIDE + GAP || !keys.includes(input)) continue;
    const first = usedCells(state).find((cell) => cell.key === input);
    const at = [first?.row ?? 0, first?.col ?? 0] as const;
    const block = blockOf(state, input, at, usedOf(state, input), height, left - GAP);
    if (block.width > left - GAP) continue;
    blocks.push({ ...block, lines: [findStep(trace, input)?.title ?? input, ...block.lines] });
    left -= block.width + GAP;
  }
  const [first, ...others] = blocks;
  const count = blocks.reduce((most, { lines }) => Math.max(most, lines.length), 0);
  return all(count).map((at) => {
    if (at === 0) return besideTitle(first, others);
    return blocks.map((block) => alignTo(block.lines[at] ?? "", block.width, "left")).join(" ".repeat(GAP));
  });
}

interface Block {
  readonly grid: Grid;
  readonly width: number;
  readonly lines: readonly string[];
}

/**
 * Returns the first line. The title of an input is above its numbers, or further right if the first title is wider than
 * its numbers.
 */
const besideTitle = (first: Block, others: readonly Block[]): string =>
  [first, ...others]
    .map(({ lines, width }) => alignTo(lines[0], width, "left"))
    .join(" ".repeat(GAP))
    .trimEnd();

/** Returns the names and numbers of a matrix around a cell. */
function blockOf(
  { trace }: State,
  key: string,
  [row, col]: readonly [number, number],
  setOff: SetOff,
  height: number,
  width: number,
): Block {
  const rows = windowAround(row, gridOf(trace, key, []).rows, Math.max(1, height - 2));
  const grid = gridOf(trace, key, rows);
  const side = Math.min(Math.floor(width / 3), grid.side);
  const cols = windowAround(col, grid.cols, Math.max(1, Math.floor((width - side) / grid.wide)));
  return {
    grid,
    width: side + cols.length * grid.wide,
    lines: [
      `${" ".repeat(side)}${headOf(grid, cols)}`,
      ...rows.map((at) => nameOf(grid, at, side) + cellsOf(grid, at, cols, setOff)),
    ],
  };
}
