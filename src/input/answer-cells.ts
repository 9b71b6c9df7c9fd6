import { tabulate } from "../math/lists.js";
import { EXACT_DECIMALS, timesPowerOfTen, typedDecimals, type WrittenNumber } from "../math/written.js";
import { readCellOf, withoutPercent } from "./blank.js";
import { plainString } from "./decode.js";
import { decimalWithExponent } from "./expression.js";
import type { Parsed, Span } from "./forms/form.js";
import { spellLatex } from "./forms/latex-cell.js";
import { numberEnd } from "./number.js";
import { isMatrix, refuseMixed } from "./parts.js";
import { refuseAt, textOf } from "./source.js";
import type { KeptDigits, ListValue, NumbersValue, Value } from "./value.js";

/**
 * Returns the cells of a matrix with the digits as written or stored. Throws RAGGED_ROWS, EMPTY_MATRIX or NOT_A_NUMBER.
 */
export function writtenRows(key: string, value: Value, parsed: Parsed): (WrittenNumber | null)[][] {
  if (value.kind === "scalar" || value.kind === "object") {
    const cell = value.kind === "scalar" ? writtenFrom(String(value.value)) : undefined;
    return cell === undefined ? refuseCell(key, value.start, parsed) : [[cell]];
  }
  if (value.kind === "array")
    return refuseAt(parsed.source, value.start, "SHAPE_MISMATCH", `${key} has more than two axes.`);
  const rows = rowsIn(key, value, parsed);
  const { length: width = 0 } = rows[0] ?? {};
  if (width === 0) return refuseAt(parsed.source, value.start, "EMPTY_MATRIX", `${key} holds no number.`);
  const ragged = rows.findIndex(({ length }) => length !== width);
  if (ragged >= 0) {
    const { of, length } = rows[ragged];
    const message = `row ${ragged} of ${key} has ${length} cells, row 0 has ${width}.`;
    return refuseAt(parsed.source, of.start, "RAGGED_ROWS", message, "Write null for an unanswered cell.");
  }
  return rows.map(({ of, first, length }) => tabulate(length, (col) => cellAt(key, of, first + col, parsed)));
}

/** A row of an answer: the value that has its cells, and the place of the first one among them. */
interface RowOfCells {
  readonly of: NumbersValue | ListValue;
  readonly first: number;
  readonly length: number;
}

function rowsIn(key: string, value: NumbersValue | ListValue, parsed: Parsed): readonly RowOfCells[] {
  if (value.kind === "numbers") {
    const { rows, cols } = value;
    return tabulate(rows, (row) => ({ of: value, first: row * cols, length: cols }));
  }
  if (!isMatrix(value)) return [{ of: value, first: 0, length: value.items.length }];
  refuseMixed(value, { source: parsed.source, subject: key });
  return value.items.map((of) => {
    if (of.kind === "numbers") return { of, first: 0, length: of.cols };
    return of.kind === "list" ? { of, first: 0, length: of.items.length } : refuseCell(key, of.start, parsed);
  });
}

function cellAt(
  key: string,
  value: NumbersValue | ListValue,
  index: number,
  parsed: Parsed,
): WrittenNumber | null {
  const { bytes, isBinary } = parsed.source;
  if (isBinary && value.kind === "numbers") return storedNumber(value.data[index], value.kept);
  const { start, end } = parsed.spanOf(value, index);
  const exponent = parsed.exponentOf?.(value);
  // The fast path for almost every cell of a large sheet: its number was already parsed.
  if (exponent === undefined && value.kind === "numbers" && end > start && numberEnd(bytes, start) === end)
    return { value: value.data[index], decimals: typedDecimals(textOf(bytes, start, end)) };
  const text = typedText(parsed, { start, end });
  const cell = writtenFrom(text.includes("\\") ? spellLatex(text) : text);
  if (cell === undefined) return readByForm(text, value, index) ?? refuseCell(key, start, parsed);
  if (cell === null || exponent === undefined) return cell;
  return { value: cell.value * 10 ** exponent, decimals: timesPowerOfTen(cell.decimals, exponent) };
}

/** Returns the text of a cell as typed: in plain signs, without quotes, and with a decimal point. */
export function typedText({ source, decimalComma }: Parsed, { start, end }: Span): string {
  const text = plainString(textOf(source.bytes, start, end)).trim();
  const typed = text.replace(/^(["'])(.*)\1$/, "$2");
  return decimalComma ? typed.replace(",", ".") : typed;
}

/**
 * Reads a number that only its form understands: `0.5f`, `-np.inf`. If the leading digits are its value, their number
 * of decimals counts.
 */
function readByForm(text: string, value: NumbersValue | ListValue, index: number): WrittenNumber | undefined {
  if (value.kind !== "numbers") return undefined;
  const digits = text.slice(0, numberEnd(Buffer.from(text), 0));
  const isAll = digits !== "" && Number(digits) === value.data[index];
  return { value: value.data[index], decimals: isAll ? typedDecimals(digits) : EXACT_DECIMALS };
}

/** Returns a number of a binary file with the digits that its type keeps. */
function storedNumber(value: number, kept: KeptDigits | undefined): WrittenNumber {
  if (!kept || !Number.isFinite(value)) return { value, decimals: EXACT_DECIMALS };
  if (value === 0) return { value, decimals: kept.decimals };
  const magnitude = Math.floor(Math.log10(Math.abs(value)) + 1e-12);
  return { value, decimals: Math.min(kept.decimals, kept.significant - 1 - magnitude) };
}

/** Returns a cell as it was typed. Returns null if it is unanswered, and undefined if it is not a number. */
export function writtenFrom(text: string): WrittenNumber | null | undefined {
  const value = readCellOf(text, "unanswered");
  if (value === undefined || value === null) return value;
  if (typeof value === "boolean") return { value: Number(value), decimals: EXACT_DECIMALS };
  const plain = withoutPercent(text);
  return { value, decimals: typedDecimals(decimalWithExponent(plain) ?? plain) };
}

function refuseCell(key: string, start: number, { source }: Parsed): never {
  const hint = "Write a number, or null for a cell that is not answered.";
  refuseAt(source, start, "NOT_A_NUMBER", `${key} has something that is not a number.`, hint);
}
