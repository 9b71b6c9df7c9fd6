import { hasRole } from "../../attention/step-roles.js";
import { matmulTransposed } from "../../ops/product.js";
import { once } from "../../trace/ref.js";
import { findRole } from "../mistakes/alter.js";
import type { AssembledRow, WrongOutput } from "./diagnose.js";
import { varianceOfRow, varianceOfStoring, type Working } from "./expected-error.js";
import { FLOAT_TYPES } from "./float-types.js";
import { boundOf, type RowOfErrors } from "./rows.js";
import type { Attentions, Target } from "./target.js";
import type { Task } from "./task.js";

/** How a row of a wrong answer is put together from rows of attentions; undefined for one that is not. */
export function assemblerOf(
  attentions: Attentions,
  { of, projection }: Target,
  working: Working,
): WrongOutput["assemble"] | undefined {
  const rowOfTask = (task: Task): WrongOutput["assemble"] => {
    const { meanSquares } = attentions.statistics(task);
    return (make) => {
      const made = make(task);
      if (!made) return undefined;
      const first = boundOf(made, task.value);
      const varianceFor = (row: RowOfErrors) => varianceOfRow(row, meanSquares, working, task.query.cols);
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
  const project = projectionOf(attentions, working, hasRole(projection, "output-projection"));
  return (make) => {
    const rows = parts.map((assemble) => assemble(make));
    return rows.every((row) => row !== undefined) ? project(rows) : undefined;
  };
}

/** The rows of heads side by side, and times W^O where there is one. */
function projectionOf(
  { trace }: Attentions,
  working: Working,
  isProjected: boolean,
): (rows: readonly AssembledRow[]) => AssembledRow {
  const step = isProjected ? findRole(trace, "output-projection") : undefined;
  const matrix = (key: string | undefined) => trace.inputs.find(({ name }) => name === key)?.matrix;
  const [w, b] = [matrix(step?.inputs[1]), matrix(step?.inputs[2])];
  const joined = (rows: readonly AssembledRow[]) => ({
    output: Float64Array.from(rows.flatMap(({ output }) => Array.from(output))),
    variance: Float64Array.from(rows.flatMap(({ variance }) => Array.from(variance))),
  });
  if (!step || !w) return joined;
  const isTurned = step.op.name === matmulTransposed.name;
  const numColumns = isTurned ? w.rows : w.cols;
  return (rows) => {
    const { output, variance } = joined(rows);
    const result = { output: new Float64Array(numColumns), variance: new Float64Array(numColumns) };
    for (let col = 0; col < numColumns; col++) {
      let [sum, squares] = [b?.data[col] ?? 0, 0];
      for (let k = 0; k < output.length; k++) {
        const weight = w.data[isTurned ? col * w.cols + k : k * w.cols + col];
        sum += output[k] * weight;
        squares += variance[k] * weight ** 2;
      }
      result.output[col] = sum;
      result.variance[col] = squares + varianceOfStoring(FLOAT_TYPES[working.stored], sum);
    }
    return result;
  };
}
