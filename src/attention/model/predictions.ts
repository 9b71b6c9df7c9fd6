import { type Matrix, rowOf } from "../../math/matrix.js";
import type { FactValue } from "../../trace/trace.js";

/** A piece of the vocabulary with its probability. */
export interface Prediction {
  readonly id: number;
  readonly token: string;
  readonly probability: number;
}

/** How many are told. */
const TOLD = 5;

/** The likeliest pieces by a row of logits, the likeliest first. */
export function predict(logits: Matrix, row: number, tokenOf: (id: number) => string): readonly Prediction[] {
  const own = rowOf(logits, row);
  const largest = own.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  const total = own.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return likeliest(own).map((id) => ({
    id,
    token: tokenOf(id),
    probability: Math.exp(own[id] - largest) / total,
  }));
}

/** The places of the largest numbers; of equal ones the first. */
function likeliest(logits: Float64Array): readonly number[] {
  const best: number[] = [];
  for (const [id, logit] of logits.entries()) {
    const at = best.findIndex((other) => logit > logits[other]);
    if (at >= 0) best.splice(at, 0, id);
    else if (best.length < TOLD) best.push(id);
    if (best.length > TOLD) best.pop();
  }
  return best;
}

/** As they stand in JSON. */
export const predictionsInJson = (predictions: readonly Prediction[]): FactValue =>
  predictions.map(({ id, token, probability }) => ({ id, token, probability }));
