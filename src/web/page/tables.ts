import { remember } from "../../math/remember.js";
import type { Cells, Place } from "../../render/page/chain.js";
import type { PageData, PageMatrix } from "../../render/page/data.js";
import { cellName } from "../../render/page/math.js";
import { unpackCell } from "../../render/page/templates.js";
import { all } from "./dom.js";

/** The tables of a page by the keys of their matrices, and the arithmetic of their cells. */
export interface Tables {
  readonly cells: Cells;
  /**
   * Returns the cell at a place, if the page has it. If several tables have it, the one in the same figure as `near` is
   * taken.
   */
  find(place: Place, near?: Element): HTMLTableCellElement | undefined;
  /** Returns the place of a cell: its matrix, row and column. */
  placeOf(td: HTMLTableCellElement): Place;
  about(key: string): PageMatrix | undefined;
}

const isTurned = (table: HTMLTableElement) => table.dataset.turned !== undefined;
export const numbersOf = (line: Element) => all<HTMLTableCellElement>("td", line);

/** Finds the tables of a page. */
export function readTables(data: PageData): Tables {
  const tables = new Map<string, HTMLTableElement[]>();
  const sums = new Map<string, HTMLTableElement[]>();
  for (const table of all<HTMLTableElement>("table[data-k]")) {
    const { k = "", sums: edge } = table.dataset;
    remember(tables, k, () => []).push(table);
    if (edge !== undefined) remember(sums, edge, () => []).push(table);
  }
  const nearest = (list: readonly HTMLTableElement[] | undefined, near: Element | undefined) =>
    list?.find((table) => near && table.closest(".scroll") === near.closest(".scroll")) ?? list?.[0];
  const find: Tables["find"] = ([key, row, col], near) => {
    const edge = nearest(sums.get(key), near);
    if (edge) return edge.tBodies[0].rows[row]?.querySelector<HTMLTableCellElement>("td.sum") ?? undefined;
    const table = nearest(tables.get(key), near);
    if (!table) return undefined;
    const line = table.tBodies[0].rows[isTurned(table) ? col : row];
    return line && numbersOf(line)[isTurned(table) ? row : col];
  };
  const placeOf: Tables["placeOf"] = (td) => {
    const table = td.closest("table") as HTMLTableElement;
    const line = td.parentElement as HTMLTableRowElement;
    const [row, col] = [line.sectionRowIndex, numbersOf(line).indexOf(td)];
    if (td.classList.contains("sum")) return [table.dataset.sums ?? "", row, 0];
    return isTurned(table) ? [table.dataset.k ?? "", col, row] : [table.dataset.k ?? "", row, col];
  };
  const about = (key: string) => data.matrices[key];
  const cells: Cells = {
    saysPlaces: true,
    arithmetic([key, row, col]) {
      const matrix = about(key);
      if (!matrix?.t || !matrix.i) return undefined;
      return {
        expression: unpackCell({ t: matrix.t, ...(matrix.of && { of: matrix.of }) }, row, col, matrix.c),
        inputs: matrix.i,
      };
    },
    text: (place) => find(place)?.textContent ?? "·",
    name: ([key, row, col]) => {
      const { y = key, h = "" } = about(key) ?? {};
      return cellName(y, h, namesOf(tables.get(key)?.[0] ?? sums.get(key)?.[0], tables.has(key), row, col));
    },
    hue: (key) => about(key)?.h ?? "",
    isAtEdge: (key) => about(key)?.e === 1,
  };
  return { cells, find, placeOf, about };
}

/** Returns the names of the row and column of a cell: from its table, or from the tables beside and above it. */
function namesOf(table: HTMLTableElement | undefined, isWhole: boolean, row: number, col: number): string {
  if (!table) return `${row}, ${col}`;
  const [r, c] = isTurned(table) ? [col, row] : [row, col];
  const rowName = namesBeside(table, r);
  if (!isWhole) return rowName;
  const colName = namesAbove(table, c);
  return isTurned(table) ? `${colName}, ${rowName}` : `${rowName}, ${colName}`;
}

function namesBeside(table: HTMLTableElement, row: number): string {
  const own = table.tBodies[0].rows[row]?.querySelector("th");
  const left = own
    ? undefined
    : all<HTMLTableElement>("table[data-k]:not([data-turned])", table.closest(".scroll") ?? document).find(
        (other) =>
          other.tBodies[0].rows.length === table.tBodies[0].rows.length && other.querySelector("tbody th"),
      );
  return (own ?? left?.tBodies[0].rows[row]?.querySelector("th"))?.textContent ?? String(row);
}

function namesAbove(table: HTMLTableElement, col: number): string {
  const own = table.tHead?.rows[0].querySelectorAll("th")[col];
  const block = table.closest(".blk");
  const above = own
    ? undefined
    : all<HTMLTableElement>(".top table[data-k]", block?.parentElement ?? document).find(
        (other) => other.tHead && isAbove(other, table),
      );
  return (own ?? above?.tHead?.rows[0].querySelectorAll("th")[col])?.textContent ?? String(col);
}

/** Whether a table is directly above another and has as many columns. */
function isAbove(other: HTMLTableElement, table: HTMLTableElement): boolean {
  const [above, below] = [other.closest(".blk"), table.closest(".blk")];
  const isInColumn =
    !above?.className.match(/\bc\d+/) ||
    above.className.match(/\bc\d+/)?.[0] === below?.className.match(/\bc\d+/)?.[0];
  return (
    isInColumn && numbersOf(other.tBodies[0].rows[0]).length === numbersOf(table.tBodies[0].rows[0]).length
  );
}
