import { type BooleanMatrix, cellOf, countTrue, createBooleanMatrix, isTrue } from "../math/matrix.js";
import { countParts, type Expression, partsOf } from "../trace/expression.js";
import type { CellArithmetic } from "../trace/op.js";
import { explainStep, keysOfResult, type Step, shapeOf, type Trace } from "../trace/trace.js";
import type { CellReference } from "./cell-reference.js";
import { leavesOf } from "./why.js";

/** The cells of a step that depend on a number, directly or through earlier steps. */
export interface Use {
  readonly key: string;
  /** 1 = reached. */
  readonly cells: BooleanMatrix;
  readonly count: number;
  /** The inputs of the step that depend on the number. */
  readonly through: readonly string[];
}

/** Finds every step that depends on a number, in order. It follows the explanations of the steps forwards. */
export function findUses(trace: Trace, { key, row, col }: CellReference): readonly Use[] {
  const { rows, cols } = shapeOf(trace, key);
  const reached = new Map([[key, createBooleanMatrix(rows, cols, (i, j) => i === row && j === col)]]);
  const uses: Use[] = [];
  for (const step of trace.steps) {
    const through = [...new Set(step.inputs)].filter((input) => reached.has(input));
    // The step of the number itself is skipped; steps before it cannot depend on it.
    if (through.length === 0 || step.key === key) continue;
    const cells = reachedCells(trace, step, reached);
    const count = countTrue(cells);
    if (count === 0) continue;
    reached.set(step.key, cells);
    uses.push({ key: step.key, cells, count, through });
  }
  return uses;
}

/** Returns the longest chain from the number to the last result that depends on it, or else to the last step. */
export function longestChain(trace: Trace, uses: readonly Use[]): readonly Use[] {
  const chains = new Map<string, readonly Use[]>();
  for (const use of uses) {
    const before = use.through.map((key) => chains.get(key) ?? []);
    const longest = before.reduce((most, chain) => (chain.length > most.length ? chain : most), []);
    chains.set(use.key, [...longest, use]);
  }
  const results = keysOfResult(trace.results);
  const end = uses.findLast(({ key }) => results.includes(key)) ?? uses.at(-1);
  return (end && chains.get(end.key)) ?? [];
}

/** The maximum amount of arithmetic in all cells of a step that is read completely. */
const MAX_PARTS = 2 ** 19;

/** Whether a cell depends on a marked cell. */
type IsReached = (row: number, col: number) => boolean;

/** Returns the cells of a step whose explanations contain a marked cell of its inputs. */
function reachedCells(trace: Trace, step: Step, reached: ReadonlyMap<string, BooleanMatrix>) {
  const marks = step.inputs.map((input) => reached.get(input));
  const output = step.output();
  const { rows, cols } = output;
  const explain = explainStep(trace, step);
  const contains: IsReached = (row, col) => containsMark(explain(row, col), marks);
  // A masked cell that is −∞ or 0 stays so, whatever the other numbers are.
  const cellsWhere = (isReached: IsReached) =>
    createBooleanMatrix(
      rows,
      cols,
      (row, col) =>
        !(isTrue(step.blocked, row, col) && isNothing(cellOf(output, row, col))) && isReached(row, col),
    );
  const size = countParts(explain(rows - 1, cols - 1));
  if (rows * cols * size <= MAX_PARTS) return cellsWhere(contains);
  const guess = cellsWhere(guessCells(rows, cols, marks, explain));
  return countTrue(guess) * size > MAX_PARTS
    ? guess
    : cellsWhere((row, col) => isTrue(guess, row, col) && contains(row, col));
}

/** Whether a masked score or weight has vanished: −∞ or 0. */
const isNothing = (value: number) => value === Number.NEGATIVE_INFINITY || value === 0;

function containsMark(expression: Expression, marks: readonly (BooleanMatrix | undefined)[]): boolean {
  if (expression.kind === "cell") {
    return isTrue(marks[expression.input], expression.row, expression.col);
  }
  return partsOf(expression).some((part) => containsMark(part, marks));
}

// Estimates which cells of its inputs a step uses for cell [row, col], from a few sample cells. Reading the explanation
// of every cell would take seconds for steps that use whole rows and columns.

/** The position of the used cells along one axis of an input: the cell's own row, its own column, or any position. */
type AxisAccess = "row" | "col" | "any";

/**
 * Returns whether cell [row, col] may use a marked cell. The answer may be a false yes, but not a false no for steps
 * that behave like the sample cells: if a step uses some cells of a row, all cells of that row count as used.
 */
function guessCells(
  rows: number,
  cols: number,
  marks: readonly (BooleanMatrix | undefined)[],
  explain: CellArithmetic,
): IsReached {
  const [middleRow, middleCol] = [Math.floor(rows / 2), Math.floor(cols / 2)];
  const samples = [
    [0, middleCol],
    [middleRow, cols - 1],
    [rows - 1, 0],
  ] as const;
  const uses = samples.flatMap(([row, col]) =>
    leavesOf(explain(row, col)).map((leaf) => ({ leaf, row, col })),
  );
  const guesses = marks.flatMap((marked, input) => {
    const ofInput = uses.filter(({ leaf }) => leaf.input === input);
    const accessTo = (side: "row" | "col"): AxisAccess =>
      (["row", "col"] as const).find((own) => ofInput.every((use) => use.leaf[side] === use[own])) ?? "any";
    return marked ? [guessFor(marked, accessTo("row"), accessTo("col"))] : [];
  });
  return (row, col) => guesses.some((guess) => guess(row, col));
}

function guessFor(marked: BooleanMatrix, toRow: AxisAccess, toCol: AxisAccess): IsReached {
  const { rows, cols } = marked;
  // If any position along an axis is used, all positions count as the first one.
  const placeOf = (row: number, col: number) =>
    (toRow === "any" ? 0 : row * cols) + (toCol === "any" ? 0 : col);
  const hasMark = new Uint8Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) if (isTrue(marked, row, col)) hasMark[placeOf(row, col)] = 1;
  }
  return (row, col) => {
    const positions = { row, col, any: 0 };
    return hasMark[placeOf(positions[toRow], positions[toCol])] === 1;
  };
}
