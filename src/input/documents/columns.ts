import { withCellsOfFrames } from "./frames.js";
import { countHeads, hasNumber } from "./heads.js";
import { type Blocks, type Line, wordsOf } from "./lines.js";
import type { NameFinder } from "./names.js";
import { blocksOfTable, columnsOfSteps, linesOfRecords, withNamesOfRows } from "./table-columns.js";

/** Whether a text names something. */
type IsName = (text: string) => boolean;

/**
 * Puts blocks that are side by side below each other. It splits tables at empty columns, wide tables by their titles,
 * and plain text at wide gaps if each block has a title. A column with the name of a step above it becomes a line.
 * Every line keeps its number.
 */
export function belowEachOther(given: readonly Line[], finder: NameFinder): readonly Line[] {
  const lines = withSignsNamed(given);
  const isName: IsName = (text) => finder.find(text).size > 0 || finder.heads.in(text) !== undefined;
  const stretches: Line[][] = [[]];
  for (const line of withCellsOfFrames(lines)) {
    const last = stretches[stretches.length - 1];
    if (line.text.trim() === "") stretches.push([line], []);
    else if (isTitleRow(line, last, isName) || isSentence(last.at(-1)?.text ?? "")) stretches.push([line]);
    else last.push(line);
  }
  const count = countHeads(lines) ?? 0;
  let heads: readonly Line[] = [];
  return stretches.flatMap((given) => {
    const isTable = given.some(({ text }) => text.includes("\t"));
    const whole = isTable ? withNamesOfRows(withHeadsInCells(given), finder) : given;
    const records = linesOfRecords(whole, finder);
    if (records) return records;
    const top = isTable ? whole.findIndex(({ text }) => text.includes("\t")) : topOfBlocks(whole, isName);
    const stretch = whole.slice(top);
    // A line without cells ends a table.
    const end = stretch.findIndex(({ text }, at) => at > 0 && text.trim() !== "" && !text.includes("\t"));
    const table = isTable ? stretch.slice(0, end < 0 ? undefined : end) : withWordsInCells(stretch);
    const steps = columnsOfSteps(table, finder, isTable || / {2}/.test(stretch[0]?.text.trim() ?? ""));
    const blocks =
      steps ??
      (isTable
        ? blocksOfTable(whole)
        : (blocksBelowTitles(stretch, isName) ??
          blocksWithNames(stretch, isName) ??
          blocksOfHeads(stretch, count, isName)));
    if (!blocks) return whole;
    const above = isTable && !steps ? [] : whole.slice(0, top);
    const last = stretch[stretch.length - 1];
    // Head names that are side by side also apply to the blocks further down.
    const own = blocks.flatMap(([top]) => (finder.heads.in(top.text) === undefined ? [] : [top]));
    const isBelow = own.length === 0 && heads.length === blocks.length;
    if (own.length > 0) heads = own;
    return [
      ...above,
      ...blocks.flatMap((block, at) => [
        ...(isBelow ? [heads[at]] : []),
        ...block,
        { number: last.number, text: "" },
      ]),
      ...(steps ? stretch.slice(table.length) : []),
    ];
  });
}

/** A sign in the first cell of a row, as a token or as a mark for a blank cell, and a word there. */
const SIGN_OF_ROW = /^\s*([.,!?;:])\s*(?=\t)/;
const WORD_OF_ROW = /^\s*\p{L}[^\t]*\t/u;

/** Puts quotes around a sign that is the name of a row, because the row above it is named, too. */
function withSignsNamed(lines: readonly Line[]): readonly Line[] {
  return lines.map((line, at) =>
    WORD_OF_ROW.test(lines[at - 1]?.text ?? "")
      ? { ...line, text: line.text.replace(SIGN_OF_ROW, '"$1"') }
      : line,
  );
}

/** Whether a line of a table contains only names and has rows of numbers above it. New blocks begin there. */
function isTitleRow({ text }: Line, above: readonly Line[], isName: IsName): boolean {
  if (hasNumber(text)) return false;
  const titles = text.split("\t").filter((cell) => cell.trim() !== "");
  return titles.every(isName) && above.some((line) => /^[-+−.\d\s]*\d\t|\t\s*[-+−.]?\d/.test(line.text));
}

/** Whether a line is a sentence, which is above all blocks that are side by side below it. */
const isSentence = (text: string): boolean =>
  wordsOf(text).filter((word) => /\p{L}/u.test(word)).length > 4 &&
  /[,.:;!?)]/.test(text) &&
  !/\t|(?<![.:!?]) {2}(?=\S)/.test(text);

/**
 * Turns lines with equally many words, or with the same gaps, into table rows, if only spaces separate the columns.
 * Returns the lines down to the first other one. A line of sums may be below, with fewer words.
 */
function withWordsInCells(stretch: readonly Line[]): readonly Line[] {
  // `q1: 1, 0` is a row of a matrix, and `Q = X W` its title.
  const byWords = stretch.map(({ text }) => (/[,;:=](?:\s|$)/.test(text) ? [] : wordsOf(text)));
  const end = byWords.findIndex((words) => words.length !== byWords[0].length);
  // Three words above three numbers may be a title. Three pieces with gaps between them are columns, and so are two above
  // names and numbers.
  const isNamed = stretch.slice(1).every(({ text }) => ROW_WITH_NAME.test(text));
  const ways = [
    { cells: end < 0 ? [] : byPlace(stretch), least: isNamed ? 2 : 3 },
    { cells: end < 0 ? byWords : byWords.slice(0, end), least: 4 },
  ];
  const grid = ways.find(({ cells: [head = [], ...rows], least }) => {
    return head.length >= least && !head.slice(1).includes("") && rows.length > 1;
  })?.cells;
  if (!grid) return stretch;
  const table = grid.map((cells, at) => ({ ...stretch[at], text: cells.join("\t") }));
  const sums = grid.length < stretch.length && belowColumns(stretch[end], stretch.slice(1, end));
  return sums ? [...table, sums] : table;
}

/** Cuts lines where the rows and the header above them have wide gaps that overlap. */
function byPlace([header, ...rows]: readonly Line[]): readonly (readonly string[])[] {
  const areWide = ([from, to]: readonly [number, number]) => to - from > 1;
  const [above, below] = [[header], rows].map((lines) => gapsOf(lines).filter(areWide));
  // The names of the rows may have no title.
  const cuts = below
    .filter(([from]) => from > 0)
    .flatMap(([from, to]) => {
      const gap = above.find(([start, end]) => start < to && from < end);
      return gap ? [Math.min(to, gap[1])] : [];
    });
  const starts = [0, ...cuts];
  return [header, ...rows].map(({ text }) =>
    starts.map((from, at) => text.slice(from, starts[at + 1]).trim()),
  );
}

/** Puts each word of a line into the column of the rows above that it is below. Returns undefined if one is below none. */
function belowColumns(line: Line, rows: readonly Line[]): Line | undefined {
  const gaps = gapsOf(rows).filter(([from]) => from > 0);
  const cells = Array.from({ length: gaps.length + 1 }, () => "");
  for (const { 0: word, index } of line.text.matchAll(/\S+/g)) {
    const col = gaps.filter(([from]) => from <= index + word.length / 2).length;
    if (cells[col] !== "") return undefined;
    cells[col] = word;
  }
  return cells[0] === "" ? undefined : { ...line, text: cells.join("\t") };
}

/** Turns titles with wide gaps above a table into the header of its columns, if there are as many titles as columns. */
function withHeadsInCells(stretch: readonly Line[]): readonly Line[] {
  return stretch.map((line, at) => {
    const pieces = piecesOf(line.text).map(({ piece }) => piece);
    const isHead = pieces.length > 1 && !/[\t\d]/.test(line.text);
    return isHead && stretch[at + 1]?.text.split("\t").length === pieces.length
      ? { ...line, text: pieces.join("\t") }
      : line;
  });
}

/** Returns the pieces of a line that wide gaps separate, and the column where each begins. */
const piecesOf = (text: string) =>
  Array.from(text.matchAll(/\S+(?: {1,2}\S+)*/g), ({ 0: piece, index }) => ({ piece, at: index }));

/**
 * Finds the first line of a stretch that has only names side by side; the blocks begin there. Returns 0 if there is
 * none.
 */
function topOfBlocks(stretch: readonly Line[], isName: IsName): number {
  const top = stretch.findIndex(({ text }, at) => {
    // The titles of columns may have only two blanks between them.
    const pieces = text.trim().split(/ {2,}/);
    const names = pieces.filter(isName).length;
    // The first title may be that of the names of rows: `key  score  score/√2  weight`.
    const hasNames = pieces.length > 2 || ROW_WITH_NAME.test(stretch[at + 1]?.text ?? "");
    const isHead = !hasNumber(text.replace(/√\s*\d+/g, "")) && names >= pieces.length - (hasNames ? 1 : 0);
    return pieces.length > 1 && isHead;
  });
  return Math.max(0, top);
}

/** A name and, behind a gap, a number: `k1    0.804`. */
const ROW_WITH_NAME = /^\s*\p{L}\S*\s{2,}[-+]?\.?\d\S*\s*$/u;

/** The minimum number of spaces, in every line, between two blocks that have no title above them. */
const GUTTER = 3;

/** Whether a row in brackets was cut: `[ -13   -1 ]` belongs to one head. */
const cutsBracket = (block: readonly Line[]): boolean =>
  block.some(({ text }) => text.includes("[") !== text.includes("]"));

/** Finds the ranges of columns that are blank in all lines: the first column, and the one after the last. */
function gapsOf(lines: readonly Line[]): readonly (readonly [from: number, to: number])[] {
  const width = Math.max(...lines.map(({ text }) => text.length));
  const gaps: [number, number][] = [];
  for (let col = 0; col < width; col++) {
    if (lines.some(({ text }) => (text[col] ?? " ") !== " ")) continue;
    const last = gaps.at(-1);
    if (last?.[1] === col) last[1]++;
    else gaps.push([col, col + 1]);
  }
  return gaps;
}

const cutAt = (stretch: readonly Line[], starts: readonly (number | undefined)[]): Blocks =>
  starts.map((from, at) =>
    stretch.map(({ number, text }) => ({ number, text: text.slice(from, starts[at + 1]).trimEnd() })),
  );

/**
 * Splits rows below titles that are side by side, at the widest gap between each two titles. Returns undefined unless
 * each title gets a block.
 */
function blocksBelowTitles(stretch: readonly Line[], isName: IsName): Blocks | undefined {
  const [title, ...rows] = stretch;
  if (rows.length < 2 || hasNumber(title.text)) return undefined;
  const titles = piecesOf(title.text).filter(({ piece }, at) => at === 0 || !REMARK.test(piece));
  const gaps = gapsOf(rows);
  const cuts = titles.slice(1).map(({ at }, index) => {
    const { at: before, piece } = titles[index];
    // A title may begin to the right of its rows, and the title before it may be wider than its own rows.
    const between = gaps.filter(
      ([from, to]) => from > before && to > before + Math.min(1, piece.length) && from <= at,
    );
    return between.reduce((one, other) => (width(other) > width(one) ? other : one), [0, 0] as const)[1];
  });
  const blocks = cutAt(rows, [0, ...cuts]).map((block, at) => [
    { number: title.number, text: titles[at].piece },
    ...block,
  ]);
  return !cuts.includes(0) && new Set(cuts).size === cuts.length && areTitled(blocks, isName)
    ? blocks
    : undefined;
}

/** A remark behind a title: `(column j belongs to query j)`. */
const REMARK = /^\([^()]*\)$/;

const width = ([from, to]: readonly [number, number]): number => to - from;

/** Splits matrices that are side by side, each with a name at a middle line: `Q = [1 0] K = [0 1]`. */
function blocksWithNames(stretch: readonly Line[], isName: IsName): Blocks | undefined {
  const namesIn = (block: readonly Line[]) => block.filter(({ text }) => /[=:≈]/.test(text));
  const starts = gapsOf(stretch).flatMap(([from, to]) => (from > 0 && to - from >= GUTTER ? [to] : []));
  // The gaps between the columns of one matrix may be as wide.
  const named = starts.filter((from, at) => namesIn(cutAt(stretch, [from, starts[at + 1]])[0]).length > 0);
  const blocks = cutAt(stretch, [0, ...named]);
  const isNamed = (block: readonly Line[]) => {
    const [name, ...others] = namesIn(block);
    return block.length > 1 && name !== undefined && others.length === 0 && isName(name.text);
  };
  return blocks.length > 1 && blocks.every(isNamed) ? blocks : undefined;
}

/** Splits the blocks of all heads below one title, if the same wide gaps separate them in every row. */
function blocksOfHeads([title, ...rows]: readonly Line[], count: number, isName: IsName): Blocks | undefined {
  if (count < 2 || rows.length === 0 || /\d/.test(title.text) || !isName(title.text)) return undefined;
  const gaps = gapsOf(rows).filter(([from]) => from > 0);
  const byWidth = gaps.toSorted((one, other) => width(other) - width(one));
  const [cut, inside] = [byWidth[count - 2], byWidth[count - 1]];
  if (inside === undefined || width(cut) < GUTTER || width(cut) < 2 * width(inside)) return undefined;
  const starts = gaps.filter((gap) => width(gap) >= width(cut)).map(([, to]) => to);
  const blocks = cutAt(rows, [0, ...starts]);
  const sizes = blocks.flatMap((block) => block.map(({ text }) => wordsOf(text).length));
  if (new Set(sizes).size > 1 || blocks.some(cutsBracket)) return undefined;
  return blocks.map((block, at) => [{ ...title, text: `head ${at + 1} ${title.text}` }, ...block]);
}

/**
 * Whether each block has several rows and a title that names something. Without such titles, each row needs several
 * numbers.
 */
const areTitled = (blocks: Blocks, isName: IsName): boolean => {
  const haveRows = (numbers: RegExp) =>
    blocks.every(([, ...rows]) => rows.filter(({ text }) => numbers.test(text)).length > 1);
  const areNamed = blocks.every(([title]) => isName(title.text));
  return blocks.length > 1 && haveRows(areNamed ? /\d/ : /\d\S*\s+\S*\d/);
};
