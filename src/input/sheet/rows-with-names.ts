import type { FormOptions, Parsed } from "../forms/form.js";
import { spanOfCell } from "../forms/lines.js";
import { parseTable } from "../forms/table.js";
import type { Source } from "../source.js";
import { isNumberCell } from "./cells.js";
import { splitGrid } from "./grid.js";
import type { Grid } from "./pieces.js";
import { isFrame } from "./remarks.js";
import { sheetLines } from "./sheet-lines.js";

/** A matrix whose rows begin with these names, perhaps with some of them above its columns; undefined for anything else. */
export function rowsWithNames(
  source: Source,
  names: ReadonlySet<string>,
  options: FormOptions,
): Parsed | undefined {
  const lines = sheetLines(source).filter(({ text }) => !isFrame(text));
  const [above, ...below] = lines;
  const rowsOf = (some: typeof lines) => some.map((line) => ({ line, from: 0 }));
  const isKnown = (labels: readonly string[] | undefined) => labels?.every((label) => names.has(label));
  const grid = [
    ...(below.length > 0 ? splitGrid({ lines: rowsOf(below), above }, names) : []),
    ...splitGrid({ lines: rowsOf(lines), above: undefined }, names),
  ].find(
    (one) =>
      isKnown(one.rowLabels) &&
      (one.columnLabels === undefined ? one.cells.length === lines.length : isKnown(one.columnLabels)) &&
      one.cells.every((row) => row.length > 0 && row.every(({ text }) => isNumberCell(text))),
  );
  return grid && tableOf(source, grid, options);
}

function tableOf(source: Source, grid: Grid, options: FormOptions): Parsed {
  const { cells, rowLabels, columnLabels, decimalComma } = grid;
  const spanOf = (row: number, col: number) => spanOfCell(cells[row][Math.min(col, cells[row].length - 1)]);
  return parseTable(
    { source, cells: cells.map((row) => row.map(({ text }) => text)), spanOf },
    { ...options, decimalComma },
    {
      form: "rows with names",
      remarks: decimalComma ? ["read with decimal commas"] : [],
      ...(rowLabels && { labels: rowLabels }),
      ...(columnLabels && { columnLabels }),
    },
  );
}
