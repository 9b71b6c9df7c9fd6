import { remember } from "../../math/remember.js";
import { countParts, type Expression, evaluate } from "../../trace/expression.js";
import type { Node } from "../../trace/op.js";
import type { Gap } from "./gap.js";
import type { Numbers } from "./numbers.js";

/** Longer arithmetic is read by nobody. */
const MOST_PARTS = 30;

/**
 * The arithmetic of a cell of a written step, through what nobody wrote before it, as far back as it stays short:
 * e^(2/√2) / (e^(1/√2) + e^(2/√2)) of a weight where only the scores were written. Undefined where the solution does something
 * in this step that no explanation tells.
 */
export function cellArithmetic(numbers: Numbers, gap: Gap, row: number, col: number): Expression | undefined {
  const writer = new ArithmeticWriter(numbers);
  const open = new Set<string>();
  let best: Expression | undefined;
  for (const { key } of gap.nodes.toReversed()) {
    open.add(key);
    const longer = writer.write(gap.key, row, col, open);
    if (best && countParts(longer) > MOST_PARTS) break;
    best = longer;
  }
  return best && best.kind !== "cell" ? best : undefined;
}

class ArithmeticWriter {
  readonly #numbers: Numbers;
  /** A number for each step, by which leaves of different steps are told apart. */
  readonly #places = new Map<string, number>();
  readonly #asTold = new Map<string, boolean>();

  constructor(numbers: Numbers) {
    this.#numbers = numbers;
  }

  /** A cell by cells of steps that are not open. */
  write(key: string, row: number, col: number, open: ReadonlySet<string>): Expression {
    const node = this.#numbers.node(key);
    const explained = node && open.has(key) ? this.#explain(node, row, col) : undefined;
    if (!node || !explained) return this.#leaf(key, row, col);
    const put = (part: Expression): Expression => {
      switch (part.kind) {
        case "cell":
          return part.exactly
            ? put(part.exactly)
            : this.write(node.inputs[part.input], part.row, part.col, open);
        case "constant":
          return /[a-z]{3}/i.test(part.text ?? "") ? { kind: "constant", value: part.value } : part;
        case "sum":
          return { ...part, terms: part.terms.map(put) };
        case "product":
          return { ...part, factors: part.factors.map(put) };
        case "quotient":
          return { ...part, dividend: put(part.dividend), divisor: put(part.divisor) };
        case "negative":
          return { ...part, of: put(part.of) };
        case "call":
          return { ...part, args: part.args.map(put) };
      }
    };
    return put(explained);
  }

  /** How a step says that its cell comes about; undefined where it is done otherwise than its op says. */
  #explain(node: Node, row: number, col: number): Expression | undefined {
    if (!remember(this.#asTold, node.key, () => this.#isAsTold(node))) return undefined;
    return node.op.explainCell(this.#numbers.inputsOf(node), node.params, row, col);
  }

  /** Whether every cell of a step is what its op says that it is. */
  #isAsTold(node: Node): boolean {
    const { cols, data } = this.#numbers.of(node.key);
    const inputs = this.#numbers.inputsOf(node);
    return data.every((value, at) => {
      const told = evaluate(node.op.explainCell(inputs, node.params, Math.floor(at / cols), at % cols)).value;
      return Object.is(told, value) || Math.abs(told - value) <= NOISE * Math.max(1, Math.abs(value));
    });
  }

  #leaf(key: string, row: number, col: number): Expression {
    const { cols, data } = this.#numbers.of(key);
    const input = this.#places.get(key) ?? this.#places.size;
    this.#places.set(key, input);
    return { kind: "cell", input, row, col, value: data[row * cols + col] };
  }
}

/** As far as binary arithmetic may move a number. */
const NOISE = 1e-9;
