import { type Matrix, transpose } from "../../math/matrix.js";
import { multiplyTransposed } from "../../math/product.js";
import { once } from "../../math/remember.js";
import { add } from "../../ops/elementwise.js";
import { matmulTransposed } from "../../ops/product.js";
import { findInput, type Step } from "../../trace/trace.js";
import { type RoundingModel, varianceOfRow, varianceOfStoring } from "./expected-error.js";
import { squared } from "./expected-steps.js";
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
  const [, second, third] = inputs.map((key) => findInput(trace, key)?.matrix);
  const [w, b] = op.name === add.name ? [undefined, second] : [second, third];
  const weights = w && (op.name === matmulTransposed.name ? w : transpose(w));
  const squares = weights && squared(weights);
  const times = (data: Float64Array, by: Matrix | undefined) =>
    by ? multiplyTransposed({ rows: 1, cols: data.length, data }, by).data : data;
  return (rows) => {
    const joined = (part: "output" | "variance") =>
      Float64Array.from(rows.flatMap((row) => Array.from(row[part])));
    const [sums, variance] = [times(joined("output"), weights), times(joined("variance"), squares)];
    const output = sums.map((sum, col) => sum + (b?.data[col] ?? 0));
    if (!w && !b) return { output, variance };
    const ofStoring = (col: number) => varianceOfStoring(FLOAT_TYPES[rounding.stored], output[col]);
    return { output, variance: variance.map((own, col) => own + ofStoring(col)) };
  };
}
