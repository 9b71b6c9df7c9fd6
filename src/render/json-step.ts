import type { Matrix } from "../math/matrix.js";
import { scopeText } from "../trace/scope.js";
import type { Step } from "../trace/trace.js";
import type { Chunk } from "./formats/format.js";
import { toJson } from "./json-value.js";

/** One step as a JSON object, whose numbers `writeRows` writes. */
export function* writeJsonStep(step: Step, writeRows: (matrix: Matrix) => Iterable<Chunk>): Generator<Chunk> {
  const matrix = step.output();
  const { id, scope, title, formula, op, inputs, axes, notes } = step;
  const shape = [matrix.rows, matrix.cols];
  const head = toJson({
    id,
    scope: scopeText(scope),
    title,
    formula,
    op: op.name,
    inputs,
    axes: axes.map((axis) => axis.name),
    shape,
  });
  yield `${head.slice(0, -1)},"data":`;
  yield* writeRows(matrix);
  yield `,"notes":${toJson(notes)}}`;
}
