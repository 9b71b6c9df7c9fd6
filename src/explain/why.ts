import { type Cell, type Expression, partsOf } from "../trace/expression.js";
import { explainStep, findStep, type Step, type Trace } from "../trace/trace.js";
import { type CellReference, cellText, type FoundCell, numberIn } from "./cell-reference.js";
import { exactForm } from "./exact/exact-form.js";

/** Why a cell has its value: its arithmetic, and the same for every number used in it. */
export interface Explanation extends CellReference {
  readonly value: number;
  /** The formula of the step. Absent for an input cell. */
  readonly formula?: string;
  /** The arithmetic; its leaves are cells of the inputs in `inputKeys`. */
  readonly expression?: Expression;
  readonly inputKeys: readonly string[];
  /** The numbers used, in order, each once, down to the inputs. A number in the list counts parts that are left out. */
  readonly parts: readonly (Explanation | number)[];
  /**
   * The value without rounding, written with the inputs. Only for the cell that was asked for, and only if there is a
   * short form.
   */
  readonly exact?: Expression;
  /** Whether the arithmetic of this cell was shown before; it is not repeated. */
  readonly isRepeated: boolean;
}

/** Chooses which of the used numbers are explained. A number in the list counts those that are left out. */
type ChooseParts = (cells: readonly CellReference[]) => readonly (CellReference | number)[];

/**
 * Explains one cell down to the inputs, or at most `depth` steps down. It explains every number used, or those that
 * `choose` returns.
 */
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
  // For a large model the expressions of all cells do not fit in memory, so each is computed again whenever it is read.
  const arithmetic = () => explainStep(trace, step)(row, col);
  const used = cellsIn(arithmetic(), step).filter((leaf) => findStep(trace, leaf.key));
  const parts = walk
    .choose(used)
    .map((part) => (typeof part === "number" ? part : explainCell(trace, part, depth - 1, walk)));
  return {
    key,
    row,
    col,
    value,
    formula: step.formula,
    inputKeys: step.inputs,
    parts,
    isRepeated,
    get expression() {
      return arithmetic();
    },
  };
}

/** Returns the cells that the arithmetic of a step uses. */
export const cellsIn = (arithmetic: Expression, { inputs }: Step): readonly CellReference[] =>
  leavesOf(arithmetic).map(({ input, row, col }) => ({ key: inputs[input], row, col }));

/** Returns the cells that an expression uses, each once, in the order they are used. */
export function leavesOf(expression: Expression): Cell[] {
  const leaves = new Map<string, Cell>();
  const visit = (part: Expression) => {
    if (part.kind === "cell") leaves.set(`${part.input}[${part.row},${part.col}]`, part);
    else for (const child of partsOf(part)) visit(child);
  };
  visit(expression);
  return [...leaves.values()];
}

/**
 * Programs get the whole explanation, nothing folded. For one cell of GPT-2, explained down to the inputs, that is half
 * a gigabyte.
 */
const MAX_NUMBERS = 10_000;

/**
 * Explains down as many whole steps as fit into `most` numbers, at least one. Returns the depth if the inputs are not
 * reached.
 */
export function explainWithin(
  { trace, cell }: FoundCell,
  most = MAX_NUMBERS,
): { readonly explanation: Explanation; readonly reached?: number } {
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
