import {
  gridValue,
  type ListValue,
  type NumbersValue,
  rowValue,
  type ScalarValue,
  type Value,
} from "../value.js";

/**
 * Makes the value of a list from its rows (semicolons and line breaks end rows in some languages). Returns numbers if
 * they form a rectangle, else a list, whose error is reported later.
 */
export function valueOfList(start: number, rows: readonly (readonly Value[])[]): NumbersValue | ListValue {
  const items = rows.length === 1 ? rows[0] : rows.flat();
  if (items.every(isNumber)) return packCells(start, rows, items);
  return packRows(start, items) ?? { kind: "list", start, items };
}

/** Joins rows that were written one below the other, each in its own brackets. */
export function packRows(start: number, items: readonly Value[]): NumbersValue | undefined {
  const rows = items.filter((item): item is NumbersValue => item.kind === "numbers" && item.flat);
  const [first] = rows;
  if (!first || rows.length < items.length || rows.some(({ cols }) => cols !== first.cols)) return undefined;
  const data = new Float64Array(rows.length * first.cols);
  for (const [row, { data: cells }] of rows.entries()) data.set(cells, row * first.cols);
  const odd = rows.findIndex(({ firstBoolean }) => firstBoolean >= 0);
  const firstBoolean = odd < 0 ? -1 : odd * first.cols + rows[odd].firstBoolean;
  return gridValue(start, { rows: rows.length, cols: first.cols, data }, firstBoolean);
}

interface NumberItem extends ScalarValue {
  readonly value: number | boolean;
}

function isNumber(item: Value): item is NumberItem {
  return item.kind === "scalar" && (typeof item.value === "number" || typeof item.value === "boolean");
}

function packCells(
  start: number,
  rows: readonly (readonly Value[])[],
  items: readonly NumberItem[],
): NumbersValue | ListValue {
  const cols = rows[0].length;
  if (rows.length > 1 && rows.some((row) => row.length !== cols)) {
    return { kind: "list", start, items: rows.map((row) => valueOfList(row[0].start, [row])) };
  }
  // There may be one short list per row of a large matrix. This loop takes a tenth of the time of Float64Array.from.
  const data = new Float64Array(items.length);
  for (let cell = 0; cell < data.length; cell++) data[cell] = Number(items[cell].value);
  const firstBoolean = items.findIndex((item) => typeof item.value === "boolean");
  if (rows.length === 1) return rowValue(start, data, firstBoolean);
  return gridValue(start, { rows: rows.length, cols, data }, firstBoolean);
}
