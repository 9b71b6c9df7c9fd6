import type { InputName } from "../attention/inputs.js";
import type { Problem } from "../attention/problem.js";
import { parseSettings } from "../attention/setting.js";
import { UserError } from "../errors.js";
import {
  type BooleanMatrix,
  createBooleanMatrix,
  createMatrix,
  type Matrix,
  matrixFromRows,
  shapeText,
} from "../math/matrix.js";
import { type CommandSpec, settingsOf } from "../runs/command-spec.js";
import { suggest } from "../suggestion.js";

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

/** Checks what a script gave as the command line checks what it reads. */
export function toProblem(
  spec: CommandSpec,
  inputs: AttendInputs,
  settings: object,
): Problem<Readonly<Record<string, unknown>>> {
  const { name: command, inputs: accepts } = spec;
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
    settings: parseSettings(settingsOf(spec), { ...settings }),
  };
}

/** Throws NOT_A_NUMBER, RAGGED_ROWS and EMPTY_MATRIX, as reading a file does. */
export function toMatrix(name: string, rows: Rows | "ones"): Matrix {
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
