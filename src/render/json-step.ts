import type { Matrix } from "../math/matrix.js";
import { scopeText } from "../trace/scope.js";
import type { Step } from "../trace/trace.js";
import type { Chunk } from "./formats/format.js";
import { toJson } from "./json-value.js";

/** Writes one step as a JSON object. `writeRows` writes its numbers. */
export function* writeJsonStep(step: Step, writeRows: (matrix: Matrix) => Iterable<Chunk>): Generator<Chunk> {
  const matrix = step.output();
  const { id, scope, title, formula, op, inputs, axes, notes } = step;
  const members = `{"id":${toJson(id)},"scope":${toJson(scopeText(scope))},"title":${toJson(title)},"formula":${toJson(formula)},`;
  const made = `"op":${toJson(op.name)},"inputs":${toJson(inputs)},"axes":${toJson(axes.map((axis) => axis.name))},`;
  yield `${members}${made}"shape":[${matrix.rows},${matrix.cols}],"data":`;
  yield* writeRows(matrix);
  yield `,"notes":${toJson(notes)}}`;
}
