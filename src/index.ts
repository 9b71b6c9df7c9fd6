/**
 * qkv as a library: the same recorded computation that the command line prints.
 *
 * ```ts
 * import { attend, matrixOf, toRows } from "qkv";
 * const trace = attend({ query: [[1, 0]], key: [[1, 0], [0, 1]], value: [[10, 0], [0, 20]] });
 * toRows(matrixOf(trace, "weights"));   // [[0.6697615493266569, 0.3302384506733431]]
 * ```
 * @module
 */
import { recordAttend } from "./attention/attend.js";
import { INPUTS, type InputName } from "./attention/inputs.js";
import { ATTEND_SETTINGS, type AttendSettings, parseSettings } from "./attention/settings.js";
import { UserError } from "./errors.js";
import { type BooleanMatrix, createBooleanMatrix, type Matrix, matrixFromRows } from "./math/matrix.js";
import { suggest } from "./suggestion.js";
import type { Trace } from "./trace/trace.js";

export type { AttendSettings } from "./attention/settings.js";
export { ERROR_CODES, type ErrorCode, UserError } from "./errors.js";
export type { BooleanMatrix, Matrix } from "./math/matrix.js";
export { createMatrix, matrixFromRows, toRows } from "./math/matrix.js";
export type { Expression } from "./trace/expression.js";
export { evaluate } from "./trace/expression.js";
export { type Changes, replay } from "./trace/replay.js";
export type { Axis, Convention, Input, Step, Trace, View } from "./trace/trace.js";
export { findStep, keyOf, matrixOf } from "./trace/trace.js";

/** A matrix as a script has it: rows of numbers, or a qkv Matrix. */
export type Rows = Matrix | readonly (readonly number[])[];

/** What to attend with, by the names of docs/reference.md. */
export interface AttendInputs extends Partial<Record<Exclude<InputName, "mask" | "wo" | "bo">, Rows>> {
  /** n×m or 1×m; true may attend unless the setting `maskTrue` is "drop". */
  readonly mask?: readonly (readonly boolean[])[];
  /** One name for each query row; also for the keys when there are as many and `keyTokens` is absent. */
  readonly tokens?: readonly string[];
  readonly keyTokens?: readonly string[];
}

/**
 * Records one attention: projections, scores, scale, softcap, bias, mask, softmax, weighted sum
 * (Vaswani et al. 2017, eq. 1, and the scoring functions before it). query: n×d_q, key: m×d_k, value: m×d_v → a
 * Trace whose steps include `weights` (n×m) and, when there is a value, `output` (n×d_v).
 * Throws UserError with a code, such as SHAPE_MISMATCH, ALIGNMENT_NEEDED or RAGGED_ROWS.
 */
export function attend(inputs: AttendInputs, settings: Partial<AttendSettings> = {}): Trace {
  const { tokens, keyTokens, mask, ...given } = inputs;
  const matrices: Partial<Record<InputName, Matrix>> = {};
  for (const [name, rows] of Object.entries(given)) {
    if (!Object.hasOwn(INPUTS, name)) {
      throw new UserError("UNKNOWN_KEY", `attend takes no "${name}".`, {
        hint: suggest(name, Object.keys(INPUTS)),
      });
    }
    if (rows !== undefined) matrices[name as InputName] = toMatrix(name, rows);
  }
  return recordAttend({
    matrices,
    mask: mask && toMask(mask),
    tokens,
    keyTokens,
    settings: parseSettings(ATTEND_SETTINGS, settings),
  });
}

function toMatrix(name: string, rows: Rows): Matrix {
  if ("data" in rows) return rows;
  try {
    return matrixFromRows(rows);
  } catch (error) {
    throw new UserError("RAGGED_ROWS", `${name}: ${error instanceof Error ? error.message : error}.`, {
      subject: { name },
    });
  }
}

function toMask(rows: readonly (readonly boolean[])[]): BooleanMatrix {
  const { rows: numRows, cols } = toMatrix(
    "mask",
    rows.map((row) => row.map(Number)),
  );
  return createBooleanMatrix(numRows, cols, (row, col) => rows[row][col]);
}
