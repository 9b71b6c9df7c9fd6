import { readCell } from "../cell.js";
import { hasEnding } from "../endings.js";
import type { FormOptions, Parsed } from "../forms/form.js";
import { parseTable, raggedMessage } from "../forms/table.js";
import { refuseAt, type Source } from "../source.js";
import { type Entry, type ListValue, type ObjectValue, plainValue, type Value } from "../value.js";
import { cellsOf } from "./cells.js";

/** What is otherwise of a JSON text that holds a table with names. */
type NamedTable = Partial<Parsed> | undefined;

/**
 * The table in a list of objects, one a row, as pandas' `records`, JSON Lines and Miller write it, or in pandas' `split`. Undefined
 * for what is neither. Throws RAGGED_ROWS, EMPTY_CELL and NOT_A_NUMBER with the place.
 */
export function namedTable(value: Value, source: Source, options: FormOptions): NamedTable {
  const items = value.kind === "list" ? value.items : [value];
  const rows = items.filter((item): item is ObjectValue => item.kind === "object" && isFlat(item));
  // An object alone is a row where it is the only line of a file of JSON Lines.
  const areRows = value.kind === "list" ? items.length > 0 : hasEnding(source.name, "jsonl ndjson");
  if (areRows && rows.length === items.length) return recordsTable(rows, source, options);
  const merged = value.kind === "list" ? (objectOf(value) ?? vectorsByName(value, source)) : undefined;
  if (merged) return { value: merged };
  return value.kind === "object" ? splitTable(value) : undefined;
}

/** Objects with a matrix each, as one object: `{"Q": …}` below `{"K": …}`, or `{"name": "Q", "data": …}`. Undefined where two have one name. */
function objectOf({ start, items }: ListValue): ObjectValue | undefined {
  const entries = new Map<string, Entry>();
  for (const item of items) {
    if (item.kind !== "object") return undefined;
    const texts = [...item.entries.values()]
      .map(({ value }) => textIn(value))
      .filter((text) => text !== undefined);
    for (const [key, entry] of item.entries) {
      if (textIn(entry.value) !== undefined && texts.length === 1) continue;
      const name = texts.length === 1 && item.entries.size === 2 ? texts[0] : key;
      if (entries.has(name)) return undefined;
      entries.set(name, entry);
    }
  }
  return entries.size > 0 ? { kind: "object", start, entries } : undefined;
}

/** Objects with the vectors of a token each, as one object with a row a token under each name; texts are the tokens. Undefined for others. */
function vectorsByName({ start, items }: ListValue, source: Source): ObjectValue | undefined {
  const rows = items.filter((item): item is ObjectValue => item.kind === "object" && isOfVectors(item));
  if (rows.length < items.length) return undefined;
  const columns = columnsOf(rows, source).map(({ name, keyStart, items, isText }): [string, Entry] => [
    isText ? "tokens" : name,
    { keyStart, value: { kind: "list", start: items[0].start, items } },
  ]);
  return { kind: "object", start, entries: new Map(columns) };
}

/** What objects have under each name of the first one, and whether all of it is text. Throws RAGGED_ROWS. */
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

/** What an object has under a name of the first one. Throws RAGGED_ROWS. */
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

/** `{"columns": […], "index": […], "data": [[…]]}`. */
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
  // One column of text names the rows.
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

/** A value as a cell of a table. A number is no text, but for those that JSON does not have. */
function cellText(item: Value): string {
  const text = textIn(item);
  const isNumber = text !== undefined && readCell(text) !== undefined && !/^-?(?:NaN|Infinity)$/.test(text);
  return isNumber ? JSON.stringify(text) : String(plainValue(item));
}
