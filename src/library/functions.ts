// Every function of the library. The default export has them as members of one object.

export { ERROR_CODES, UserError } from "../errors.js";
export { createMatrix, matrixFromRows, toRows } from "../math/matrix.js";
export { evaluate } from "../trace/expression.js";
export { findStep, keyOf, matrixOf } from "../trace/trace.js";
export { check } from "./check.js";
export { emit } from "./emit.js";
export { explain } from "./explain.js";
export { replay } from "./homework.js";
export { judge } from "./judge.js";
export { read } from "./read.js";
export {
  alibi,
  attend,
  backward,
  compareScoring,
  layer,
  model,
  multihead,
  posenc,
  rope,
  SYSTEMS,
  softmax,
} from "./record.js";
