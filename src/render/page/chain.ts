import { present, tabulate } from "../../math/lists.js";
import { type Expression, partsOf } from "../../trace/expression.js";
import type { Markup } from "./markup.js";
import { equals, mathOf, row, type WrittenMath, words, writtenNumber } from "./math.js";

// Explains a cell as a chain of equalities, each one level deeper. The same code writes a page and runs in it.

export type Place = readonly [key: string, row: number, col: number];

/** The source of the arithmetic of cells: the run itself, or the data of a page. */
export interface Cells {
  /** Returns the arithmetic of a cell, whose leaves are cells of `inputs`; undefined for a given cell. */
  arithmetic(
    place: Place,
  ): { readonly expression: Expression; readonly inputs: readonly string[] } | undefined;
  /** Returns the number of a cell as it is shown. */
  text(place: Place): string;
  /** Returns the name of a cell: α with the names of its row and column below. */
  name(place: Place): Markup;
  /** Returns q, k, v or a; empty for a matrix that belongs to none of them. */
  hue(key: string): string;
  /**
   * Whether this matrix is drawn at the edge of another, such as row sums. Its arithmetic is then put in without
   * counting as a level.
   */
  isAtEdge(key: string): boolean;
  /** Whether each number in the arithmetic carries its place, so that a reader can go there. */
  readonly saysPlaces?: boolean;
}

/** The buttons below the arithmetic of a cell. */
export const BUTTONS =
  '<div class="do"><button type="button" class="deeper">One level deeper</button><button type="button" class="back" hidden>Back</button></div>';

/** Writes a place for the attribute `data-r`, by which a page finds the cell of a number. */
export const placeText = ([key, r, c]: Place): string => `${key}[${r},${c}]`;

/** Reads a place that `placeText` wrote. */
export function placeFrom(text: string): Place {
  const at = text.lastIndexOf("[");
  const [r, c] = text
    .slice(at + 1, -1)
    .split(",")
    .map(Number);
  return [text.slice(0, at), r, c];
}

/** Returns the equalities of a cell in order, `depth` levels deep, and whether there is a deeper one. */
export function chainOf(cells: Cells, place: Place, depth: number) {
  const made = cells.arithmetic(place);
  const result = row(equals, ["mn", { class: "r" }, cells.text(place)]);
  if (!made) return { lines: [row(cells.name(place), result), words("given")], hasMore: false };
  const reason = reasonOf(made.expression);
  if (reason !== undefined) return { lines: [row(cells.name(place), result), words(reason)], hasMore: false };
  const lines: Markup[] = [];
  let last: WrittenMath | undefined;
  for (let level = 1; level <= depth; level++) {
    const next = levelOf(cells, place, level);
    if (last && isSame(last, next)) break;
    lines.push(...brokenAtSigns(present([!last && cells.name(place), equals]), next.text));
    last = next;
  }
  if (last && last.text[0] !== "mn") lines.push(result);
  const hasMore = last !== undefined && !isSame(last, levelOf(cells, place, depth + 1));
  return { lines, hasMore };
}

/** Returns the first level of a cell's arithmetic, without its result. */
export const firstLevel = (cells: Cells, place: Place): readonly Markup[] =>
  brokenAtSigns([cells.name(place), equals], levelOf(cells, place, 1).text);

/** Returns the cells that a cell is computed from. */
export function sourcesOf(cells: Cells, place: Place): readonly Place[] {
  const made = cells.arithmetic(place);
  if (!made) return [];
  const visit = (part: Expression): readonly Place[] =>
    part.kind === "cell" ? [[made.inputs[part.input], part.row, part.col]] : partsOf(part).flatMap(visit);
  return visit(made.expression);
}

const isSame = (a: WrittenMath, b: WrittenMath) => JSON.stringify(a.text) === JSON.stringify(b.text);

/** Returns the reason for the value of a cell, if it is given in words: key 2 comes after query 1. */
function reasonOf(expression: Expression): string | undefined {
  if (expression.kind !== "constant" || expression.text === undefined) return undefined;
  return /[a-z]{3}/i.test(expression.text) ? expression.text : undefined;
}

/** Writes the arithmetic of a cell, with the arithmetic of its sources put in up to this level. */
function levelOf(cells: Cells, place: Place, level: number): WrittenMath {
  const made = cells.arithmetic(place);
  if (!made) return numberAt(cells, place);
  return mathOf(made.expression, {
    number: shortNumber,
    cell: (cell) => levelBelow(cells, [made.inputs[cell.input], cell.row, cell.col], level - 1),
  });
}

function levelBelow(cells: Cells, place: Place, level: number): WrittenMath {
  const made = level > 0 ? cells.arithmetic(place) : undefined;
  if (!made || reasonOf(made.expression) !== undefined) return numberAt(cells, place);
  const { expression, inputs } = made;
  // A cell that is only passed on does not count as a level.
  if (expression.kind === "cell") {
    return levelBelow(cells, [inputs[expression.input], expression.row, expression.col], level);
  }
  return levelOf(cells, place, level + (cells.isAtEdge(place[0]) ? 1 : 0));
}

function numberAt(cells: Cells, place: Place): WrittenMath {
  const hue = cells.hue(place[0]);
  return writtenNumber(cells.text(place), {
    ...(hue !== "" && { class: hue }),
    ...(cells.saysPlaces && { "data-r": placeText(place) }),
  });
}

/** Writes a constant with at most six digits. */
const shortNumber = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(6))) : value > 0 ? "∞" : "−∞";

/** Splits a long sum before its signs, so that it can continue on the next line. */
function brokenAtSigns(start: readonly Markup[], markup: Markup): readonly Markup[] {
  if (markup[0] !== "mrow" || markup.length <= 7) return [row(...start, markup)];
  const [first, ...rest] = markup.slice(2) as Markup[];
  const pieces = tabulate(Math.ceil(rest.length / 2), (at) => row(...rest.slice(2 * at, 2 * at + 2)));
  return [row(...start, first), ...pieces];
}
