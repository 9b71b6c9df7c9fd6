import { greatest } from "../../math/lists.js";
import { isTrue } from "../../math/matrix.js";
import { axesOf, findStep, type Trace } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { namesOn } from "../label.js";
import type { Place } from "./chain.js";
import { levelOf } from "./ramp.js";
import type { RunCells } from "./run-cells.js";

/** How a matrix of a run is written as a table. */
export interface PageTable {
  readonly key: string;
  readonly caption: string;
  /** Whether rows are written as columns. */
  readonly isTurned?: boolean;
  /** The key of one number per row, written after a line at the right. */
  readonly sums?: string | undefined;
  /** Columns with a thick line before them, where other heads begin. */
  readonly parts?: readonly number[];
  /** The width of a cell in tenths of a rem, if the table is above or below others. */
  readonly cellWidth?: number;
  /** Which names are left out, because a table beside or above has them: of rows, of columns, or both. */
  readonly without?: "rows" | "columns" | "names";
}

/** A page while it is written: the run, its cells, and what is on the page so far. */
export interface PageRun {
  readonly trace: Trace;
  readonly cells: RunCells;
  /** Keys of the matrices whose numbers are on the page. */
  readonly written: Set<string>;
  /** The cell that the page is about. Its figure shows it from the start. */
  readonly first?: Place | undefined;
}

// Widths in tenths of a rem, for digits of 13 px: whole numbers 1.8, four decimals 3.1, negative ones 3.6.
/** Tenths per rem. */
export const TENTHS = 10;
/** The maximum widths. Wider cells are cut. */
export const WIDEST = { cell: 100, name: 60 } as const;
/** The minimum widths. A finger could not hit narrower cells. */
export const NARROWEST = { cell: 18, name: 13 } as const;
const longest = (texts: readonly string[]) => greatest(texts, (text) => Array.from(text).length);

/** Returns the width in tenths, within its limits. */
const widthFor = (kind: keyof typeof WIDEST, rem: number): number =>
  Math.min(WIDEST[kind], Math.max(NARROWEST[kind], Math.ceil(rem * TENTHS - 1e-9)));

/** Returns the names and texts of a table before it is written, and the widths of its cells and row names. */
export function measure({ trace, cells }: PageRun, { key, isTurned }: Pick<PageTable, "key" | "isTurned">) {
  const { rows, cols } = cells.matrix(key);
  const names = axesOf(trace, key).map((axis, side) => namesOn(axis, side === 0 ? rows : cols));
  const [rowNames, colNames] = isTurned ? names.toReversed() : names;
  const texts = rowNames.map((_, r) =>
    colNames.map((__, c) => cells.text(isTurned ? [key, c, r] : [key, r, c])),
  );
  const forNames = Math.min(3.1, 0.4 * longest(colNames) + 0.15);
  const cellWidth = widthFor("cell", Math.max(0.45 * longest(texts.flat()) + 0.4, forNames));
  return {
    rowNames,
    colNames,
    texts,
    cellWidth,
    nameWidth: widthFor("name", 0.42 * longest(rowNames) + 0.6),
  };
}

/** Returns the width of a table with its row names, in rem. */
export function widthOf(page: PageRun, table: PageTable): number {
  const { colNames, cellWidth, nameWidth } = measure(page, table);
  const cells = colNames.length * (table.cellWidth ?? cellWidth);
  const names = table.without === "rows" || table.without === "names" ? 0 : nameWidth;
  const sums = table.sums === undefined ? 0 : measure(page, { key: table.sums }).cellWidth;
  return (cells + names + sums) / TENTHS;
}

/** Writes a matrix as a table whose cells a reader can point at. Names that are left out are there, but not seen. */
export function writeMatrix(page: PageRun, table: PageTable): string {
  const { key, caption, isTurned = false, sums, parts = [], without } = table;
  const { trace, cells, written } = page;
  const { rowNames, colNames, texts, nameWidth, ...measured } = measure(page, table);
  written.add(key);
  if (sums !== undefined) written.add(sums);
  const cellWidth = table.cellWidth ?? measured.cellWidth;
  const gap = (at: number) => (parts.includes(at) ? "gap" : "");
  const classOf = classesOf(page, key);
  const head = colNames.map(
    (name, at) =>
      `<th scope="col"${classes(gap(at))}${wholeName(name, cellWidth)}>${escapeMarkup(name)}</th>`,
  );
  const lines = texts.map((line, r) => {
    const own = line.map((text, c) => {
      const names = classes(isTurned ? classOf(c, r) : classOf(r, c), gap(c));
      return `<td${names}>${escapeMarkup(text)}</td>`;
    });
    const sum = sums === undefined ? "" : `<td class="sum">${escapeMarkup(cells.text([sums, r, 0]))}</td>`;
    const name = rowNames[r];
    return `<tr><th scope="row"${wholeName(name, nameWidth)}>${escapeMarkup(name)}</th>${own.join("")}${sum}</tr>`;
  });
  const sumHead = sums && `<th scope="col">${escapeMarkup(axesOf(trace, sums)[1].labels?.[0] ?? "Σ")}</th>`;
  const widths = [`w${cellWidth}`, `l${nameWidth}`, sums ? `s${measure(page, { key: sums }).cellWidth}` : ""];
  const names = classes("m", ...widths, HIDDEN[without ?? "none"], isWhole(texts) ? "c" : "");
  const data = `data-k="${escapeMarkup(key)}"${isTurned ? " data-turned" : ""}${sums ? ` data-sums="${escapeMarkup(sums)}"` : ""}${findStep(trace, key) ? "" : " data-given"}`;
  return `<table${names} ${data}><caption class="hide">${escapeMarkup(isTurned ? `${caption}, transposed` : caption)}</caption><thead><tr><td></td>${head.join("")}${sumHead ?? ""}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}

/** The classes that hide names. */
const HIDDEN = { none: "", rows: "nr", columns: "nc", names: "nr nc" } as const;

function classes(...names: readonly string[]): string {
  const some = names.filter(Boolean).join(" ");
  return some === "" ? "" : ` class="${some}"`;
}

/** Shows a cut name completely in a tooltip. */
const wholeName = (name: string, width: number): string =>
  4.2 * Array.from(name).length > width ? ` title="${escapeMarkup(name)}"` : "";

const isWhole = (texts: readonly (readonly string[])[]) =>
  texts.every((line) => line.every((text) => /^−?(\d+|∞)$/.test(text)));

/** Returns the class of a cell: hatched if it is masked, shaded if it is a weight. */
function classesOf({ trace, cells }: PageRun, key: string): (row: number, col: number) => string {
  const step = findStep(trace, key);
  const matrix = cells.matrix(key);
  const isShaded = step?.view === "distribution" || cells.hue(key) === "a";
  return (row, col) => {
    const value = matrix.data[row * matrix.cols + col];
    // A masked cell with a number, such as a uniform weight, is shown as masked, with its number.
    if (isTrue(step?.blocked, row, col)) return "x";
    return isShaded ? shadeClass(value) : "";
  };
}

/** Returns the shade of a weight, from 0 to 1. It does not depend on the other weights. */
export const shadeClass = (weight: number): string => (Number.isFinite(weight) ? `a${levelOf(weight)}` : "");
