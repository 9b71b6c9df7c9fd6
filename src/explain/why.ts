import { type Cell, type Expression, partsOf } from "../trace/expression.js";
import { explainStep, findStep, type Trace } from "../trace/trace.js";
import { type CellReference, cellText, type FoundCell, numberIn } from "./cell-reference.js";
import { exactForm } from "./exact/exact-form.js";

/** Why a cell is the number it is: its arithmetic, and the same for every number used in it. */
export interface Explanation extends CellReference {
  readonly value: number;
  /** The formula of the step; nothing for a cell that was given. */
  readonly formula?: string;
  /** The arithmetic; its leaves are cells of the inputs in `inputKeys`. */
  readonly expression?: Expression;
  readonly inputKeys: readonly string[];
  /** The numbers used, in the order they are used, each once, down to the inputs; or how many are left out. */
  readonly parts: readonly (Explanation | number)[];
  /** The number without rounding, in terms of what was given; of the cell that was asked for, when there is one. */
  readonly exact?: Expression;
  /** The arithmetic of this cell has been shown before, and is not shown again. */
  readonly isRepeated: boolean;
}

/** Which of the numbers used are explained; a number stands for that many left out. */
type ChooseParts = (cells: readonly CellReference[]) => readonly (CellReference | number)[];

/** Explains one cell down to the given inputs, or `depth` steps down; every number used, or those chosen. */
export function explain(
  trace: Trace,
  cell: CellReference,
  depth = Number.POSITIVE_INFINITY,
  choose: ChooseParts = (cells) => cells,
): Explanation {
  const explanation = explainCell(trace, cell, depth, { seen: new Set(), choose });
  const exact = explanation.expression && exactForm(trace, cell);
  return exact ? { ...explanation, exact } : explanation;
}

function explainCell(
  trace: Trace,
  cell: CellReference,
  depth: number,
  walk: { readonly seen: Set<string>; readonly choose: ChooseParts },
): Explanation {
  const { key, row, col } = cell;
  const value = numberIn(trace, cell);
  const name = cellText(cell);
  const step = findStep(trace, key);
  const isRepeated = walk.seen.has(name);
  if (!step || isRepeated || depth <= 0) {
    return { key, row, col, value, inputKeys: [], parts: [], isRepeated: isRepeated && step !== undefined };
  }
  walk.seen.add(name);
  // Of a large model the arithmetic of all cells together has no room: it is told again to whoever reads it.
  const tell = () => explainStep(trace, step)(row, col);
  const used = leavesOf(tell())
    .map((leaf) => ({ key: step.inputs[leaf.input], row: leaf.row, col: leaf.col }))
    .filter((leaf) => findStep(trace, leaf.key));
  const parts = walk
    .choose(used)
    .map((part) => (typeof part === "number" ? part : explainCell(trace, part, depth - 1, walk)));
  const { formula } = step;
  return {
    key,
    row,
    col,
    value,
    formula,
    inputKeys: step.inputs,
    parts,
    isRepeated,
    get expression() {
      return tell();
    },
  };
}

/** The cells an expression uses, each once, in the order they are used. */
export function leavesOf(expression: Expression): Cell[] {
  const leaves = new Map<string, Cell>();
  const visit = (part: Expression): void => {
    if (part.kind === "cell") leaves.set(`${part.input}[${part.row},${part.col}]`, part);
    else for (const child of partsOf(part)) visit(child);
  };
  visit(expression);
  return [...leaves.values()];
}

/** Nothing is folded for programs, and the arithmetic of one cell of GPT-2 down to what was given is half a gigabyte. */
const MOST_NUMBERS = 10_000;

/** An explanation, and how many steps down it goes where that is not all. */
interface BoundedExplanation {
  readonly explanation: Explanation;
  readonly reached?: number;
}

/** Explains as many whole steps down as come to at most so many numbers; says how many where that is not all. */
export function explainWithin({ trace, cell }: FoundCell, most = MOST_NUMBERS): BoundedExplanation {
  let last: { explanation: Explanation; count: number } | undefined;
  for (let depth = 1; ; depth++) {
    let count = 0;
    const explanation = explain(trace, cell, depth, (cells) => {
      count += cells.length;
      return count <= most || depth === 1 ? cells : [];
    });
    if (count === last?.count) return { explanation };
    if (last && count > most) return { explanation: last.explanation, reached: depth - 1 };
    last = { explanation, count };
  }
}
