import { tabulate } from "../../math/lists.js";
import { type Expression, partsOf } from "../../trace/expression.js";
import type { Markup } from "./markup.js";
import { equals, mathOf, row, type WrittenMath, words, writtenNumber } from "./math.js";

// What a cell is made of, as a chain of equalities that goes a level deeper each time. The same code runs where a page is written and
// in the page.

export type Place = readonly [key: string, row: number, col: number];

/** Where the arithmetic of cells is read: the run itself, or what a page holds of it. */
export interface Cells {
  /** The arithmetic of a cell, whose leaves are cells of `inputs`; nothing for what was given. */
  arithmetic(
    place: Place,
  ): { readonly expression: Expression; readonly inputs: readonly string[] } | undefined;
  /** The number of a cell as it is shown. */
  text(place: Place): string;
  /** What a cell is called: α with the names of its row and column below. */
  name(place: Place): Markup;
  /** q, k, v or a; nothing for what belongs to none of them. */
  hue(key: string): string;
  /** Whether these numbers stand at the edge of another matrix, with which they are taken apart. */
  isAtEdge(key: string): boolean;
  /** Whether each number of an arithmetic says where it stands, so that a reader can go there. */
  readonly saysPlaces?: boolean;
}

/** The equalities of a cell, one behind the other, and whether there is one more below them. */
interface Chain {
  readonly lines: readonly Markup[];
  readonly hasMore: boolean;
}

/** How a place is written in the attribute `data-r`, by which a page finds the cell of a number. */
export const placeText = ([key, r, c]: Place): string => `${key}[${r},${c}]`;

/** The place that `placeText` wrote. */
export function placeFrom(text: string): Place {
  const at = text.lastIndexOf("[");
  const [r, c] = text
    .slice(at + 1, -1)
    .split(",")
    .map(Number);
  return [text.slice(0, at), r, c];
}

/** The chain of a cell, so many levels deep. */
export function chainOf(cells: Cells, place: Place, depth: number): Chain {
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
    lines.push(...brokenAtSigns([...(last ? [] : [cells.name(place)]), equals], next.text));
    last = next;
  }
  if (last && last.text[0] !== "mn") lines.push(result);
  const hasMore = last !== undefined && !isSame(last, levelOf(cells, place, depth + 1));
  return { lines, hasMore };
}

/** What a cell is made of at once, without what comes of it. */
export const firstLevel = (cells: Cells, place: Place): readonly Markup[] =>
  brokenAtSigns([cells.name(place), equals], levelOf(cells, place, 1).text);

/** The cells that a cell is made of. */
export function sourcesOf(cells: Cells, place: Place): readonly Place[] {
  const made = cells.arithmetic(place);
  if (!made) return [];
  const visit = (part: Expression): readonly Place[] =>
    part.kind === "cell" ? [[made.inputs[part.input], part.row, part.col]] : partsOf(part).flatMap(visit);
  return visit(made.expression);
}

const isSame = (a: WrittenMath, b: WrittenMath) => JSON.stringify(a.text) === JSON.stringify(b.text);

/** Why a cell holds what it holds, where that is said in words: key 2 comes after query 1. */
function reasonOf(expression: Expression): string | undefined {
  if (expression.kind !== "constant" || expression.text === undefined) return undefined;
  return /[a-z]{3}/i.test(expression.text) ? expression.text : undefined;
}

/** The arithmetic of a cell with so many levels put in. */
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
  // A cell that is handed on is no level of its own.
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

/** Constants have few digits, or as many as tell them apart. */
const shortNumber = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(6))) : value > 0 ? "∞" : "−∞";

/** A long sum is cut before its signs, so that it can go on in the next line. */
function brokenAtSigns(start: readonly Markup[], markup: Markup): readonly Markup[] {
  if (markup[0] !== "mrow" || markup.length <= 7) return [row(...start, markup)];
  const [first, ...rest] = markup.slice(2) as Markup[];
  const pieces = tabulate(Math.ceil(rest.length / 2), (at) => row(...rest.slice(2 * at, 2 * at + 2)));
  return [row(...start, first), ...pieces];
}
