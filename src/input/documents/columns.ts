import type { Line } from "./lines.js";
import type { NameFinder } from "./names.js";
import { blocksOfTable, columnsOfSteps, linesOfRecords, withNamesOfRows } from "./table-columns.js";
import { headIn, withoutHeads } from "./titles.js";

/**
 * Puts blocks that stand beside each other below each other: those that an empty column of a table parts, those under the titles of a
 * wide table, and those that wide gaps part in plain text, when each has a title. A column that has the name of a step above it becomes a
 * line. Every line keeps its number.
 */
export function belowEachOther(lines: readonly Line[], finder: NameFinder): readonly Line[] {
  const isName = (text: string) => finder.find(text).size > 0;
  const stretches: Line[][] = [[]];
  for (const line of lines) {
    if (line.text.trim() === "") stretches.push([line], []);
    else stretches[stretches.length - 1].push(line);
  }
  let heads: readonly Line[] = [];
  return stretches.flatMap((given) => {
    const isTable = given.some(({ text }) => text.includes("\t"));
    const stretch = isTable ? withNamesOfRows(given, finder) : given;
    const records = linesOfRecords(stretch, finder);
    if (records) return records;
    const blocks = isTable
      ? (columnsOfSteps(stretch, finder) ?? blocksOfTable(stretch))
      : (blocksOfText(stretch, isName) ?? blocksOfGaps(stretch, isName));
    if (!blocks) return stretch;
    const last = stretch[stretch.length - 1];
    // Heads beside each other stand above the blocks further down, too.
    const own = blocks.flatMap(([top]) => (headIn(top.text) === undefined ? [] : [top]));
    const isBelow = own.length === 0 && heads.length === blocks.length;
    if (own.length > 0) heads = own;
    return blocks.flatMap((block, at) => [
      ...(isBelow ? [heads[at]] : []),
      ...block,
      { number: last.number, text: "" },
    ]);
  });
}

/** At least so many blanks in every line part two blocks. */
const GUTTER = 3;

/** The blocks of lines between which gaps run from top to bottom; undefined where not each of them has a title. */
function blocksOfText(
  stretch: readonly Line[],
  isName: (text: string) => boolean,
): readonly (readonly Line[])[] | undefined {
  if (stretch.length < 3 || /\d/.test(withoutHeads(stretch[0].text))) return undefined;
  const width = Math.max(...stretch.map(({ text }) => text.length));
  const isBlank = (col: number) => stretch.every(({ text }) => (text[col] ?? " ") === " ");
  const starts: number[] = [];
  let blanks = GUTTER;
  for (let col = 0; col < width; col++) {
    if (isBlank(col)) blanks++;
    else {
      if (blanks >= GUTTER) starts.push(col);
      blanks = 0;
    }
  }
  const blocks = starts.map((from, at) =>
    stretch.map(({ number, text }) => ({ number, text: text.slice(from, starts[at + 1]).trimEnd() })),
  );
  return areTitled(blocks, isName) ? blocks : undefined;
}

const areTitled = (blocks: readonly (readonly Line[])[], isName: (text: string) => boolean): boolean =>
  blocks.length > 1 &&
  blocks.every(
    ([title, ...rows]) => isName(title.text) && rows.filter(({ text }) => /\d/.test(text)).length > 1,
  );

/** The blocks of lines each of which has as many wide gaps, wherever these are; undefined where not each block has a title. */
function blocksOfGaps(
  stretch: readonly Line[],
  isName: (text: string) => boolean,
): readonly (readonly Line[])[] | undefined {
  const pieces = stretch.map(({ text }) => text.trim().split(/ {3,}/));
  if (stretch.length < 3 || pieces.some((row) => row.length !== pieces[0].length)) return undefined;
  const blocks = pieces[0].map((_, at) =>
    stretch.map(({ number }, row) => ({ number, text: pieces[row][at] })),
  );
  return areTitled(blocks, isName) ? blocks : undefined;
}
