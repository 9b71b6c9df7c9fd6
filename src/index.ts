/**
 * qkv as a library: the same recorded computation that the command line prints, explained and checked.
 *
 * ```ts
 * import { attend, check, explain, matrixOf, toRows } from "qkv";
 * const trace = attend({ query: [[1, 0]], key: [[1, 0], [0, 1]], value: [[10, 0], [0, 20]] });
 * toRows(matrixOf(trace, "weights"));                           // [[0.6697615493266569, 0.3302384506733431]]
 * explain(trace, "weights[0,1]").arithmetic;                    // { names: "exponentials[0,1] / row-sums[0]", … }
 * check(trace, { weights: [["0.73", "0.27"]] }).diagnosis[0];   // { mistake: "scale-missing", … }
 * ```
 * @module
 */
import type { DrawSettings as SettingsOfDraws } from "./systems/drawn/draw-settings.js";

export type { DialectName, ScriptName } from "./code/dialect-names.js";
export { ERROR_CODES, type ErrorCode, UserError } from "./errors.js";
export type { PlainModel, PlainTensor } from "./input/model/plain-model.js";
export * from "./library/check.js";
export * from "./library/emit.js";
export * from "./library/explain.js";
export type { AttendInputs, PosencInputs, Rows } from "./library/plain.js";
export * from "./library/record.js";
export * from "./library/systems.js";
export type { BooleanMatrix, Matrix } from "./math/matrix.js";
export { createMatrix, matrixFromRows, toRows } from "./math/matrix.js";
export type { Expression } from "./trace/expression.js";
export { evaluate } from "./trace/expression.js";
export { type Changes, replay } from "./trace/replay.js";
export type { Axis, Convention, Input, Step, Trace, View } from "./trace/trace.js";
export { findStep, keyOf, matrixOf } from "./trace/trace.js";

/** What is drawn, and how, where a preset or a size is given in place of numbers. */
export type DrawSettings = Required<SettingsOfDraws>;
