import { greatest } from "../../math/lists.js";
import { remember } from "../../math/remember.js";
import {
  changeParts,
  constant,
  countParts,
  type Expression,
  evaluate,
  partsOf,
  valueIn,
} from "../../trace/expression.js";
import type { Node } from "../../trace/op.js";
import type { Gap } from "./gap.js";
import type { Numbers } from "./numbers.js";

/** The maximum size of an arithmetic that people still read: its parts, and the nesting of sums. */
const MAX_PARTS = 30;
const MAX_SUMS = 1;

const isLong = (expression: Expression): boolean =>
  countParts(expression) > MAX_PARTS ||
  countSums(expression) > MAX_SUMS ||
  (expression.kind === "sum" && expression.terms.some(hasFraction));

const hasFraction = (expression: Expression): boolean =>
  expression.kind === "quotient" || partsOf(expression).some(hasFraction);

/** Returns how deeply sums are nested. */
function countSums(expression: Expression): number {
  const within = greatest(partsOf(expression), countSums);
  return expression.kind === "sum" ? within + 1 : within;
}

/**
 * Returns the arithmetic of cells of a written step. It goes back through steps that were not written, as long as it
 * stays short: e^(2/√2) / (e^(1/√2) + e^(2/√2)) for a weight if only the scores were written. Returns undefined if the
 * solution computes the step differently from its explanation.
 */
export function arithmeticOf(
  numbers: Numbers,
  { key, nodes }: Gap,
): (cell: readonly [row: number, col: number]) => Expression | undefined {
  const write = arithmeticWriter(numbers);
  return ([row, col]) => {
    const open = new Set<string>();
    let best: Expression | undefined;
    for (const node of nodes.toReversed()) {
      open.add(node.key);
      const longer = write(key, row, col, open);
      if (best && isLong(longer)) break;
      best = longer;
    }
    return best && best.kind !== "cell" ? best : undefined;
  };
}

/** Returns a function that writes a cell in terms of cells of steps that are not open. */
function arithmeticWriter(numbers: Numbers) {
  /** A number for each step, which distinguishes the leaves of different steps. */
  const places = new Map<string, number>();
  const asTold = new Map<string, boolean>();

  /** Whether every cell of a row has the value that its op explains. */
  const isAsTold = (node: Node, row: number): boolean => {
    const { cols, data } = numbers.of(node.key);
    const inputs = numbers.inputsOf(node);
    return data.subarray(row * cols, (row + 1) * cols).every((value, col) => {
      const explained = evaluate(node.op.explainCells(inputs, node.params)(row, col)).value;
      return (
        Object.is(explained, value) || Math.abs(explained - value) <= NOISE * Math.max(1, Math.abs(value))
      );
    });
  };

  /** Returns the step's own explanation of its cell, or undefined if the step is not computed as its op says. */
  const explain = (node: Node, row: number, col: number): Expression | undefined => {
    if (!remember(asTold, `${node.key} ${row}`, () => isAsTold(node, row))) return undefined;
    return node.op.explainCells(numbers.inputsOf(node), node.params)(row, col);
  };

  const leaf = (key: string, row: number, col: number): Expression => {
    const { cols, data } = numbers.of(key);
    const input = remember(places, key, () => places.size);
    return { kind: "cell", input, row, col, value: data[row * cols + col] };
  };

  return function write(key: string, row: number, col: number, open: ReadonlySet<string>): Expression {
    const node = numbers.node(key);
    const explained = node && open.has(key) ? explain(node, row, col) : undefined;
    if (!node || !explained) return leaf(key, row, col);
    const put = (part: Expression): Expression => {
      if (part.kind === "cell")
        return part.exactly ? put(part.exactly) : write(node.inputs[part.input], part.row, part.col, open);
      if (part.kind === "constant") return /[a-z]{3}/i.test(part.text ?? "") ? constant(part.value) : part;
      const changed = changeParts(part, put);
      // A masked cell adds nothing.
      const isNothing = part.kind === "call" && part.fn === "exp" && valueIn(changed) === 0;
      return isNothing ? constant(0) : changed;
    };
    return put(explained);
  };
}

/** The largest relative difference that binary rounding may cause. */
const NOISE = 1e-9;
