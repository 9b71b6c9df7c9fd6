import { readCell } from "./cell.js";
import type { FormOptions, Parsed } from "./forms/form.js";
import { type Line, linesOf, splitCells, tableOf } from "./forms/lines.js";
import { parseTable } from "./forms/table.js";
import type { Source } from "./source.js";

/**
 * The separators between cells of rows that begin with names, the clearest first. Without these, white space separates.
 */
const SEPARATORS = ["\t", "|", ";", ","];

/**
 * Reads a matrix whose rows begin with these names, perhaps with names above its columns. Returns undefined for
 * anything else.
 */
export function rowsWithNames(
  source: Source,
  names: ReadonlySet<string>,
  options: FormOptions,
): Parsed | undefined {
  const lines = linesOf(source).filter(({ text }) => /[^\s|:+-]/.test(text));
  const top = lines.length > 1 ? wordsIn(lines[0]) : [];
  const columnLabels = top.length > 0 && top.every((word) => names.has(word)) ? top : undefined;
  const byLength = [...names].sort((one, other) => other.length - one.length);
  const rows = lines.slice(columnLabels ? 1 : 0).flatMap((line) => namedRow(line, byLength) ?? []);
  if (rows.length === 0 || rows.length < lines.length - (columnLabels ? 1 : 0)) return undefined;
  const cells = rows.map((row) => row.cells);
  const width = columnLabels?.length ?? cells[0].length;
  const isWhole = cells.every(
    (row) => row.length === width && row.every(({ text }) => typeof readCell(text) === "number"),
  );
  if (!isWhole) return undefined;
  return parseTable(tableOf(source, cells), options, {
    form: "rows with names",
    remarks: [],
    labels: rows.map(({ name }) => name),
    columnLabels,
  });
}

function namedRow(line: Line, names: readonly string[]) {
  const [marks] = /^[\s|>*-]*/.exec(line.text) ?? [""];
  const starts = [0, marks.length].flatMap((from) =>
    names.map((name) => ({ name, end: from + name.length, from })),
  );
  const found = starts.find(
    ({ name, from, end }) => line.text.startsWith(name, from) && /^[\s:|,;]/.test(line.text.slice(end)),
  );
  if (!found) return undefined;
  const [mark] = /^\s*[:|,;]?\s*/.exec(line.text.slice(found.end)) ?? [""];
  const start = found.end + mark.length;
  const end = line.text.replace(/[\s|]+$/, "").length;
  const text = line.text.slice(start, end);
  const separator = SEPARATORS.find((sign) => text.includes(sign)) ?? "";
  const between = new RegExp(separator === "" ? "\\s+" : `[${separator}]`, "g");
  return { name: found.name, cells: splitCells(line, between, start, end) };
}

const wordsIn = ({ text }: Line): readonly string[] => text.split(/[\s,;|]+/).filter(Boolean);
