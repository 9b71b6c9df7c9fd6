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
import { recordFurtherGradients } from "./attention/gradients/backward.js";
import type { InputName } from "./attention/inputs.js";
import type { Problem } from "./attention/problem.js";
import { parseSettings } from "./attention/setting.js";
import { DIALECT_NAMES, type DialectName, type ScriptName } from "./code/dialect-names.js";
import { onnx } from "./code/dialects/onnx.js";
import { DIALECTS } from "./code/dialects/registry.js";
import { type AttendCommandSettings, attend as attendCommand } from "./commands/attend.js";
import type { CommandSpec } from "./commands/command-spec.js";
import {
  type CompareScoringCommandSettings,
  compareScoring as compareScoringCommand,
} from "./commands/compare-scoring.js";
import { type LayerCommandSettings, layer as layerCommand } from "./commands/layer.js";
import { type ModelCommandSettings, model as modelCommand } from "./commands/model.js";
import { type MultiheadCommandSettings, multihead as multiheadCommand } from "./commands/multihead.js";
import { type PosencCommandSettings, posenc as posencCommand } from "./commands/posenc.js";
import { recordProblem } from "./commands/record.js";
import { UserError } from "./errors.js";
import { loadedModel, type PlainModel } from "./input/model/plain-model.js";
import {
  type BooleanMatrix,
  createBooleanMatrix,
  createMatrix,
  type Matrix,
  matrixFromRows,
  shapeText,
} from "./math/matrix.js";
import { suggest } from "./suggestion.js";
import type { DrawSettings as SettingsOfDraws } from "./systems/drawn/draw-settings.js";
import { fillIn } from "./systems/fill-in.js";
import type { Trace } from "./trace/trace.js";

export type { DialectName, ScriptName } from "./code/dialect-names.js";
export { ERROR_CODES, type ErrorCode, UserError } from "./errors.js";
export type { PlainModel, PlainTensor } from "./input/model/plain-model.js";
export type { BooleanMatrix, Matrix } from "./math/matrix.js";
export { createMatrix, matrixFromRows, toRows } from "./math/matrix.js";
export { SYSTEMS } from "./systems/registry.js";
export type { Sizes, System } from "./systems/system.js";
export type { Expression } from "./trace/expression.js";
export { evaluate } from "./trace/expression.js";
export { type Changes, replay } from "./trace/replay.js";
export type { Axis, Convention, Input, Step, Trace, View } from "./trace/trace.js";
export { findStep, keyOf, matrixOf } from "./trace/trace.js";

/** Every setting of `attend`, of which a run is given some; likewise for the other commands. */
export type AttendSettings = Required<AttendCommandSettings>;
export type MultiheadSettings = Required<MultiheadCommandSettings>;
export type LayerSettings = Required<LayerCommandSettings>;
export type ModelSettings = ModelCommandSettings;
export type PosencSettings = Required<PosencCommandSettings>;
export type CompareScoringSettings = Required<CompareScoringCommandSettings>;
export type DrawSettings = Required<SettingsOfDraws>;

/** A matrix as a script has it: rows of numbers (arrays or typed arrays), or a qkv Matrix. */
export type Rows = Matrix | readonly ArrayLike<number>[];

/** What to attend with, by the names of docs/reference.md. */
export interface AttendInputs extends Partial<Record<Exclude<InputName, "mask" | "backward">, Rows>> {
  /** The gradient of a loss by the output, n×d_v: also all other gradients. */
  readonly backward?: Rows | "ones";
  /** n×m or 1×m; true may attend unless the setting `maskTrue` is "drop". */
  readonly mask?: readonly (readonly boolean[])[];
  /** One name for each query row; also for the keys when there are as many and `keyTokens` is absent. */
  readonly tokens?: readonly string[];
  readonly keyTokens?: readonly string[];
}

/** What stands at which positions; `encoding` is a table to examine. */
export type PosencInputs = Pick<AttendInputs, "positions" | "x" | "table" | "encoding" | "tokens">;

/**
 * Records one attention: projections, scores, scale, softcap, bias, mask, softmax, weighted sum
 * (Vaswani et al. 2017, eq. 1, and the scoring functions before it). query: n×d_q, key: m×d_k, value: m×d_v → a
 * Trace whose steps include `weights` (n×m) and, when there is a value, `output` (n×d_v).
 * Throws UserError with a code, such as SHAPE_MISMATCH, ALIGNMENT_NEEDED, RAGGED_ROWS or EMPTY_MATRIX.
 */
export function attend(inputs: AttendInputs, settings: Partial<AttendSettings> = {}): Trace {
  return record(attendCommand, inputs, settings);
}

/**
 * Records one multi-head attention layer (Vaswani et al. 2017, section 3.2.2), with grouped heads when `kvHeads` is
 * fewer than `heads`. The steps of head h stand in the scope `head h`: `matrixOf(trace, "head 0/weights")`.
 * Throws UserError as attend does.
 */
export function multihead(inputs: AttendInputs, settings: Partial<MultiheadSettings> = {}): Trace {
  return record(multiheadCommand, inputs, settings);
}

/**
 * Records one layer of a transformer (Vaswani et al. 2017, section 3.1): attention, with `memory` also attention to that,
 * and feed-forward, each with its norm and residual sum. x: n×d_model, w1: d_model×d_ff, w2: d_ff×d_model → a Trace whose
 * steps include those of `multihead`, `feed-forward-1`, `activation`, `feed-forward-2` and `output` (n×d_model).
 * Throws UserError as attend does.
 */
export function layer(
  inputs: Omit<AttendInputs, "query" | "key" | "value">,
  settings: Partial<LayerSettings> = {},
): Trace {
  return record(layerCommand, inputs, settings);
}

/**
 * Records a whole model on the tokens of the setting `ids`: the steps of layer l stand in the scope `layer l`, those of its heads
 * in `layer l/head h`, then `logits` (n×vocabulary) and `probabilities`. Throws UserError with a code: BAD_VALUE for a kind of
 * model that is not known, MISSING_INPUT, UNKNOWN_KEY and SHAPE_MISMATCH for tensors that are not as `config` says.
 * `backward` is the gradient of a loss by the logits, `target` what the setting `loss` compares them with.
 */
export function model(
  { backward, target, ...inputs }: PlainModel & Pick<AttendInputs, "backward" | "target">,
  settings: Partial<ModelSettings> = {},
): Trace {
  const given = { ...(backward && { backward }), ...(target && { target }) };
  const problem = toProblem(modelCommand, given, settings);
  return recordProblem(modelCommand, { ...problem, model: loadedModel(inputs) });
}

/**
 * Records positional encodings (Vaswani et al. 2017, section 3.5, and the kinds since): `posenc({}, { length: 10,
 * dModel: 8 })` has the steps `rates` (1×pairs), `angles` (n×pairs) and `encoding` (n×d_model).
 * Throws UserError with a code, such as MISSING_INPUT or BAD_VALUE.
 */
export function posenc(inputs: PosencInputs, settings: Partial<PosencSettings> = {}): Trace {
  return record(posencCommand, inputs, settings);
}

/**
 * Records the same queries and keys under several scoring functions, each in the scope of its name
 * (`matrixOf(trace, "additive/weights")`), and side by side; with the setting `sweep`, such as "d_k=2..512", what
 * becomes of the softmax as d_k grows (no inputs are needed then). Throws UserError as attend does.
 */
export function compareScoring(inputs: AttendInputs, settings: Partial<CompareScoringSettings> = {}): Trace {
  return record(compareScoringCommand, inputs, settings);
}

/** How `emit` writes a run. */
export interface EmitSettings {
  /** Whether a script of torch or JAX also works the run on several processes or devices. */
  readonly parallel?: boolean;
}

/**
 * Writes a run as a Python script of a library that works it again and compares, or as the bytes of a model of ONNX:
 * `emit(attend({ x: [[1, 0]] }), "torch")`. All numbers stand in it. Throws BAD_VALUE for an unknown library, USAGE for
 * `parallel` where a library has no such script.
 */
export function emit(trace: Trace, library: "onnx", settings?: EmitSettings): Uint8Array;
export function emit(trace: Trace, library: ScriptName, settings?: EmitSettings): string;
export function emit(trace: Trace, library: DialectName, settings?: EmitSettings): string | Uint8Array;
export function emit(
  trace: Trace,
  library: DialectName,
  { parallel = false }: EmitSettings = {},
): string | Uint8Array {
  if (!DIALECT_NAMES.includes(library)) {
    throw new UserError("BAD_VALUE", `"${library}" is no library that runs are written in.`, {
      hint: `Name one of ${DIALECT_NAMES.join(", ")}.`,
    });
  }
  if (parallel && library !== "torch" && library !== "jax") {
    throw new UserError(
      "USAGE",
      `Runs on several processes are written for torch and jax, not for ${library}.`,
      {
        hint: "Leave out parallel, or name torch or jax.",
      },
    );
  }
  return library === "onnx"
    ? onnx.emit(trace, {}).text
    : DIALECTS[library].emit(trace, { isParallel: parallel }).text;
}

/**
 * Records the gradients of a loss further in what attend, multihead, layer or model recorded: `backward(trace, "ones")` has the steps
 * `d-output`, `d-weights`, `d-query` and so on, for a loss that is the sum of the output; with a matrix n×d_v, that is
 * ∂L/∂output. Numbers that a replay changed stay as they are. Throws SHAPE_MISMATCH, MISSING_INPUT when there is no output,
 * and CONFLICTING_INPUTS when the gradients are there already.
 */
export function backward(trace: Trace, gradient: Rows | "ones" = "ones"): Trace {
  return recordFurtherGradients(trace, toMatrix("backward", gradient));
}

/** Checks what a script gave, fills in a preset and what is to be drawn, and records the rest as the command line does. */
function record(command: CommandSpec, inputs: AttendInputs, settings: object): Trace {
  const { problem, state } = fillIn(command, toProblem(command, inputs, settings));
  return state(recordProblem(command, problem));
}

/** Checks what a script gave as the command line checks what it reads. */
function toProblem(
  { name: command, inputs: accepts, settings: table }: CommandSpec,
  inputs: AttendInputs,
  settings: object,
): Problem<Readonly<Record<string, unknown>>> {
  const { tokens, keyTokens, mask, ...given } = inputs;
  const matrices: Partial<Record<InputName, Matrix>> = {};
  for (const [word, rows] of Object.entries(given)) {
    const name = accepts.find((accepted) => accepted === word);
    if (!name) {
      throw new UserError("UNKNOWN_KEY", `${command} takes no "${word}".`, { hint: suggest(word, accepts) });
    }
    if (rows !== undefined) matrices[name] = toMatrix(name, rows);
  }
  return {
    matrices,
    mask: mask && toMask(mask),
    tokens,
    keyTokens,
    settings: parseSettings(table, { ...settings }),
  };
}

/** Throws NOT_A_NUMBER, RAGGED_ROWS and EMPTY_MATRIX, as reading a file does. */
function toMatrix(name: string, rows: Rows | "ones"): Matrix {
  if (rows === "ones") return createMatrix(1, 1, () => 1);
  const matrix = isMatrix(rows) ? rows : fromRows(name, rows);
  if (matrix.rows > 0 && matrix.cols > 0) return matrix;
  throw new UserError("EMPTY_MATRIX", `${name} is ${shapeText(matrix)}: it has no numbers.`, {
    subject: { name },
  });
}

function isMatrix(given: Rows): given is Matrix {
  return typeof given === "object" && given !== null && "data" in given;
}

/** Scripts without types may hand over anything. */
function fromRows(name: string, rows: readonly ArrayLike<number>[]): Matrix {
  if (!Array.isArray(rows) || !rows.every(isRow)) {
    throw new UserError("NOT_A_NUMBER", `${name} is not rows of numbers.`, {
      subject: { name },
      hint: "Give a list for each row, such as [[1, 0], [0, 1]].",
    });
  }
  try {
    return matrixFromRows(rows);
  } catch (error) {
    throw new UserError("RAGGED_ROWS", `${name}: ${error instanceof Error ? error.message : error}.`, {
      subject: { name },
    });
  }
}

function isRow(row: ArrayLike<unknown>): boolean {
  const isList = Array.isArray(row) || ArrayBuffer.isView(row);
  return isList && Array.from(row).every((cell) => typeof cell === "number");
}

function toMask(rows: readonly (readonly boolean[])[]): BooleanMatrix {
  const { rows: numRows, cols } = toMatrix(
    "mask",
    rows.map((row) => row.map(Number)),
  );
  return createBooleanMatrix(numRows, cols, (row, col) => rows[row][col]);
}
