import { cellOf } from "../math/matrix.js";
import { type Expression, evaluate } from "../trace/expression.js";
import { findStep, keyOf, matrixOf, type Step, type Trace } from "../trace/trace.js";
import { type Sheet, usualDecimals } from "./answers.js";

/** Whether rounding of the earlier steps can move a cell as far as `distance`. */
export type Reach = (key: string, row: number, col: number, distance: number) => boolean;

/**
 * A number, and how far it moves when each rounded cell before it is off by its half unit. Numbers that come from the
 * same cell move together: a power and the sum that it is part of, for example.
 */
interface Moving {
  readonly value: number;
  readonly moves: ReadonlyMap<string, number>;
}

/**
 * How far a cell can lie from its exact number when every earlier step was rounded: an answered cell as it was written,
 * any other to the decimals that the sheet usually has. Rounding of the last steps before it is enough for most cells;
 * for the others the explanation is followed down to the inputs.
 */
export function createBounds(trace: Trace, sheet: Sheet): Reach {
  const known = new Map<string, Moving>();
  const steps = new Map(trace.steps.map((step) => [keyOf(step), step]));
  const half = 0.5 * 10 ** -usualDecimals(sheet);

  /** What the step makes of its rounded inputs, before it is rounded itself. */
  const computed = (step: Step, row: number, col: number, usedOf: typeof used): Moving => {
    const inputs = step.inputs.map((name) => matrixOf(trace, name));
    return move(step.explainCell(inputs, row, col), (leaf) => usedOf(step.inputs[leaf.input], leaf));
  };

  const writtenAt = (key: string, { row, col }: Leaf) => {
    const answer = sheet.get(key);
    return answer?.cells[row * answer.cols + col];
  };

  /** What the next step works with. An answered cell was used as it is written, or unrounded. */
  const used = (key: string, leaf: Leaf): Moving => {
    const { row, col, value } = leaf;
    const name = nameOf(key, leaf);
    const before = known.get(name);
    if (before) return before;
    const step = steps.get(key);
    const written = writtenAt(key, leaf);
    const moving: Moving = written
      ? { value, moves: new Map([[name, written.value - value]]) }
      : step
        ? { value, moves: new Map([...computed(step, row, col, used).moves, [name, half]]) }
        : { value, moves: new Map() };
    known.set(name, moving);
    return moving;
  };

  /** The same, had only this step been rounded. */
  const usedOnce = (key: string, leaf: Leaf): Moving => {
    const written = writtenAt(key, leaf);
    const by = written ? written.value - leaf.value : steps.has(key) ? half : 0;
    return { value: leaf.value, moves: new Map(by === 0 ? [] : [[nameOf(key, leaf), by]]) };
  };

  return (key, row, col, distance) => {
    const step = findStep(trace, key);
    if (!step || !Number.isFinite(cellOf(matrixOf(trace, key), row, col))) return distance <= 0;
    return [usedOnce, used].some((usedOf) => sizeOf(computed(step, row, col, usedOf)) >= distance);
  };
}

const nameOf = (key: string, { row, col }: Leaf) => `${key}[${row},${col}]`;

/** How far a number moves when all that moves it does so in one direction. */
const sizeOf = ({ moves }: Moving) => [...moves.values()].reduce((sum, by) => sum + Math.abs(by), 0);

type Leaf = Extract<Expression, { kind: "cell" }>;

/** To first order, which is enough for half units of a last digit. */
function move(expression: Expression, leafOf: (leaf: Leaf) => Moving): Moving {
  const of = (part: Expression) => move(part, leafOf);
  switch (expression.kind) {
    case "cell":
      return leafOf(expression);
    case "constant":
      return { value: expression.value, moves: new Map() };
    case "negative":
      return combine(expression, [of(expression.of)]);
    case "sum":
      return combine(expression, expression.terms.map(of));
    case "product":
      return combine(expression, expression.factors.map(of));
    case "quotient":
      return combine(expression, [of(expression.dividend), of(expression.divisor)]);
    case "call":
      return combine(expression, expression.args.map(of));
  }
}

function combine(expression: Exclude<Expression, Leaf>, parts: readonly Moving[]): Moving {
  const values = parts.map(({ value }) => value);
  const moves = new Map<string, number>();
  for (const [place, part] of parts.entries()) {
    if (part.moves.size === 0) continue;
    const slope = slopeOf(expression, values, place);
    for (const [name, by] of part.moves) moves.set(name, (moves.get(name) ?? 0) + slope * by);
  }
  return { value: evaluateParts(expression, values), moves };
}

function evaluateParts(expression: Exclude<Expression, Leaf>, values: readonly number[]): number {
  const parts = values.map((value): Expression => ({ kind: "constant", value }));
  return evaluate(withParts(expression, parts)).value;
}

function withParts(expression: Exclude<Expression, Leaf>, parts: readonly Expression[]): Expression {
  switch (expression.kind) {
    case "constant":
      return expression;
    case "negative":
      return { kind: "negative", of: parts[0] };
    case "sum":
      return { kind: "sum", terms: parts };
    case "product":
      return { kind: "product", factors: parts };
    case "quotient":
      return { kind: "quotient", dividend: parts[0], divisor: parts[1] };
    case "call":
      return { ...expression, args: parts };
  }
}

function slopeOf(expression: Exclude<Expression, Leaf>, values: readonly number[], place: number): number {
  if (expression.kind === "sum") return 1;
  if (expression.kind === "negative") return -1;
  const step = 1e-6 * Math.max(1, Math.abs(values[place]));
  const at = (by: number) =>
    evaluateParts(
      expression,
      values.map((value, index) => (index === place ? value + by : value)),
    );
  const slope = (at(step) - at(-step)) / (2 * step);
  return Number.isFinite(slope) ? slope : 0;
}
