import type { Cell, Item } from "./items.js";
import type { Joined, Placed } from "./placed.js";
import type { TitledRun } from "./titles.js";

interface Ordered {
  readonly cells: readonly (readonly Cell[])[];
  readonly doubts: readonly string[];
}

/** The cells in the order of the problem's tokens, where rows or columns stand under their names in another one. */
export function ordered({ cells, from }: Joined, item: Item, { subject, lines }: Placed): Ordered {
  const [first] = from;
  const rows = from.flatMap((take) => take.rows);
  if (first.layout === "turned" || first.layout === "misshapen" || rows.length !== cells.length)
    return { cells, doubts: [] };
  const [ofRows, ofCols] = subject.labels(item.key);
  const text = ({ line, cells: [cell] }: TitledRun) => lines[line].text.slice(0, cell.at);
  const byName = permutation(
    rows.map((run) => wordsAmong(text(run), ofRows).at(-1)),
    ofRows,
  );
  const above = lines[rows[0].line - 1]?.text ?? "";
  const acrossName = /\d/.test(above) ? undefined : permutation(wordsAmong(above, ofCols), ofCols);
  const inRows = byName ? byName.map((at) => cells[at]) : cells;
  const inOrder = acrossName ? inRows.map((row) => acrossName.map((at) => row[at])) : inRows;
  if (byName) return { cells: inOrder, doubts: [] };
  return { cells: inOrder, doubts: doubtOfCount(rows.map(text)) };
}

/** The names among some words, in their order. */
function wordsAmong(text: string, labels: readonly string[]): readonly string[] {
  const known = new Set(labels.map((label) => label.toLowerCase()));
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{M}\d]+/u)
    .filter((word) => known.has(word));
}

/** Where each label is among those that were found: all of them, each once. */
function permutation(
  found: readonly (string | undefined)[],
  labels: readonly string[],
): readonly number[] | undefined {
  if (labels.length === 0 || found.length !== labels.length) return undefined;
  const order = labels.map((label) => found.indexOf(label.toLowerCase()));
  return new Set(order).size === labels.length && !order.includes(-1) ? order : undefined;
}

const COUNTED = /(?:token|row|zeile|wort|word|query|output|ligne|fila|riga|[qkvo])[\s_]*(\d{1,2})/iu;

/** Rows whose numbers do not go up one by one. */
function doubtOfCount(texts: readonly string[]): readonly string[] {
  const numbers = texts.map((text) => COUNTED.exec(text)?.[1]);
  if (texts.length < 2 || numbers.some((number) => number === undefined)) return [];
  const counted = numbers.map(Number);
  if (new Set(counted).size < counted.length) return [];
  return counted.every((number, at) => number === counted[0] + at) && counted[0] <= 1
    ? []
    : ["its rows are numbered in another order, or one is missing"];
}
