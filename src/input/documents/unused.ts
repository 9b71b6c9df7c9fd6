import type { Matrix } from "../../math/matrix.js";
import { nameOf } from "./evidence.js";
import { fitOfWhole } from "./fit.js";
import type { Cell, Item } from "./items.js";
import type { Line } from "./lines.js";
import { bestOf } from "./names.js";
import type { Placed } from "./place.js";
import { type Lines, linesText, type Reading, type ReadMatrix } from "./reading.js";
import { scoringsIn } from "./scorings.js";
import { SIDE_CALCULATION } from "./sheet-names.js";
import type { TitledRun } from "./titles.js";

// The parts of a sheet that no matrix uses, and what they may mean.

export function placeOf(rows: readonly TitledRun[], lines: readonly Line[]): Lines {
  const last = rows[rows.length - 1].cells.at(-1);
  const [one, other] = [lines[rows[0].line].number, lines[last?.line ?? rows[0].line].number];
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** Returns unused rows of at least two numbers, by block. Arithmetic before a result does not count. */
export function unusedBlocks(
  { sheet }: Placed,
  used: ReadonlySet<TitledRun>,
): readonly (readonly TitledRun[])[] {
  const blocks: TitledRun[][] = [];
  let before: TitledRun | undefined;
  for (const run of sheet.runs) {
    if (!run.isIntermediate && run.cells.length > 1 && !used.has(run)) {
      const block = blocks.at(-1);
      const goesOn = block && before === block.at(-1) && before?.cells.length === run.cells.length;
      if (goesOn && run.opens < 2 && run.clauseNames.size === 0) block.push(run);
      else blocks.push([run]);
    }
    if (!run.isIntermediate) before = run;
  }
  return blocks;
}

/** Returns doubts about steps that were written cell by cell and are incomplete. */
export function doubtsOfCells(
  { candidates, subject }: Placed,
  matrices: readonly ReadMatrix[],
): readonly string[] {
  return subject.items.flatMap((item) => {
    const cells = candidates.filter(
      (candidate) => candidate.item === item && candidate.layout === "cell",
    ).length;
    if (cells < 2 || item.isInput || !item.shape || matrices.some((matrix) => matrix.item === item))
      return [];
    return [`only ${cells} of the ${item.shape.rows * item.shape.cols} cells of ${item.key} were found`];
  });
}

/** The minimum strength of a title for a step that was not read, even if a label in the line names something else. */
const NAMED_ABOVE = 0.2;
/** The number of single numbers below the name of a step that count as its cells. */
const MIN_CELLS = 3;
const NAMED_FAR_ABOVE = 0.1;

/** The text before an index, or before an argument of a function: `k.shape[-1]`, `triu(ones(4), diagonal=1)`. */
const OF_CALL = /[\p{L}\d_][[(][^[\]]*$/u;

/** Returns doubts about unused numbers that may be a step that was not read, or a later version of one that was. */
export function doubtsOfUnused(
  { sheet, subject, lines }: Placed,
  unused: readonly (readonly TitledRun[])[],
  matrices: readonly ReadMatrix[],
  used: ReadonlySet<TitledRun>,
): readonly string[] {
  const read = new Set(matrices.map(({ item }) => item));
  const missing = subject.items.filter((item) => !item.isInput && !read.has(item));
  const unread = missing.filter(({ isRare }) => !isRare);
  const named = unread.filter(({ id, head }) =>
    sheet.runs.some(
      (run) =>
        run.isIntermediate && run.opens > 1 && run.head === head && (run.clauseNames.get(id) ?? 0) > 0.7,
    ),
  );
  const singles = sheet.runs.filter(
    ({ cells: [{ at, line }, ...more], isIntermediate }) =>
      more.length === 0 && !isIntermediate && !OF_CALL.test(lines[line].text.slice(0, at)),
  );
  const unusedSingles = singles.filter((run) => !used.has(run));
  const ofSingles = unread.filter(
    (item) =>
      !named.some(({ id, head }) => item.id === id && item.head === head) &&
      (unusedSingles.filter((run) => nameOf(run, item) > NAMED_FAR_ABOVE).length >= MIN_CELLS ||
        areCellsOf(unusedSingles, sheet.expected.get(item.key)?.[0])),
  );
  const ofIntermediate = [
    ...named.map(({ key }) => `${key} is named, but was not read`),
    ...ofSingles.map(({ key }) => `single numbers that may be ${key} were not read`),
  ];
  const ofBlocks = unused.flatMap((block) => {
    // Numbers after a matrix in its line may belong to it: `S = [[1, 0], [0, 1]] · 2`.
    const [{ line }] = block;
    const run = sheet.runs.find((one) => one.line === line && one.cells.length > 1) ?? block[0];
    const width = run.cells.length;
    // Some rows of a rare step are only intermediate results: `exp 1, 0.49`.
    const isPartOfRare = ({ isRare, shape }: Item) => isRare && block.length < (shape?.rows ?? 0);
    const meant = subject.items.filter(
      (item) =>
        !item.isInput && !isPartOfRare(item) && nameOf(run, item) > (read.has(item) ? 0.5 : NAMED_ABOVE),
    );
    const isKnown = meant.some((item) => read.has(item));
    const hasWidth = meant.some(({ shape }) => shape && (shape.cols === width || shape.rows === width));
    const best = meant.length === 0 || (isKnown && !hasWidth) ? undefined : meant[0];
    // If nothing names the block, it may be a missing step of the same size.
    const isSideCalculation = (run.names.get(SIDE_CALCULATION) ?? 0) > NAMED_ABOVE;
    const likely =
      best ??
      (isSideCalculation
        ? undefined
        : missing.find((item) => mayBeUnread(item, block, sheet.expected.get(item.key) ?? [])));
    return likely && !matrices.some(({ cells }) => isRestated(block, cells))
      ? [`numbers that may be ${likely.key} were not read (${linesText(placeOf(block, lines))})`]
      : [];
  });
  const count = (rows: readonly { readonly length: number }[]) =>
    rows.reduce((sum, { length }) => sum + length, 0);
  // A part of an input, such as the W_Q of one head, is no answer.
  const inputs = new Set(subject.items.flatMap(({ id, isInput }) => (isInput ? [id] : [])));
  const isAnew = (block: readonly TitledRun[]) =>
    !inputs.has(bestOf(block[0].names)?.[0] ?? "") && !matrices.some(({ cells }) => isRestated(block, cells));
  const left = count(unused.filter(isAnew).flatMap((block) => block.map(({ cells }) => cells)));
  const answered = count(matrices.flatMap(({ item, cells }) => (item.isInput ? [] : cells)));
  const ofMost = left > answered ? [`${left} of its numbers were not read, but ${answered} were`] : [];
  return [...ofIntermediate, ...ofBlocks, ...ofMost];
}

/**
 * Whether single results cover half of the cells of a matrix. Whole numbers do not count, because they may mean
 * anything.
 */
function areCellsOf(singles: readonly TitledRun[], matrix: Matrix | undefined): boolean {
  const results = singles.filter(
    ({ cells: [{ cell }], before }) => cell && cell.decimals > 1 && before.at(-1)?.kind === "relation",
  );
  if (!matrix || results.length === 0) return false;
  const isWritten = (right: number) =>
    results.some(
      ({ cells: [{ cell = null }] }) =>
        fitOfWhole([[cell]], [{ rows: 1, cols: 1, data: Float64Array.of(right) }]) === 1,
    );
  return 2 * matrix.data.reduce((count, right) => count + Number(isWritten(right)), 0) >= matrix.data.length;
}

/**
 * The minimum number of cells for which the shape alone shows a step. Smaller blocks and rare steps also need numbers
 * that fit.
 */
const MIN_CERTAIN_CELLS = 4;
const MIN_FIT = 0.5;

function mayBeUnread(
  { shape, isRare }: Item,
  block: readonly TitledRun[],
  expected: readonly Matrix[],
): boolean {
  const width = block[0].cells.length;
  if (shape?.rows !== block.length || (shape.cols !== width && !(isRare && shape.cols === width - 1)))
    return false;
  if (!isRare && width * block.length >= MIN_CERTAIN_CELLS) return true;
  const cells = block.map((run) => run.cells.slice(0, shape.cols).map(({ cell = null }) => cell));
  return fitOfWhole(cells, expected) > MIN_FIT;
}

const scorings = scoringsIn();

/** Returns doubts about steps that are computed with several scoring functions, if only one was read. */
export function doubtsOfScorings({ lines }: Placed, earlier: Reading["earlier"]): readonly string[] {
  const titles = lines.filter(({ text }) => !/\d/.test(text)).flatMap(({ text }) => scorings.in(text) ?? []);
  if (new Set(titles).size < 2) return [];
  return earlier.map(
    (one) => `${one.key} is computed for several scorings, but ${linesText(one.lines)} is not judged`,
  );
}

/**
 * Whether rows repeat part of a matrix, perhaps with fewer decimals: `In summary, token 1 has the output (0.85, 1.03)`.
 */
export function isRestated(rows: readonly TitledRun[], matrix: ReadMatrix["cells"]): boolean {
  const columns = matrix[0].map((_, col) => matrix.map((row) => row[col]));
  return rows.every(({ cells: again }) =>
    [...matrix, ...columns].some(
      (own) => own.length === again.length && own.every((cell, at) => areAlike(cell, again[at].cell)),
    ),
  );
}

function areAlike(one: Cell, other: Cell | undefined): boolean {
  if (!one || !other) return one === other;
  return (
    Math.abs(one.value - other.value) <= 0.51 * 10 ** -Math.max(1, Math.min(one.decimals, other.decimals))
  );
}
