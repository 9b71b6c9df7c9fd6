import { refuseLine } from "../../forms/lines.js";
import type { SheetLine } from "../sheet-lines.js";
import { cellsBetween, signIn } from "./separated.js";

/** What the columns of such a table are called. */
const COLUMNS = {
  step: /^(?:steps?|quantity|matrix|part|schritt)$/i,
  value: /^(?:values?|answers?|numbers?|result|wert)$/i,
  row: /^(?:rows?|i|query|queries|from|pos|positions?|tokens?|zeile)$/i,
  col: /^(?:col(?:umn)?s?|j|keys?|to|spalte)$/i,
} as const;

interface LongRow {
  readonly line: SheetLine;
  readonly cells: readonly string[];
}

/**
 * The lines of one long table whose first column says of which step a row is, as one table a step under its name: a cell a
 * row (`step,row,column,value`), or a row a row (`step,query,please,man`). Undefined for any other text.
 */
export function linesOfLongTable(lines: readonly SheetLine[]) {
  const at = lines.findIndex(({ text }) => isHeader(text));
  if (at < 0) return undefined;
  const header = lines[at];
  const body = lines.slice(at + 1).filter(({ text }) => text.trim() !== "");
  const sign = signIn(header.text) ?? ",";
  const names = cellsBetween(header.text, sign);
  const rows = body.map((line): LongRow => ({ line, cells: cellsBetween(line.text, sign) }));
  refuseRagged(names, rows);
  const steps = new Map<string, LongRow[]>();
  for (const row of rows) steps.set(row.cells[0], [...(steps.get(row.cells[0]) ?? []), row]);
  const place = placesIn(names);
  const isByCell = names.length === 4 && Object.values(place).every((at) => at > 0);
  const tables = [...steps].flatMap(([step, own]) => [
    { ...own[0].line, text: `${step}:` },
    ...(isByCell ? tableOfCells(own, place) : tableOfRows(header, names, own)),
    { ...own[own.length - 1].line, text: "" },
  ]);
  return [...lines.slice(0, at), ...tables];
}

/** In which columns the row, the column and the number of a cell stand; −1 where there is no such column. */
const placesIn = (names: readonly string[]) => ({
  value: names.findIndex((name) => COLUMNS.value.test(name)),
  row: names.findIndex((name) => COLUMNS.row.test(name)),
  col: names.findIndex((name) => COLUMNS.col.test(name)),
});

function refuseRagged(names: readonly string[], rows: readonly LongRow[]): void {
  const odd = rows.find(({ cells }) => cells.length !== names.length);
  if (!odd) return;
  const message = `this row has ${odd.cells.length} cells, the first has ${names.length}.`;
  const hint = "Write equally many cells in every row, and none in one that is not answered.";
  refuseLine(odd.line, "RAGGED_ROWS", message, hint);
}

function isHeader(text: string): boolean {
  const sign = signIn(text);
  const names = sign === undefined ? [] : cellsBetween(text, sign);
  const { step, ...others } = COLUMNS;
  const isKnown = (name: string) => Object.values(others).some((pattern) => pattern.test(name));
  return names.length > 2 && step.test(names[0]) && names.slice(1).some(isKnown);
}

/** Numbers in their order, names in the order in which they come. */
const inOrder = (names: ReadonlySet<string>): readonly string[] =>
  [...names].every((name) => /^\d+$/.test(name))
    ? [...names].sort((a, b) => Number(a) - Number(b))
    : [...names];

/** The cells of a step put together, rows and columns in the order in which they are first named. */
function tableOfCells(own: readonly LongRow[], place: ReturnType<typeof placesIn>) {
  const columns = inOrder(new Set(own.map(({ cells }) => cells[place.col])));
  const table = new Map<string, { readonly line: SheetLine; readonly cells: Map<string, string> }>();
  for (const { line, cells } of own) {
    const row = table.get(cells[place.row]) ?? { line, cells: new Map<string, string>() };
    table.set(cells[place.row], row);
    const [col, value] = [cells[place.col], cells[place.value]];
    if (row.cells.has(col)) {
      const message = `the cell ${cells[place.row]}, ${col} is given twice.`;
      refuseLine(line, "DUPLICATE_KEY", message, "Leave one of them out.");
    }
    row.cells.set(col, value === "" ? "-" : value);
  }
  return [
    { ...own[0].line, text: ["", ...columns].join("\t") },
    ...inOrder(new Set(table.keys())).map((name) => {
      const row = table.get(name);
      const text = [name, ...columns.map((col) => row?.cells.get(col) ?? "-")].join("\t");
      return { ...(row ?? own[0]).line, text };
    }),
  ];
}

/** The rows of a step under the names of the columns that it fills; a narrower step leaves the last ones empty. */
function tableOfRows(header: SheetLine, names: readonly string[], own: readonly LongRow[]) {
  const filled = names.map((_, at) => own.some(({ cells }) => cells[at] !== ""));
  const width = filled.lastIndexOf(true) + 1;
  const corner = names[1] !== "" && COLUMNS.row.test(names[1]) ? "" : names[1];
  const isWhole = width === names.length;
  return [
    ...(isWhole ? [{ ...header, text: [corner, ...names.slice(2, width)].join("\t") }] : []),
    ...own.map(({ line, cells }) => ({ ...line, text: cells.slice(1, width).join("\t") })),
  ];
}
