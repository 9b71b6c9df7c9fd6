import { BLANK } from "../blank.js";
import type { LineCell } from "../forms/lines.js";
import { isMark, isNumberCell } from "./cells.js";
import type { Grid, Rows } from "./pieces.js";
import { nameOfRow } from "./title.js";

/** A cell that says where it stands. */
interface NamedCell {
  readonly row: string;
  readonly col: string;
  readonly cell: LineCell;
}

/**
 * Rows whose cells say where they stand: `the·old = 0, the·man = 1`, `q1k1=2 q1k2=0`, `the -> old 0, man 1`. Undefined for
 * anything else, and where rows have cells of different columns.
 */
export function gridOfNamedCells({ lines }: Rows, labels: ReadonlySet<string>): Grid | undefined {
  const rows: (readonly NamedCell[])[] = [];
  for (const { line, from } of lines) {
    // `man: {old: 0, the: 1}` of YAML
    const text = line.text.slice(from).replace(/[{}]/g, " ");
    const cells = cellsOf(text, labels, (text, at) => ({ text, line, at: from + at }));
    if (!cells) return undefined;
    rows.push(cells);
  }
  const columnLabels = rows[0]?.map(({ col }) => col);
  if (!rows.every((row) => row.map(({ col }) => col).join("\n") === columnLabels.join("\n")))
    return undefined;
  return {
    cells: rows.map((row) => row.map(({ cell }) => cell)),
    rowLabels: rows.map(([{ row }]) => row),
    columnLabels,
    decimalComma: false,
  };
}

const NUMBER = `(?:[-+−]?(?:\\d+(?:\\.\\d*)?|\\.\\d+|∞|inf)|${BLANK})`;
/** `name = 2`, several beside each other, and `name 2` between commas. */
const ITEMS: readonly string[] = [
  `\\s*([^\\s=:,;](?:[^=:,;]*?[^\\s=:,;])?)\\s*[=:]\\s*(${NUMBER})\\s*(?:[,;]|(?=\\s)|$)`,
  `\\s*(\\S+)\\s+(${NUMBER})\\s*(?:[,;]|$)`,
];

function cellsOf(
  text: string,
  labels: ReadonlySet<string>,
  place: (text: string, at: number) => LineCell,
): readonly NamedCell[] | undefined {
  const [before = "", name = ""] = /^\s*(\S(?:.*?\S)?)\s*(?:->|→|=>|:)\s+/.exec(text) ?? [];
  const own = nameOfRow(name, labels);
  const [row, start] = labels.has(own) ? [own, before.length] : [undefined, 0];
  for (const pattern of ITEMS) {
    const cells = Array.from(text.slice(start).matchAll(new RegExp(pattern, "giy")), (found) => {
      const [all, cell, number] = found;
      const at = start + found.index + all.lastIndexOf(number);
      return {
        end: start + found.index + all.length,
        where: placeOf(cell, row, labels),
        cell: place(number, at),
      };
    });
    const isWhole = cells.length > 1 && text.slice(cells[cells.length - 1].end).trim() === "";
    const found = cells.flatMap(({ where, cell }) =>
      where && (isNumberCell(cell.text) || isMark(cell.text)) ? [{ ...where, cell }] : [],
    );
    if (isWhole && found.length === cells.length && found.every((one) => one.row === found[0].row))
      return found;
  }
  return undefined;
}

/** Where a cell stands by its name: a key behind the query of its row, a query and a key, or two numbers. */
function placeOf(name: string, row: string | undefined, labels: ReadonlySet<string>) {
  const plain = name.trim();
  if (row !== undefined) return labels.has(plain) ? { row, col: plain } : undefined;
  const [, first, second] =
    /^[a-z]{1,6}_?[[({]?(\d{1,2})(?:[,\s]|\)?\s*[·*.×]?\s*k_?)(\d{1,2})[\])}]?$/i.exec(plain) ?? [];
  if (first !== undefined) return { row: first, col: second };
  for (const { 0: sign, index } of plain.matchAll(/\s*(?:·|×|\*|\.|->|→|,|\/|-|\s)\s*/g)) {
    const [query, key] = [plain.slice(0, index), plain.slice(index + sign.length)];
    if (labels.has(query) && labels.has(key)) return { row: query, col: key };
  }
  return undefined;
}
