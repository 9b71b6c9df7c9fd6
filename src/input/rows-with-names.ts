import { readCell } from "./cell.js";
import type { FormOptions, Parsed } from "./forms/form.js";
import { type Line, type LineCell, linesOf, spanOfCell, splitCells } from "./forms/lines.js";
import { parseTable } from "./forms/table.js";
import type { Source } from "./source.js";

/** What may stand between the cells of rows that begin with names, the most telling first. */
const SEPARATORS = [/\t/g, /\|/g, /;/g, /,/g, /\s+/g];

/** A matrix whose rows begin with these names, perhaps with some of them above its columns; undefined for anything else. */
export function rowsWithNames(
  source: Source,
  names: ReadonlySet<string>,
  options: FormOptions,
): Parsed | undefined {
  const lines = linesOf(source).filter(({ text }) => /[^\s|:+-]/.test(text));
  const byLength = [...names].sort((one, other) => other.length - one.length);
  const rows = lines.map((line) => namedRow(line, byLength));
  const [first] = lines;
  const isHeader = rows.length > 1 && isHeaderOf(first, names);
  const named = isHeader ? rows.slice(1) : rows;
  if (named.length === 0 || named.some((row) => row === undefined)) return undefined;
  const cells = named.map((row) => row?.cells ?? []);
  const columnLabels = isHeader ? namesIn(first, names) : undefined;
  const isNumber = ({ text }: LineCell) => typeof readCell(text) === "number";
  if (!cells.every((row) => row.length === cells[0].length && row.length > 0 && row.every(isNumber)))
    return undefined;
  if (columnLabels && columnLabels.length !== cells[0].length) return undefined;
  return parseTable(
    {
      source,
      cells: cells.map((row) => row.map(({ text }) => text)),
      spanOf: (row, col) => spanOfCell(cells[row][Math.min(col, cells[row].length - 1)]),
    },
    options,
    {
      form: "rows with names",
      remarks: [],
      labels: named.map((row) => row?.name ?? ""),
      ...(columnLabels && { columnLabels }),
    },
  );
}

function namedRow(line: Line, names: readonly string[]) {
  const starts = [0, /^[\s|>*-]*/.exec(line.text)?.[0].length ?? 0];
  const found = starts.flatMap((from) =>
    names
      .filter(
        (one) => line.text.startsWith(one, from) && /^\s*[\s:|,;]/.test(line.text.slice(from + one.length)),
      )
      .map((name) => ({ name, from })),
  );
  if (found.length === 0) return undefined;
  const [{ name, from }] = found;
  const behind = from + name.length;
  const start = behind + (/^\s*[:|,;]?\s*/.exec(line.text.slice(behind))?.[0].length ?? 0);
  const end = line.text.replace(/[\s|]+$/, "").length;
  const text = line.text.slice(start, end);
  const separator = SEPARATORS.find((sign) => text.search(sign) >= 0) ?? /\s+/g;
  return { name, cells: splitCells(line, separator, start, end) };
}

const namesIn = ({ text }: Line, names: ReadonlySet<string>): readonly string[] =>
  text.split(/[\s,;|]+/).filter((word) => names.has(word));

/** Whether a line holds nothing but names. */
const isHeaderOf = (line: Line, names: ReadonlySet<string>): boolean => {
  const words = line.text.split(/[\s,;|]+/).filter((word) => word !== "");
  return words.length > 0 && words.every((word) => names.has(word));
};
