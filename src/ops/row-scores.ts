import { type Attention, allowsKey } from "../math/attention.js";
import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, vectorCell } from "../trace/op.js";
import type { EmptyRows } from "./softmax.js";

// What is put into an attention row by row, and the arithmetic of its scores.

export interface RowByRow extends EmptyRows {
  /** "dot": s = q·k; "tanh": s = Σ_a v_a·tanh(q_a + k_a), with ones for a v_a that is not given. */
  readonly compares: "dot" | "tanh";
  readonly hasBias: boolean;
  readonly scale: number;
  readonly softcap?: number | undefined;
  /** Query i may attend to the keys low[i] ≤ j < high[i] … */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** … of which these may not be attended, n×m or 1×m, 1 = blocked. */
  readonly blocked?: BooleanMatrix | undefined;
}

/** The attention of these inputs: query n×d, key m×d, value m×d_v, then the bias and v_a where there are any. */
export function attentionOf(inputs: readonly Matrix[], params: RowByRow): Attention {
  const [query, key, value] = inputs;
  const tanhWeights = inputs[params.hasBias ? 4 : 3]?.data ?? new Float64Array(query.cols).fill(1);
  return {
    query,
    key,
    value,
    scale: params.scale,
    softcap: params.softcap,
    low: params.low,
    high: params.high,
    blocked: params.blocked,
    bias: params.hasBias ? inputs[3] : undefined,
    tanhWeights: params.compares === "tanh" ? tanhWeights : undefined,
  };
}

/** A key that may be attended: its masked score s, s − maximum, and e to that. */
export interface Power {
  readonly key: number;
  readonly score: Expression;
  readonly distance: Expression;
  readonly power: Expression;
}

/** Of each key that a query may attend to, the arithmetic of its power. */
export function powersOf(inputs: readonly Matrix[], params: RowByRow, row: number): readonly Power[] {
  const attention = attentionOf(inputs, params);
  const keys = Array.from({ length: inputs[1].rows }, (_, key) => key).filter((key) =>
    allowsKey(attention, row, key),
  );
  const scores = keys.map((key) => scoreOf(inputs, params, row, key));
  const largest = call("max", ...scores);
  return keys.map((key, index) => {
    const distance = sum([scores[index], negative(largest)]);
    return { key, score: scores[index], distance, power: call("exp", distance) };
  });
}

/** The maximum of a row, from which its distances are measured. */
export const largestOf = (powers: readonly Power[]) => call("max", ...powers.map(({ score }) => score));

function scoreOf(inputs: readonly Matrix[], params: RowByRow, row: number, key: number): Expression {
  const { compares, hasBias, scale, softcap } = params;
  const vA = hasBias ? 4 : 3;
  const terms = Array.from({ length: inputs[0].cols }, (_, k) => {
    const [q, other] = [cell(inputs, 0, row, k), cell(inputs, 1, key, k)];
    if (compares === "dot") return product(q, other);
    const tangent = call("tanh", sum([q, other]));
    if (!inputs[vA]) return tangent;
    return product(vectorCell(inputs, vA, k), tangent);
  });
  const scaled = product(sum(terms), constant(scale, "scale"));
  const capped =
    softcap === undefined
      ? scaled
      : product(constant(softcap), call("tanh", quotient(scaled, constant(softcap))));
  if (!hasBias) return capped;
  return sum([capped, cell(inputs, 3, inputs[3].rows === 1 ? 0 : row, key)]);
}
