import { setting } from "../../setting-names.js";
import type { EmptyCells } from "../blank.js";
import { raggedMessage } from "../forms/table.js";
import { refuseAt, type Source } from "../source.js";
import {
  gridValue,
  type ListValue,
  type NumbersValue,
  type ObjectValue,
  type ScalarValue,
  type Value,
} from "../value.js";

/** A table of numbers that JSON holds with names beside them. */
export interface NamedTable {
  readonly value: NumbersValue;
  /** Names of the rows, where there is one column of text or an index of names. */
  readonly labels?: readonly string[];
  readonly remarks: readonly string[];
  /** Where each cell starts; absent when they stand in one array. */
  readonly starts?: readonly number[];
}

/**
 * The table in a list of objects, one a row, as pandas' `records`, JSON Lines and Miller write it, or in pandas' `split`. Undefined
 * for what is neither. Throws RAGGED_ROWS, EMPTY_CELL and NOT_A_NUMBER with the place.
 */
export function namedTable(value: Value, source: Source, emptyCells: EmptyCells): NamedTable | undefined {
  if (value.kind === "object") return splitTable(value) ?? loneRecord(value, source, emptyCells);
  if (value.kind !== "list" || value.items.length === 0) return undefined;
  const rows = value.items.filter((item): item is ObjectValue => item.kind === "object" && isFlat(item));
  return rows.length === value.items.length ? recordsTable(value, rows, source, emptyCells) : undefined;
}

const isFlat = ({ entries }: ObjectValue) =>
  entries.size > 0 && [...entries.values()].every(({ value }) => value.kind === "scalar");

/** The only line of a file of JSON Lines. */
function loneRecord(row: ObjectValue, source: Source, emptyCells: EmptyCells): NamedTable | undefined {
  if (!/\.(?:jsonl|ndjson)$/i.test(source.name) || !isFlat(row)) return undefined;
  return recordsTable(row, [row], source, emptyCells);
}

/** `{"columns": […], "index": […], "data": [[…]]}`. */
function splitTable({ entries }: ObjectValue): NamedTable | undefined {
  const data = entries.get("data")?.value;
  const names = ["columns", "index", "data", "name", "dtype"];
  if (data?.kind !== "numbers" || !entries.has("columns")) return undefined;
  if (![...entries.keys()].every((key) => names.includes(key))) return undefined;
  const labels = textsOf(entries.get("index")?.value);
  return { value: data, ...(labels && { labels }), remarks: ["names of columns dropped"] };
}

function textsOf(value: Value | undefined): readonly string[] | undefined {
  if (value?.kind !== "list") return undefined;
  const texts = value.items.map((item) => (item.kind === "scalar" ? item.value : undefined));
  return texts.every((text) => typeof text === "string") ? texts : undefined;
}

function recordsTable(
  { start }: ListValue | ObjectValue,
  rows: readonly ObjectValue[],
  source: Source,
  emptyCells: EmptyCells,
): NamedTable {
  const names = [...rows[0].entries.keys()];
  const cellsOf = (row: ObjectValue, at: number) => names.map((name) => scalarOf(row, at, name));
  const scalarOf = (row: ObjectValue, at: number, name: string): ScalarValue => {
    const found = row.entries.get(name)?.value;
    if (found?.kind === "scalar" && row.entries.size === names.length) return found;
    const message = found
      ? raggedMessage(source.name, at, row.entries.size, names.length)
      : `row ${at} has no ${JSON.stringify(name)}, which row 0 has.`;
    return refuseAt(source, row.start, "RAGGED_ROWS", message, "Give every object the same names.");
  };
  const cells = rows.map(cellsOf);
  const isText = (col: number) => cells.every((row) => typeof row[col].value === "string");
  const texts = names.flatMap((_, col) => (isText(col) ? [col] : []));
  // One column of text names the rows.
  const [textColumn = -1] = texts.length === 1 && names.length > 1 ? texts : [];
  const numbers = cells.map((row) => row.filter((_, col) => col !== textColumn));
  const first = numbers.flat().findIndex(({ value }) => typeof value === "boolean");
  const data = Float64Array.from(numbers.flat(), (cell) => numberOf(cell, source, emptyCells));
  return {
    value: gridValue(start, { rows: numbers.length, cols: numbers[0].length, data }, first),
    ...(textColumn >= 0 && { labels: cells.map((row) => String(row[textColumn].value)) }),
    remarks: ["names of columns dropped"],
    starts: numbers.flat().map((cell) => cell.start),
  };
}

function numberOf({ value, start }: ScalarValue, source: Source, emptyCells: EmptyCells): number {
  if (value === null && emptyCells !== "refused") return Number.NaN;
  if (value === null) {
    const message = "null stands where a number should stand.";
    const hint = `Write a number or "NaN", or read null as NaN with ${setting("null")} nan.`;
    return refuseAt(source, start, "EMPTY_CELL", message, hint);
  }
  if (typeof value !== "string") return Number(value);
  const word = NON_FINITE.get(value);
  if (word !== undefined) return word;
  const message = `the text ${JSON.stringify(value)} stands where a number should stand.`;
  const hint = "Leave out columns of text, but for one that names the rows.";
  return refuseAt(source, start, "NOT_A_NUMBER", message, hint);
}

const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);
