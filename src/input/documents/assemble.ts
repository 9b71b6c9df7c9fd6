import { doubtsOfParts, doubtsOfWhole } from "./doubts.js";
import { FIT, type Take } from "./evidence.js";
import { fitOfWhole } from "./fit.js";
import type { Item } from "./items.js";
import type { Line } from "./lines.js";
import { ordered } from "./order.js";
import { namesBeside } from "./own-names.js";
import type { Joined, Placed } from "./placed.js";
import { type Lines, linesText, type Reading, type ReadMatrix } from "./reading.js";
import type { TitledRun } from "./titles.js";

/** Puts the pieces of each item together: the last whole one counts, or rows and cells in their order. */
export function assemble(placed: Placed): Omit<Reading, "struck"> {
  const { takes, subject, lines, total } = placed;
  const used = new Set<TitledRun>();
  const matrices: ReadMatrix[] = [];
  const read = new Set<Take>();
  const earlier: Reading["earlier"][number][] = [];
  for (const item of subject.items) {
    const pieces = takes.filter((take) => take.item === item);
    const joined = joinPieces(item, pieces);
    // Some rows of an input are more likely something else.
    if (!joined || (item.isInput && !isWholeInput(joined, item))) continue;
    for (const take of joined.from) {
      read.add(take);
      for (const run of take.rows) used.add(run);
    }
    for (const old of joined.replaced) {
      for (const run of old.rows) used.add(run);
      earlier.push({ key: item.key, lines: placeOf(old.rows, lines), text: textOf(old.rows) });
    }
    matrices.push(readMatrix(placed, item, joined));
  }
  const blocks = unusedBlocks(placed, used);
  const unused = blocks.map((rows) => ({ lines: placeOf(rows, lines), text: textOf(rows) }));
  const doubts = [...doubtsOfCells(placed, matrices), ...doubtsOfUnused(placed, blocks, matrices, used)];
  // What was taken for an item and makes no matrix of it explains nothing.
  const vain = takes.reduce((sum, take) => (read.has(take) ? sum : sum + take.total), 0);
  return { matrices, earlier, unused, doubts, total: total - vain };
}

function joinPieces(item: Item, pieces: readonly Take[]): Joined | undefined {
  const wholes = pieces.filter(({ isWhole }) => isWhole);
  // An input is copied, and not worked out again: what agrees with it best is meant, and another block is something else.
  const [copy] = item.isInput ? wholes.toSorted((one, other) => other.fit - one.fit) : [];
  if (copy) return { cells: copy.cells, from: [copy], replaced: [], doubts: [] };
  const last = wholes.at(-1);
  if (last) return { cells: last.cells, from: [last], replaced: wholes.slice(0, -1), doubts: [] };
  return joinRows(item, pieces) ?? joinCells(item, pieces) ?? misshapen(item, pieces);
}

function joinRows({ shape }: Item, pieces: readonly Take[]): Joined | undefined {
  const from = pieces.filter(({ layout }) => layout === "rows");
  const rows = from.flatMap(({ cells }) => cells);
  if (!shape || rows.length === 0) return undefined;
  if (rows.length === shape.rows) return { cells: rows, from, replaced: [], doubts: [] };
  if (rows.length % shape.rows === 0) {
    const doubts = [`${rows.length} rows were found, and the last ${shape.rows} are taken`];
    return { cells: rows.slice(-shape.rows), from, replaced: [], doubts };
  }
  return { cells: rows, from, replaced: [], doubts: [`${rows.length} of ${shape.rows} rows were found`] };
}

function joinCells({ shape }: Item, pieces: readonly Take[]): Joined | undefined {
  const from = pieces.filter(({ layout }) => layout === "cell");
  if (!shape || from.length !== shape.rows * shape.cols) return undefined;
  const flat = from.map(({ cells }) => cells[0][0]);
  const cells = Array.from({ length: shape.rows }, (_, row) =>
    flat.slice(row * shape.cols, (row + 1) * shape.cols),
  );
  return { cells, from, replaced: [], doubts: [] };
}

function misshapen({ shape }: Item, pieces: readonly Take[]): Joined | undefined {
  const last = pieces.findLast(({ layout }) => layout === "misshapen");
  if (!last || !shape) return undefined;
  const [rows, cols] = [last.cells.length, last.cells[0].length];
  const isTurned = rows === shape.cols && cols === shape.rows;
  const turned = isTurned ? ": it looks transposed" : "";
  const doubts = [`it is ${rows}×${cols}, and here it is ${shape.rows}×${shape.cols}${turned}`];
  return { cells: last.cells, from: [last], replaced: [], doubts };
}

function readMatrix(placed: Placed, item: Item, joined: Joined): ReadMatrix {
  const { from } = joined;
  const { layout } = from[0];
  const tokens = from.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells));
  const misspelt = tokens.filter(({ isMisspelt }) => isMisspelt === true);
  const { cells, doubts: ofOrder } = ordered(joined, item, placed);
  const [take, ...others] = from;
  // Rows that were put into another order are those of the step there.
  const expected = placed.sheet.expected.get(item.key) ?? [];
  const fit = cells === joined.cells || !take.isWhole ? take.fit : fitOfWhole(cells, expected);
  const sorted = {
    ...joined,
    from: [{ ...take, fit, total: take.total + FIT * (fit - take.fit) }, ...others],
  };
  const notes = misspelt.map(({ text, cell }) => `“${text}” was read as ${cell?.value}`);
  if (layout === "turned") notes.push("transposed, as it stands on the sheet");
  return {
    item,
    cells,
    lines: from.map(({ rows }) => placeOf(rows, placed.lines)),
    layout,
    doubts: [...ofOrder, ...doubtsOfWhole(placed, item, sorted), ...doubtsOfParts(joined)],
    notes,
    ...(areSame(cells, joined.cells) &&
      layout !== "turned" && { names: namesBeside(from, cells, placed.lines) }),
  };
}

/** Whether every cell stands where it stood. */
const areSame = (cells: ReadMatrix["cells"], other: ReadMatrix["cells"]): boolean =>
  cells.length === other.length &&
  cells.every((row, at) => row.every((cell, col) => cell === other[at][col]));

export function placeOf(rows: readonly TitledRun[], lines: readonly Line[]): Lines {
  const last = rows[rows.length - 1].cells.at(-1);
  const [one, other] = [lines[rows[0].line].number, lines[last?.line ?? rows[0].line].number];
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

const textOf = (rows: readonly TitledRun[]) =>
  rows.map(({ cells }) => cells.map(({ text }) => text).join(" ")).join("; ");

const isWholeInput = ({ cells }: Joined, { shape }: Item) =>
  cells.length === shape?.rows && cells.every((row) => row.length === shape.cols);

/** Rows of two numbers and more that are neither used nor on the way to a result, block by block. */
function unusedBlocks({ sheet }: Placed, used: ReadonlySet<TitledRun>): readonly (readonly TitledRun[])[] {
  const blocks: TitledRun[][] = [];
  let before: TitledRun | undefined;
  for (const run of sheet.runs) {
    if (!run.isWorking && run.cells.length > 1 && !used.has(run)) {
      const block = blocks.at(-1);
      if (block && before === block.at(-1) && before?.cells.length === run.cells.length) block.push(run);
      else blocks.push([run]);
    }
    if (!run.isWorking) before = run;
  }
  return blocks;
}

/** Steps that were written cell by cell, of which cells are missing. */
function doubtsOfCells({ takes, subject }: Placed, matrices: readonly ReadMatrix[]): readonly string[] {
  return subject.items.flatMap((item) => {
    const cells = takes.filter((take) => take.item === item && take.layout === "cell").length;
    if (cells < 2 || item.isInput || !item.shape || matrices.some((matrix) => matrix.item === item))
      return [];
    return [`only ${cells} of the ${item.shape.rows * item.shape.cols} cells of ${item.key} were found`];
  });
}

/** A step that was not read is meant where a title names it, though a label in the line says something else. */
const NAMED_ABOVE = 0.2;
/** So many single numbers below the name of a step are its cells. */
const LEAST_CELLS = 3;
const NAMED_FAR_ABOVE = 0.1;

/** Unused numbers that may be a step that was not read, or a later attempt at one that was. */
function doubtsOfUnused(
  { sheet, subject, lines }: Placed,
  unused: readonly (readonly TitledRun[])[],
  matrices: readonly ReadMatrix[],
  used: ReadonlySet<TitledRun>,
): readonly string[] {
  const read = new Set(matrices.map(({ item }) => item));
  const unread = subject.items.filter((item) => !item.isInput && !item.isRare && !read.has(item));
  const named = unread.filter(({ id, head }) =>
    sheet.runs.some(
      (run) => run.isWorking && run.opens > 1 && run.head === head && (run.own.get(id) ?? 0) > 0.7,
    ),
  );
  const singles = sheet.runs.filter(({ cells, isWorking }) => cells.length === 1 && !isWorking);
  const ofSingles = unread.filter(
    ({ id, head }) =>
      !named.some((item) => item.id === id && item.head === head) &&
      singles.filter((run) => !used.has(run) && (run.names.get(id) ?? 0) > NAMED_FAR_ABOVE).length >=
        LEAST_CELLS,
  );
  const ofWorking = [...named, ...ofSingles].map(({ key }) => `${key} is named, and was not read`);
  const ofBlocks = unused.flatMap((block) => {
    // Numbers behind a matrix in its line may belong to it: `S = [[1, 0], [0, 1]] · 2`.
    const [{ line }] = block;
    const run = sheet.runs.find((one) => one.line === line && one.cells.length > 1) ?? block[0];
    const width = run.cells.length;
    const meant = subject.items.filter(
      (item) => !item.isInput && (run.names.get(item.id) ?? 0) > (read.has(item) ? 0.5 : NAMED_ABOVE),
    );
    const isKnown = meant.some((item) => read.has(item));
    const hasWidth = meant.some(({ shape }) => shape && (shape.cols === width || shape.rows === width));
    const best = meant.length === 0 || (isKnown && !hasWidth) ? undefined : meant[0];
    // Nothing names it, and it is as large as a step that was not found.
    const likely = best ?? unread.find(({ shape }) => shape?.rows === block.length && shape.cols === width);
    const isCopy = best === undefined && matrices.some(({ cells }) => areSameNumbers(cells, block));
    return likely && !isCopy
      ? [`numbers that may be ${likely.key} were not read (${linesText(placeOf(block, lines))})`]
      : [];
  });
  return [...ofWorking, ...ofBlocks];
}

const areSameNumbers = (cells: ReadMatrix["cells"], rows: readonly TitledRun[]): boolean =>
  cells.length === rows.length &&
  cells.every((row, at) => row.every((cell, col) => cell?.value === rows[at].cells[col]?.cell?.value));
