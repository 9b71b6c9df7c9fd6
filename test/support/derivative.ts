import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { type Expression, evaluate } from "../../src/trace/expression.js";
import { explainStep, keyOf, matrixOf, type Trace } from "../../src/trace/trace.js";

// Computes the exact derivative of the explanations of a run, without any op's own gradient. It differentiates every
// step's explanations leaf by leaf, from the result back: the chain rule and nothing else.

/** Computes Σ seed·∂result/∂(each input and step), by key. */
export function derivativesOf(trace: Trace, result: string, seed: Matrix): ReadonlyMap<string, Matrix> {
  const adjoints = new Map<string, Matrix>([[result, seed]]);
  const adjointOf = (key: string): Matrix => {
    const { rows, cols } = matrixOf(trace, key);
    const known = adjoints.get(key) ?? createMatrix(rows, cols);
    adjoints.set(key, known);
    return known;
  };
  for (const step of [...trace.steps].reverse()) {
    const own = adjoints.get(keyOf(step));
    if (!own) continue;
    const explain = explainStep(trace, step);
    const into = step.inputs.map(adjointOf);
    for (const [index, weight] of own.data.entries()) {
      if (weight === 0) continue;
      const [row, col] = [Math.floor(index / own.cols), index % own.cols];
      differentiate(explain(row, col), weight, (input, at, change) => {
        into[input].data[at.row * into[input].cols + at.col] += change;
      });
    }
  }
  return adjoints;
}

type Add = (input: number, at: { readonly row: number; readonly col: number }, change: number) => void;

/** Adds weight·∂expression/∂leaf to every leaf. */
function differentiate(expression: Expression, weight: number, add: Add): void {
  const numberOf = (part: Expression) => evaluate(part).value;
  switch (expression.kind) {
    case "cell":
      add(expression.input, expression, weight);
      return;
    case "constant":
      return;
    case "negative":
      differentiate(expression.of, -weight, add);
      return;
    case "sum":
      for (const term of expression.terms) differentiate(term, weight, add);
      return;
    case "product":
      for (const [index, factor] of expression.factors.entries()) {
        const others = expression.factors.filter((_, other) => other !== index).map(numberOf);
        differentiate(
          factor,
          others.reduce((product, value) => product * value, weight),
          add,
        );
      }
      return;
    case "quotient": {
      const [over, under] = [numberOf(expression.dividend), numberOf(expression.divisor)];
      differentiate(expression.dividend, weight / under, add);
      differentiate(expression.divisor, (-weight * over) / (under * under), add);
      return;
    }
    case "call": {
      const args = expression.args.map(numberOf);
      for (const [index, arg] of expression.args.entries()) {
        const slope = slopeOf(expression.fn, args, index);
        if (slope !== 0) differentiate(arg, weight * slope, add);
      }
    }
  }
}

/** Computes the derivative of a function with respect to one of its arguments. */
function slopeOf(fn: string, args: readonly number[], index: number): number {
  const x = args[index];
  switch (fn) {
    case "exp":
      return Math.exp(x);
    case "ln":
      return 1 / x;
    case "erf":
      return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    case "sqrt":
      return 0.5 / Math.sqrt(x);
    case "tanh":
      return 1 - Math.tanh(x) ** 2;
    case "sin":
      return Math.cos(x);
    case "cos":
      return -Math.sin(x);
    case "abs":
      return Math.sign(x);
    case "pow":
      return index === 0 ? args[1] * args[0] ** (args[1] - 1) : Math.log(args[0]) * args[0] ** args[1];
    case "max":
      return args.indexOf(Math.max(...args)) === index ? 1 : 0;
    default:
      throw new RangeError(`no derivative of ${fn} is known here`);
  }
}
