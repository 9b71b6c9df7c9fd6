import { remember } from "../../math/remember.js";
import { type Cells, type Place, placeText } from "../../render/page/chain.js";
import type { PageData, PageMatrix } from "../../render/page/data.js";
import { cellName } from "../../render/page/math.js";
import { unpackCell } from "../../render/page/templates.js";
import { all } from "./dom.js";

/** A number on a page: its cell, its matrix, row and column, and the cells with the names of those. */
export interface PageCell {
  readonly td: HTMLElement;
  readonly place: Place;
  readonly names: readonly HTMLElement[];
}

/** The numbers of a page, and their arithmetic. */
export interface Tables {
  readonly cells: Cells;
  /** Returns the number at a place, if the page has it. If it has several, the one in the same figure as `near` is taken. */
  find(place: Place, near?: Element): PageCell | undefined;
  /** Returns the number in a cell of a table. */
  at(td: Element): PageCell;
  about(key: string): PageMatrix | undefined;
}

/** Finds the tables of a page. */
export function readTables(data: PageData): Tables {
  const byPlace = new Map<string, PageCell[]>();
  const byCell = new Map<Element, PageCell>();
  for (const table of all<HTMLTableElement>("table[data-k]")) {
    const { k = "", sums = "", turned } = table.dataset;
    const heads = all("thead th", table);
    for (const [r, line] of all("tbody tr", table).entries()) {
      const [head] = all("th", line);
      for (const [c, td] of all("td", line).entries()) {
        const isSum = td.className === "sum";
        const [place, names]: [Place, HTMLElement[]] =
          turned === undefined
            ? [
                [k, r, c],
                [head, heads[c]],
              ]
            : [
                [k, c, r],
                [heads[c], head],
              ];
        const cell = isSum ? { td, place: [sums, r, 0] as const, names: [head] } : { td, place, names };
        byCell.set(td, cell);
        remember(byPlace, placeText(cell.place), () => []).push(cell);
      }
    }
  }
  const find: Tables["find"] = (place, near) => {
    const found = byPlace.get(placeText(place)) ?? [];
    return found.find(({ td }) => near && td.closest(".scroll") === near.closest(".scroll")) ?? found[0];
  };
  const about = (key: string) => data.matrices[key];
  const cells: Cells = {
    saysPlaces: true,
    arithmetic([key, row, col]) {
      const { t, of, i, c } = about(key) ?? {};
      if (!t || !i || c === undefined) return undefined;
      return { expression: unpackCell({ t, ...(of && { of }) }, row, col, c), inputs: i };
    },
    text: (place) => find(place)?.td.textContent ?? "·",
    name(place) {
      const [key, row, col] = place;
      const { y = key, h = "" } = about(key) ?? {};
      const names = find(place)?.names.map(({ textContent }) => textContent) ?? [row, col];
      return cellName(y, h, names.join(", "));
    },
    hue: (key) => about(key)?.h ?? "",
    isAtEdge: (key) => about(key)?.e === 1,
  };
  return { cells, find, at: (td) => byCell.get(td) as PageCell, about };
}
