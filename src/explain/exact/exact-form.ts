import { remember } from "../../math/remember.js";
import { countParts, type Expression, evaluate } from "../../trace/expression.js";
import { explainStep, findStep, type Trace } from "../../trace/trace.js";
import { type CellReference, cellText, numberIn } from "../cell-reference.js";
import { exactConstant, exactValue } from "./arithmetic.js";
import { NoExactForm, type Sum } from "./terms.js";
import { toExpression } from "./to-expression.js";

/**
 * The maximum amount of arithmetic that is examined. Longer arithmetic has no short form, and large problems would take
 * time.
 */
const MAX_PARTS = 4_000;

/**
 * The largest relative difference between a form and the number in its cell. If it is larger, the number was rounded or
 * replaced.
 */
const LARGEST_ROUNDING = 1e-12;

/**
 * Writes the number of a cell with fractions, roots, powers of e, sines and cosines of the inputs: e^(1/√2) / (1 +
 * e^(1/√2)). The form has the value of the cell except for rounding error. Returns undefined if the inputs are not
 * short, if the form would be long, or if numbers were rounded or replaced on the way.
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

/** Returns a function that computes the exact number of any cell, each cell once. It throws NoExactForm. */
function createExactCells(trace: Trace): (cell: CellReference) => Sum {
  const cache = new Map<string, Sum>();
  let left = MAX_PARTS;

  const work = (cell: CellReference): Sum => {
    const step = findStep(trace, cell.key);
    if (!step) return exactConstant({ value: numberIn(trace, cell) });
    const expression = explainStep(trace, step)(cell.row, cell.col);
    left -= countParts(expression);
    if (left < 0) throw new NoExactForm();
    return exactValue(expression, (leaf) => exactCell({ ...leaf, key: step.inputs[leaf.input] }));
  };

  const exactCell = (cell: CellReference): Sum => remember(cache, cellText(cell), () => work(cell));
  return exactCell;
}
