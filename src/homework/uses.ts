import { type BooleanMatrix, createBooleanMatrix, isTrue } from "../math/matrix.js";
import { type Expression, partsOf } from "../trace/expression.js";
import { keyOf, matrixOf, type ResultKeys, type Step, type Trace } from "../trace/trace.js";
import type { CellReference } from "./cell-reference.js";

/** The cells of a step whose arithmetic holds a number, directly or through earlier steps. */
export interface Use {
  readonly key: string;
  /** 1 = reached. */
  readonly cells: BooleanMatrix;
  readonly count: number;
  /** The inputs of the step through which it is reached. */
  readonly through: readonly string[];
}

/** Where a number goes: every step that it reaches, in order. Follows the explanations of the steps, forwards. */
export function findUses(trace: Trace, { key, row, col }: CellReference): readonly Use[] {
  const { rows, cols } = matrixOf(trace, key);
  const reached = new Map<string, BooleanMatrix>();
  reached.set(
    key,
    createBooleanMatrix(rows, cols, (i, j) => i === row && j === col),
  );
  const uses: Use[] = [];
  for (const step of trace.steps) {
    const through = [...new Set(step.inputs)].filter((input) => reached.has(input));
    // A step that is asked for holds itself; what it is made of comes before it.
    if (through.length === 0 || keyOf(step) === key) continue;
    const cells = cellsThatHold(trace, step, reached);
    const count = cells.data.reduce((sum, is) => sum + is, 0);
    if (count === 0) continue;
    reached.set(keyOf(step), cells);
    uses.push({ key: keyOf(step), cells, count, through });
  }
  return uses;
}

/** The longest way from the number to the last result that it reaches, else to the last step. */
export function longestChain(trace: Trace, uses: readonly Use[]): readonly Use[] {
  const chains = new Map<string, readonly Use[]>();
  for (const use of uses) {
    const before = use.through.map((key) => chains.get(key) ?? []);
    const longest = before.reduce((most, chain) => (chain.length > most.length ? chain : most), []);
    chains.set(use.key, [...longest, use]);
  }
  const results = resultKeys(trace.results);
  const end = uses.findLast(({ key }) => results.includes(key)) ?? uses.at(-1);
  return (end && chains.get(end.key)) ?? [];
}

function resultKeys(results: ResultKeys): readonly string[] {
  return typeof results === "string" ? [results] : Object.values(results).flatMap(resultKeys);
}

/** With more leaves than this in all explanations of a step, not every one of them is read. */
const MOST_LEAVES = 300_000;

/** The cells of a step whose explanations hold a reached cell of its inputs. */
function cellsThatHold(trace: Trace, step: Step, reached: ReadonlyMap<string, BooleanMatrix>): BooleanMatrix {
  const inputs = step.inputs.map((input) => matrixOf(trace, input));
  const marks = step.inputs.map((input) => reached.get(input));
  const { rows, cols } = step.output();
  // A masked cell is 0 whatever the others are.
  const isBlocked = (row: number, col: number) =>
    step.blocked !== undefined && isTrue(step.blocked, row, col);
  const holds = (row: number, col: number) =>
    !isBlocked(row, col) && holdsMark(step.explainCell(inputs, row, col), marks);
  const leaves = countLeaves(step.explainCell(inputs, rows - 1, cols - 1));
  return rows * cols * leaves <= MOST_LEAVES
    ? createBooleanMatrix(rows, cols, holds)
    : probeCells(rows, cols, holds);
}

function holdsMark(expression: Expression, marks: readonly (BooleanMatrix | undefined)[]): boolean {
  if (expression.kind === "cell") {
    const cells = marks[expression.input];
    return cells !== undefined && isTrue(cells, expression.row, expression.col);
  }
  return partsOf(expression).some((part) => holdsMark(part, marks));
}

function countLeaves(expression: Expression): number {
  if (expression.kind === "cell") return 1;
  return partsOf(expression).reduce((count, part) => count + countLeaves(part), 0);
}

/**
 * Which cells hold a mark, where a cell uses so many others that reading all explanations would take seconds. Such a
 * cell uses whole rows and columns of its inputs, so that what reaches it reaches its whole row or its whole column:
 * each row and each column is told by three of its cells, and a row whose cells disagree is read whole.
 */
function probeCells(rows: number, cols: number, holds: (row: number, col: number) => boolean): BooleanMatrix {
  const known = new Map<number, boolean>();
  const at = (row: number, col: number) => {
    const place = row * cols + col;
    const is = known.get(place) ?? holds(row, col);
    known.set(place, is);
    return is;
  };
  const [someRows, someCols] = [probesOf(rows), probesOf(cols)];
  const isWholeCol = Array.from({ length: cols }, (_, col) => someRows.every((row) => at(row, col)));
  const isOther = (row: number) => (col: number) => at(row, col) !== isWholeCol[col];
  const kinds = Array.from({ length: rows }, (_, row) => {
    if (someCols.every((col) => at(row, col))) return "whole";
    return someCols.some(isOther(row)) ? "mixed" : "columns";
  });
  return createBooleanMatrix(rows, cols, (row, col) => {
    if (kinds[row] === "mixed") return at(row, col);
    return kinds[row] === "whole" || isWholeCol[col];
  });
}

/** The first, the last, and one between. */
function probesOf(length: number): readonly number[] {
  return [...new Set([0, Math.floor(length / 2), length - 1])];
}
