import { readCell } from "../cell.js";
import { hasEnding } from "../endings.js";
import type { FormOptions, Parsed } from "../forms/form.js";
import { parseTable, raggedMessage } from "../forms/table.js";
import { refuseAt, type Source } from "../source.js";
import { type Entry, type ListValue, type ObjectValue, plainValue, type Value } from "../value.js";
import { cellsOf } from "./cells.js";

/** The changes to the parsed value of a JSON text that contains a table with names. */
type NamedTable = Partial<Parsed> | undefined;

/**
 * Finds the table in a list of objects, one per row, as in pandas' `records`, JSON Lines and Miller, or in pandas'
 * `split`. Returns undefined for other values. Throws RAGGED_ROWS, EMPTY_CELL and NOT_A_NUMBER with the place.
 */
export function namedTable(value: Value, source: Source, options: FormOptions): NamedTable {
  const items = value.kind === "list" ? value.items : [value];
  const rows = items.filter((item): item is ObjectValue => item.kind === "object" && isFlat(item));
  // A single object is a row if it is the only line of a JSON Lines file.
  const areRows = value.kind === "list" ? items.length > 0 : hasEnding(source.name, "jsonl ndjson");
  if (areRows && rows.length === items.length) return recordsTable(rows, source, options);
  const merged = value.kind === "list" ? (objectOf(value) ?? vectorsByName(value, source)) : undefined;
  if (merged) return { value: merged };
  return value.kind === "object" ? splitTable(value) : undefined;
}

/**
 * Joins objects with one matrix each to one object: `{"Q": …}` and `{"K": …}` one below the other, or `{"name": "Q",
 * "data": …}`. Returns undefined if a name occurs twice.
 */
function objectOf({ start, items }: ListValue): ObjectValue | undefined {
  const entries = new Map<string, Entry>();
  for (const item of items) {
    if (item.kind !== "object") return undefined;
    const texts = [...item.entries.values()].flatMap(({ value }) => textIn(value) ?? []);
    for (const [key, entry] of item.entries) {
      if (textIn(entry.value) !== undefined && texts.length === 1) continue;
      const name = texts.length === 1 && item.entries.size === 2 ? texts[0] : key;
      if (entries.has(name)) return undefined;
      entries.set(name, entry);
    }
  }
  return entries.size > 0 ? { kind: "object", start, entries } : undefined;
}

/**
 * Joins objects with one token's vectors each to one object: under each name, a matrix with one row per token. A text
 * column becomes `tokens`. Returns undefined for other lists.
 */
function vectorsByName({ start, items }: ListValue, source: Source): ObjectValue | undefined {
  const rows = items.filter((item): item is ObjectValue => item.kind === "object" && isOfVectors(item));
  if (rows.length < items.length) return undefined;
  const columns = columnsOf(rows, source).map(({ name, keyStart, items, isText }): [string, Entry] => [
    isText ? "tokens" : name,
    { keyStart, value: { kind: "list", start: items[0].start, items } },
  ]);
  return { kind: "object", start, entries: new Map(columns) };
}

/**
 * Collects the values of all objects for each name of the first one, and whether all of them are text. Throws
 * RAGGED_ROWS.
 */
function columnsOf(rows: readonly ObjectValue[], source: Source) {
  const [first] = rows;
  return Array.from(first.entries, ([name, { keyStart }]) => {
    const items = rows.map((row, at) => valueIn(row, at, name, first, source));
    return { name, keyStart, items, isText: items.every((item) => textIn(item) !== undefined) };
  });
}

const isOfVectors = ({ entries }: ObjectValue) => {
  const values = [...entries.values()].map(({ value }) => value);
  const isVector = (value: Value) => value.kind === "numbers" && value.flat;
  return values.some(isVector) && values.every((value) => isVector(value) || value.kind === "scalar");
};

/** Returns an object's value for a name of the first object. Throws RAGGED_ROWS. */
function valueIn(row: ObjectValue, at: number, name: string, first: ObjectValue, source: Source): Value {
  const found = row.entries.get(name)?.value;
  if (found && row.entries.size === first.entries.size) return found;
  const message = found
    ? raggedMessage(source.name, at, row.entries.size, first.entries.size)
    : `row ${at} has no ${JSON.stringify(name)}, which row 0 has.`;
  return refuseAt(source, row.start, "RAGGED_ROWS", message, "Give every object the same names.");
}

const isFlat = ({ entries }: ObjectValue) =>
  entries.size > 0 && [...entries.values()].every(({ value }) => value.kind === "scalar");

/** Reads pandas' `{"columns": […], "index": […], "data": [[…]]}`. */
function splitTable({ entries }: ObjectValue): NamedTable {
  const data = entries.get("data")?.value;
  const names = ["columns", "index", "data", "name", "dtype"];
  if (data?.kind !== "numbers" || !entries.has("columns")) return undefined;
  if (![...entries.keys()].every((key) => names.includes(key))) return undefined;
  const index = entries.get("index")?.value;
  const labels = index?.kind === "list" ? index.items.map(textIn) : [undefined];
  const isNamed = labels.every((label) => label !== undefined);
  return { value: data, labels: isNamed ? labels : undefined, remarks: ["names of columns dropped"] };
}

const textIn = (item: Value): string | undefined =>
  item.kind === "scalar" && typeof item.value === "string" ? item.value : undefined;

function recordsTable(rows: readonly ObjectValue[], source: Source, options: FormOptions): Parsed {
  const columns = columnsOf(rows, source);
  const texts = columns.filter(({ isText }) => isText);
  // If exactly one column is text, it names the rows.
  const [names] = texts.length === 1 && columns.length > 1 ? texts : [];
  const numbers = columns.filter((column) => column !== names);
  const table = {
    source,
    cells: rows.map((_, row) => numbers.map(({ items }) => cellText(items[row]))),
    spanOf(row: number, col: number) {
      const { start } = numbers[col].items[row];
      return cellsOf(source, start).next().value ?? { start, end: start };
    },
  };
  const about = {
    form: "JSON",
    remarks: ["names of columns dropped"],
    labels: names?.items.map((item) => String(plainValue(item))),
  };
  return parseTable(table, { ...options, decimalComma: false }, about);
}

/**
 * Returns a value as the text of a table's cell. A number in a string stays quoted, except NaN and Infinity, which JSON
 * cannot write otherwise.
 */
function cellText(item: Value): string {
  const text = textIn(item);
  const isNumber =
    text !== undefined && readCell(text) !== undefined && !["NaN", "Infinity", "-Infinity"].includes(text);
  return isNumber ? JSON.stringify(text) : String(plainValue(item));
}
