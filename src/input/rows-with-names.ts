import { readCell } from "./cell.js";
import type { FormOptions, Parsed } from "./forms/form.js";
import { type Line, linesOf, splitCells, tableOf } from "./forms/lines.js";
import { parseTable } from "./forms/table.js";
import type { Source } from "./source.js";
import { anyOf } from "./words.js";

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
  const named = lines.slice(columnLabels ? 1 : 0);
  const rows = named.flatMap((line) => namedRow(line, startOfRow(names)) ?? []);
  if (rows.length === 0 || rows.length < named.length) return undefined;
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

/** The start of a row: its name, perhaps between marks. */
function startOfRow(names: ReadonlySet<string>): RegExp {
  return new RegExp(`^[\\s|>*-]*?(${anyOf(names)})(?=[\\s:|,;])\\s*[:|,;]?\\s*`);
}

function namedRow(line: Line, startOf: RegExp) {
  const [mark, name] = startOf.exec(line.text) ?? [];
  if (mark === undefined || name === undefined) return undefined;
  const end = line.text.replace(/[\s|]+$/, "").length;
  const text = line.text.slice(mark.length, end);
  const separator = SEPARATORS.find((sign) => text.includes(sign));
  const between = new RegExp(separator === undefined ? "\\s+" : `[${separator}]`, "g");
  return { name, cells: splitCells(line, between, mark.length, end) };
}

const wordsIn = ({ text }: Line): readonly string[] => text.split(/[\s,;|]+/).filter(Boolean);
