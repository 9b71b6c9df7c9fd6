import { INPUTS, type InputName, type InputRule } from "../attention/inputs.js";
import { setting } from "../errors.js";
import { shapeText } from "../math/matrix.js";
import { readCell } from "./cell.js";
import { cellProblem } from "./cell-problem.js";
import { RAGGED_HINT, raggedMessage, refuseEmpty } from "./forms/table.js";
import { inputNamed, numberOfWord } from "./names.js";
import { refuseAt, type Source, textOf } from "./source.js";
import {
  gridValue,
  type ListValue,
  type NumbersValue,
  rowValue,
  type ScalarValue,
  type Value,
} from "./value.js";

/** The place and the name of a value that is read as a matrix. */
interface ValueContext {
  readonly source: Source;
  /** Its name in messages: "wq", or "wq of head 1". */
  readonly subject: string;
}

/**
 * Returns the matrix of an input, or the matrices of its heads. Throws EMPTY_MATRIX, RAGGED_ROWS, EMPTY_CELL (null),
 * NOT_A_NUMBER or SHAPE_MISMATCH (three axes), with the place.
 */
export function partsOf(
  given: Value,
  name: InputName,
  source: Source,
  isPerHead = false,
): readonly NumbersValue[] {
  const value = unwrapped(given);
  const context = { source, subject: name };
  const number = value.kind === "scalar" ? numberOfWord(name, value.value) : undefined;
  if (number !== undefined) return [matrixOf({ ...value, kind: "scalar", value: number }, context)];
  if (value.kind !== "list" || !value.items.some(isMatrix)) return [matrixOf(value, context)];
  const heads = value.items.map((item, head) =>
    matrixOf(item, { source, subject: `${name} of head ${head}` }),
  );
  const rule: InputRule = INPUTS[name];
  // A list with one matrix is a batch of one.
  if (isPerHead || rule.perHead || heads.length === 1) return heads;
  const message = `${name} is ${heads.length}×${shapeText(heads[0])}, but a matrix has two axes, rows and columns.`;
  const hint =
    source.isBinary && source.kind === "file"
      ? `Choose one after the name of the file (q.npy:0, model.npz:q:0), or with ${setting("head")} 0.`
      : "Give one matrix of the list.";
  return refuseAt(source, value.start, "SHAPE_MISMATCH", message, hint);
}

/** Removes extra brackets around a list of matrices: `[[[[1, 2], [3, 4]]]]` is a batch of one with one head. */
function unwrapped(value: Value): Value {
  if (value.kind !== "list" || value.items.length !== 1) return value;
  const [item] = value.items;
  return item.kind === "list" && isMatrix(item) ? unwrapped(item) : value;
}

/** True for a value with rows, even if they do not form a matrix. */
export function isMatrix(value: Value): boolean {
  if (value.kind === "list")
    return value.items.some((item) => item.kind === "numbers" || item.kind === "list");
  return value.kind === "numbers" && !value.flat;
}

function matrixOf(value: Value, context: ValueContext): NumbersValue {
  const matrix = value.kind === "numbers" ? value : assemble(value, context);
  if (matrix.data.length > 0) return matrix;
  return refuseEmpty(context.source, context.subject, value.start);
}

/** Builds a matrix from values that the fast reader could not use: a single number, or rows with an error. */
function assemble(value: Value, context: ValueContext): NumbersValue {
  const isOfRows = value.kind === "list" && isMatrix(value);
  if (isOfRows) refuseMixed(value, context);
  const items = isOfRows ? value.items : [value];
  const rows = items.map((item) => cellsOf(item, context));
  const cols = rows[0].length;
  for (const [row, cells] of rows.entries()) {
    if (cells.length === cols) continue;
    const message = raggedMessage(context.subject, row, cells.length, cols);
    refuseAt(context.source, items[row].start, "RAGGED_ROWS", message, RAGGED_HINT);
  }
  const cells = rows.flat();
  const data = Float64Array.from(cells, Number);
  const firstBoolean = cells.findIndex((cell) => typeof cell === "boolean");
  return isOfRows
    ? gridValue(value.start, { rows: rows.length, cols, data }, firstBoolean)
    : rowValue(value.start, data, firstBoolean);
}

/** Throws RAGGED_ROWS for a number beside rows, because it belongs to none of them. */
export function refuseMixed({ items }: ListValue, { source, subject }: ValueContext): void {
  const cell = items.find(({ kind }) => kind === "scalar");
  if (!cell || !items.some(({ kind }) => kind === "numbers" || kind === "list")) return;
  const message = `${subject}: there is a number beside rows, but it belongs to none of them.`;
  refuseAt(source, cell.start, "RAGGED_ROWS", message, "Put every row into its own brackets.");
}

/** Returns the cells of one row. */
function cellsOf(value: Value, context: ValueContext): (number | boolean)[] {
  if (isMatrix(value)) {
    const message = `${context.subject} has rows inside its rows.`;
    return refuseAt(context.source, value.start, "SHAPE_MISMATCH", message, WRITE_ROWS);
  }
  if (value.kind === "numbers") return Array.from(value.data);
  if (value.kind === "list") return value.items.flatMap((item) => cellsOf(item, context));
  if (value.kind === "scalar") return [cellOf(value, context)];
  const message = `${context.subject} has an object where numbers are expected.`;
  const isProblem = value.kind === "object" && [...value.entries.keys()].some(inputNamed);
  const hint = isProblem ? `Name one of several problems: ${context.source.name}:0.` : WRITE_ROWS;
  return refuseAt(context.source, value.start, "NOT_A_NUMBER", message, hint);
}

function cellOf({ value, start }: ScalarValue, { source, subject }: ValueContext): number | boolean {
  if (value === null) {
    const message = `${subject} holds ${wordAt(source, start)} where a number is expected.`;
    const hint = `Write a number or "NaN", or read missing values as NaN with ${setting("null")} nan.`;
    return refuseAt(source, start, "EMPTY_CELL", message, hint);
  }
  if (typeof value !== "string") return value;
  const shown = JSON.stringify(value);
  const message = `${subject} holds the text ${shown} where a number is expected.`;
  const { hint } = cellProblem(readCell(value) === undefined ? value : shown);
  return refuseAt(source, start, "NOT_A_NUMBER", message, hint);
}

/** Returns the word at a place of the source. */
function wordAt({ bytes }: Source, start: number): string {
  const text = textOf(bytes, start, Math.min(bytes.length, start + LONGEST_WORD));
  return /^[^\s,;\])}]+/.exec(text)?.[0] ?? "nothing";
}

const LONGEST_WORD = 12;

const WRITE_ROWS = "Write the matrix as a list of rows: [[1, 0], [0, 1]].";
