import { type BooleanMatrix, cellOf, countTrue, createBooleanMatrix, isTrue } from "../math/matrix.js";
import { countParts, type Expression, partsOf } from "../trace/expression.js";
import { explainStep, keysOfResult, type Step, shapeOf, type Trace } from "../trace/trace.js";
import type { CellReference } from "./cell-reference.js";
import { guessCells } from "./guessed-cells.js";

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
  const reached = new Map<string, BooleanMatrix>();
  reached.set(
    key,
    createBooleanMatrix(rows, cols, (i, j) => i === row && j === col),
  );
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

/** Returns the cells of a step whose explanations contain a marked cell of its inputs. */
function reachedCells(trace: Trace, step: Step, reached: ReadonlyMap<string, BooleanMatrix>): BooleanMatrix {
  const marks = step.inputs.map((input) => reached.get(input));
  const output = step.output();
  const { rows, cols } = output;
  const explain = explainStep(trace, step);
  const contains = (row: number, col: number) => containsMark(explain(row, col), marks);
  // A masked cell that is −∞ or 0 stays so, whatever the other numbers are.
  const isOpen = (row: number, col: number) =>
    !(isTrue(step.blocked, row, col) && isNothing(cellOf(output, row, col)));
  const size = countParts(explain(rows - 1, cols - 1));
  if (rows * cols * size <= MAX_PARTS)
    return createBooleanMatrix(rows, cols, (row, col) => isOpen(row, col) && contains(row, col));
  const mayContain = guessCells(rows, cols, marks, explain);
  const guess = createBooleanMatrix(rows, cols, (row, col) => isOpen(row, col) && mayContain(row, col));
  return countTrue(guess) * size > MAX_PARTS
    ? guess
    : createBooleanMatrix(rows, cols, (row, col) => isTrue(guess, row, col) && contains(row, col));
}

/** Whether a masked score or weight has vanished: −∞ or 0. */
const isNothing = (value: number) => value === Number.NEGATIVE_INFINITY || value === 0;

function containsMark(expression: Expression, marks: readonly (BooleanMatrix | undefined)[]): boolean {
  if (expression.kind === "cell") {
    return isTrue(marks[expression.input], expression.row, expression.col);
  }
  return partsOf(expression).some((part) => containsMark(part, marks));
}
