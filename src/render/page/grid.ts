import { escapeMarkup } from "../drawing/svg.js";

/** A cell of a table: its text, and the class that colours it. */
export interface GridCell {
  readonly text: string;
  readonly class?: string;
  /** What a screen reader says instead of the text, if that is only a sign. */
  readonly words?: string;
}

interface GridRow {
  readonly name: string;
  readonly cells: readonly (GridCell | string)[];
  /** Words by which filters of the page find the row. */
  readonly why?: string;
}

/** A table with names above its columns and beside its rows. All texts are plain. */
interface Grid {
  readonly caption: string;
  /** The classes of the table; `grid` by default. */
  readonly class?: string;
  /** What the row names are. */
  readonly corner?: string;
  readonly heads: readonly (GridCell | string)[];
  readonly rows: readonly GridRow[];
  readonly feet?: readonly GridRow[];
}

/** Writes a table in a frame that scrolls sideways. */
export function writeGrid({ caption, class: classes = "grid", corner, heads, rows, feet = [] }: Grid) {
  const first = corner === undefined ? "<td></td>" : writeHead(corner);
  const foot = feet.length > 0 ? `<tfoot>${feet.map(writeRow).join("")}</tfoot>` : "";
  return scrolled(
    caption,
    `<table class="${classes}"><caption class="hide">${escapeMarkup(caption)}</caption><thead><tr>${first}${heads.map(writeHead).join("")}</tr></thead><tbody>${rows.map(writeRow).join("")}</tbody>${foot}</table>`,
  );
}

const writeHead = (cell: GridCell | string) => writeCell(cell, 'th scope="col"');

function writeRow({ name, cells, why }: GridRow) {
  const filters = why === undefined ? "" : ` data-why="${escapeMarkup(why)}"`;
  return `<tr${filters}><th scope="row">${escapeMarkup(name)}</th>${cells.map((cell) => writeCell(cell, "td")).join("")}</tr>`;
}

function writeCell(cell: GridCell | string, tag: string) {
  const { text, class: name, words } = typeof cell === "string" ? { text: cell } : cell;
  const written =
    words === undefined
      ? escapeMarkup(text)
      : `<span aria-hidden="true">${escapeMarkup(text)}</span><span class="hide">${escapeMarkup(words)}</span>`;
  return `<${tag}${name === undefined ? "" : ` class="${name}"`}>${written}</${tag.slice(0, 2)}>`;
}

/** Puts markup into a frame that scrolls sideways. Its name is plain text. */
export const scrolled = (name: string, markup: string) =>
  `<div class="scroll" tabindex="0" role="group" aria-label="${escapeMarkup(name)}">${markup}</div>`;
