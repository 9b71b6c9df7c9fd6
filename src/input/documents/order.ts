import { remember } from "../../math/remember.js";
import { countUp } from "./count-up.js";
import type { Cells, Item } from "./items.js";
import { bestPlaces, filled } from "./missing-rows.js";
import type { Joined, Placed } from "./place.js";
import type { TitledRun } from "./titles.js";

interface Ordered {
  readonly cells: Cells;
  readonly doubts: readonly string[];
}

/**
 * Puts cells into the order of the problem's tokens, if rows or columns have names in another order. Missing rows
 * become blank: by the names, or so that the other rows fit best.
 */
export function ordered(joined: Joined, item: Item, { subject, lines, sheet }: Placed): Ordered {
  const { cells, from } = joined;
  const [first] = from;
  const rows = from.flatMap((candidate) => candidate.rows).slice(-cells.length);
  if (!item.shape || first.layout === "misshapen") return { cells, doubts: joined.doubts };
  if (first.layout === "transposed" || rows.length !== cells.length) return { cells, doubts: joined.doubts };
  const [ofRows, ofCols] = subject.labels(item.key);
  const text = ({ line, cells: [cell] }: TitledRun) => lines[line].text.slice(0, cell.at);
  const above = rows[0].place?.cols.join(" ") ?? lines[rows[0].line - 1]?.text ?? "";
  const inColumns = withColumns(cells, above, ofCols);
  const names = rows.map((run) => run.place?.row.toLowerCase() ?? wordsAmong(text(run), ofRows).at(-1));
  const places = names.map((name) => ofRows.findIndex((label) => label.toLowerCase() === name));
  const areNamed = !places.includes(-1) && new Set(places).size === places.length;
  if (areNamed && ofRows.length === item.shape.rows)
    return { cells: filled(inColumns, places, item.shape), doubts: [] };
  const counted = countedPlaces(rows.map((run) => run.place?.row ?? COUNTED.exec(text(run))?.[1]));
  if (counted && cells.length === item.shape.rows)
    return { cells: filled(inColumns, counted, item.shape), doubts: joined.doubts };
  const doubts = [...joined.doubts, ...doubtOfCount(rows.map(text))];
  if (cells.length >= item.shape.rows) return { cells: inColumns, doubts };
  const best = bestPlaces(inColumns, item.shape.rows, sheet.expected.get(item.key) ?? []);
  return { cells: filled(inColumns, best, item.shape), doubts };
}

/** Puts columns into the order of the problem's tokens, if all token names are above them. */
function withColumns(cells: Cells, above: string, labels: readonly string[]): Cells {
  const found = wordsAmong(above, labels);
  const others = found.reduce((text, word) => text.replace(word, " "), above.toLowerCase());
  const order = /\d/.test(others) ? undefined : permutation(found, labels);
  return order ? cells.map((row) => order.map((at) => row[at])) : cells;
}

/** Returns the token names in a text, in the order of the text. */
function wordsAmong(text: string, labels: readonly string[]): readonly string[] {
  if (labels.length === 0) return [];
  return Array.from(text.toLowerCase().matchAll(patternOf(labels)), ([word]) => word);
}

/** Returns a cached pattern that matches any of the names as a whole word, the longest first. */
function patternOf(labels: readonly string[]): RegExp {
  return remember(patterns, labels, () => patternOfLabels(labels));
}

const patterns = new WeakMap<readonly string[], RegExp>();

function patternOfLabels(labels: readonly string[]): RegExp {
  const byLength = labels.map((label) => label.toLowerCase()).sort((one, other) => other.length - one.length);
  const escaped = byLength.map((label) => label.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp(`(?<![\\p{L}\\p{M}\\d])(?:${escaped.join("|")})(?![\\p{L}\\p{M}\\d])`, "gu");
}

/** Returns the index of each label among the found names. Returns undefined unless each was found exactly once. */
function permutation(
  found: readonly (string | undefined)[],
  labels: readonly string[],
): readonly number[] | undefined {
  if (labels.length === 0 || found.length !== labels.length) return undefined;
  const order = labels.map((label) => found.indexOf(label.toLowerCase()));
  return new Set(order).size === labels.length && !order.includes(-1) ? order : undefined;
}

const COUNTED =
  /(?:token|row|zeile|wort|word|query|output|ligne|fila|riga|pos(?:ition)?|[qkvo])[\s_]*(\d{1,2})/iu;

/**
 * Returns the indices of numbered rows, in any order. Returns undefined unless the numbers are complete from 0 or 1.
 */
function countedPlaces(numbers: readonly (string | undefined)[]): readonly number[] | undefined {
  if (numbers.some((number) => number === undefined || !/^\d+$/.test(number))) return undefined;
  const counted = numbers.map(Number);
  const from = Math.min(...counted);
  const places = counted.map((number) => number - from);
  const isWhole = new Set(places).size === places.length && Math.max(...places) === places.length - 1;
  return isWhole && from <= 1 ? places : undefined;
}

/** Returns a doubt if the numbers of rows do not increase by one. */
function doubtOfCount(texts: readonly string[]): readonly string[] {
  const numbers = texts.map((text) => COUNTED.exec(text)?.[1]);
  if (texts.length < 2 || numbers.some((number) => number === undefined)) return [];
  const counted = numbers.map(Number);
  if (new Set(counted).size < counted.length) return [];
  return countUp(counted) ? [] : ["its rows are numbered in another order, or one is missing"];
}
