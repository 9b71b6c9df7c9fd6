/**
 * qkv as a library: the same recorded computation that the command line prints, explained and checked.
 *
 * ```ts
 * import { attend, check, explain } from "qkv";
 * const run = attend({ q: [[1, 0]], k: [[1, 0], [0, 1]], v: [[10, 0], [0, 20]] }, { causal: false });
 * run.weights?.toRows();                                      // [[0.6697615493266569, 0.3302384506733431]]
 * explain(run, "weights[0,1]").arithmetic;                    // { names: "exponentials[0,1] / row-sums[0]", … }
 * check(run, { weights: [["0.73", "0.27"]] }).diagnosis[0];   // { mistake: "scale-missing", … }
 * ```
 * @module
 */
import * as functions from "./library/functions.js";
import type { DrawSettings as SettingsOfDraws } from "./systems/drawn/draw-settings.js";

export type { DialectName, ScriptName } from "./code/dialect-names.js";
export type { ErrorCode } from "./errors.js";
export type { PlainModel, PlainTensor } from "./input/model/plain-model.js";
export type { GivenArray, GivenArray as Rows, GivenArray as Truths, Nested } from "./library/arrays.js";
export type * from "./library/check.js";
export type * from "./library/emit.js";
export type * from "./library/explain.js";
export * from "./library/functions.js";
export type * from "./library/judge.js";
export type { NdArray } from "./library/nd-array.js";
export type { ArraysSettings, AttendInputs, ConventionSettings, PosencInputs } from "./library/plain.js";
export type * from "./library/read.js";
export type * from "./library/record.js";
export type { Run } from "./library/run.js";
export type { BooleanMatrix, Matrix } from "./math/matrix.js";
export type { Expression } from "./trace/expression.js";
export type { Replacements as Changes } from "./trace/recorder.js";
export type { Axis, Convention, Input, Step, Trace, View } from "./trace/trace.js";

/** The settings for drawn numbers, when a preset or a size is given instead of numbers. */
export type DrawSettings = Required<SettingsOfDraws>;

// biome-ignore lint/style/noDefaultExport: a script that a person types begins with one name for everything.
export default functions;
