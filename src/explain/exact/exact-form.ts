import { remember } from "../../math/remember.js";
import { countParts, type Expression, evaluate } from "../../trace/expression.js";
import { explainStep, findStep, type Trace } from "../../trace/trace.js";
import { type CellReference, cellText, numberIn } from "../cell-reference.js";
import { exactConstant, exactValue } from "./arithmetic.js";
import { NoExactForm, type Sum } from "./terms.js";
import { toExpression } from "./to-expression.js";

/** So much arithmetic is looked at; what is longer has no short form, and a large problem costs no time. */
const MOST_PARTS = 4_000;

/** Farther than this from a cell, relative to it, a form is not of its number: that was rounded or replaced. */
const LARGEST_ROUNDING = 1e-12;

/**
 * The number of a cell in fractions, roots, powers of e and waves of what was given: e^(1/√2) / (1 + e^(1/√2)).
 * Evaluated, it gives the cell's number but for rounding. Nothing when what was given is not short, when the form would
 * be long, or when numbers were rounded or replaced on the way.
 */
export function exactForm(trace: Trace, cell: CellReference): Expression | undefined {
  try {
    const form = toExpression(createExactCells(trace)(cell));
    const { value, error } = evaluate(form);
    const number = numberIn(trace, cell);
    return Math.abs(value - number) <= error + LARGEST_ROUNDING * Math.abs(number) ? form : undefined;
  } catch (error) {
    if (error instanceof NoExactForm) return undefined;
    throw error;
  }
}

/** The exact number of any cell, each worked out once. Throws NoExactForm. */
function createExactCells(trace: Trace): (cell: CellReference) => Sum {
  const known = new Map<string, Sum>();
  let left = MOST_PARTS;

  const work = (cell: CellReference): Sum => {
    const step = findStep(trace, cell.key);
    if (!step) return exactConstant({ value: numberIn(trace, cell) });
    const expression = explainStep(trace, step)(cell.row, cell.col);
    left -= countParts(expression);
    if (left < 0) throw new NoExactForm();
    return exactValue(expression, (leaf) => exactCell({ ...leaf, key: step.inputs[leaf.input] }));
  };

  const exactCell = (cell: CellReference): Sum => remember(known, cellText(cell), () => work(cell));
  return exactCell;
}
