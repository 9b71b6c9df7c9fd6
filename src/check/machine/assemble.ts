import { once } from "../../math/remember.js";
import { add } from "../../ops/elementwise.js";
import { matmulTransposed } from "../../ops/product.js";
import type { Step } from "../../trace/trace.js";
import { type RoundingModel, varianceOfRow, varianceOfStoring } from "./expected-error.js";
import type { AssembledRow, WrongOutput } from "./fit.js";
import { FLOAT_TYPES } from "./float-types.js";
import { boundOf, type RowOfErrors } from "./rows.js";
import type { Attentions, Target } from "./target.js";
import type { Task } from "./task.js";

/**
 * Returns a function that builds a row of a wrong answer from the rows of its attentions. Returns undefined if the
 * answer is not built from attentions.
 */
export function assemblerOf(
  attentions: Attentions,
  { of, projection }: Target,
  rounding: RoundingModel,
): WrongOutput["assemble"] | undefined {
  const rowOfTask = (task: Task): WrongOutput["assemble"] => {
    const { meanSquares } = attentions.statistics(task);
    return (make) => {
      const made = make(task);
      if (!made) return undefined;
      const first = boundOf(made, task.value);
      const varianceFor = (row: RowOfErrors) => varianceOfRow(row, meanSquares, rounding, task.query.cols);
      const variance = once(() => varianceFor(made));
      return {
        get output() {
          return made.output;
        },
        sample: { output: first.output, variance: varianceFor(first) },
        get variance() {
          return variance();
        },
      };
    };
  };
  if (of?.what === "output") return rowOfTask(of.task);
  if (!projection || attentions.tasks.length === 0) return undefined;
  const parts = attentions.tasks.map(rowOfTask);
  const project = projectionOf(attentions, rounding, projection);
  return (make) => {
    const rows = parts.map((assemble) => assemble(make));
    return rows.every((row) => row !== undefined) ? project(rows) : undefined;
  };
}

/** Returns a function that joins the rows of all heads, multiplies them by W^O and adds b^O, if these are given. */
function projectionOf(
  { trace }: Attentions,
  rounding: RoundingModel,
  { op, inputs }: Step,
): (rows: readonly AssembledRow[]) => AssembledRow {
  const [, second, third] = inputs.map((key) => trace.inputs.find(({ name }) => name === key)?.matrix);
  const [w, b] = op.name === add.name ? [undefined, second] : [second, third];
  const isTurned = op.name === matmulTransposed.name;
  return (rows) => {
    const output = Float64Array.from(rows.flatMap((row) => Array.from(row.output)));
    const variance = Float64Array.from(rows.flatMap((row) => Array.from(row.variance)));
    if (!w && !b) return { output, variance };
    const numColumns = w ? (isTurned ? w.rows : w.cols) : output.length;
    const result = { output: new Float64Array(numColumns), variance: new Float64Array(numColumns) };
    const weightAt =
      w && ((k: number, col: number) => w.data[isTurned ? col * w.cols + k : k * w.cols + col]);
    for (let col = 0; col < numColumns; col++) {
      const [product, squares] = weightAt
        ? productOf(output, variance, (k) => weightAt(k, col))
        : [output[col], variance[col]];
      const sum = product + (b?.data[col] ?? 0);
      result.output[col] = sum;
      result.variance[col] = squares + varianceOfStoring(FLOAT_TYPES[rounding.stored], sum);
    }
    return result;
  };
}

/** Returns the product of a row with a column of weights, and its variance. */
function productOf(
  output: Float64Array,
  variance: Float64Array,
  weightAt: (k: number) => number,
): readonly [sum: number, variance: number] {
  let [sum, squares] = [0, 0];
  for (let k = 0; k < output.length; k++) {
    const weight = weightAt(k);
    sum += output[k] * weight;
    squares += variance[k] * weight ** 2;
  }
  return [sum, squares];
}
