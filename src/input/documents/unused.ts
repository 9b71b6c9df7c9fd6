import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { type Lines, linesText } from "../../sheet-lines.js";
import { areAlike } from "./alike.js";
import { cellsCountUp } from "./count-up.js";
import { asideOf, nameOf } from "./evidence.js";
import { fitOfRows, fitOfWhole } from "./fit.js";
import { columnsOf, type Item } from "./items.js";
import type { Line } from "./lines.js";
import { bestOf } from "./names.js";
import type { Placed } from "./place.js";
import type { Reading, ReadMatrix } from "./reading.js";
import { isInColumn, numbersOf } from "./runs.js";
import { scoringsIn } from "./scorings.js";
import { OF_HEADS, OF_NO_STEP } from "./sheet-names.js";
import type { TitledRun } from "./titles.js";

// The parts of a sheet that no matrix uses, and what they may mean.

export function placeOf(rows: readonly TitledRun[], lines: readonly Line[]): Lines {
  const last = rows[rows.length - 1].cells.at(-1);
  const end = lines[last?.line ?? rows[0].line];
  const [one, other] = [lines[rows[0].line].number, end.lastNumber ?? end.number];
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** Returns unused rows of at least two numbers, and columns, by block. Arithmetic before a result does not count. */
export function unusedBlocks(
  { sheet: { runs }, lines }: Placed,
  used: ReadonlySet<TitledRun>,
): readonly (readonly TitledRun[])[] {
  const blocks: TitledRun[][] = [];
  let before: TitledRun | undefined;
  for (const [at, run] of runs.entries()) {
    const isUnused = !run.isIntermediate && !used.has(run);
    if (isUnused && (run.cells.length > 1 || isInColumn(runs, at, lines))) {
      const block = blocks.at(-1);
      const goesOn = block && before === block.at(-1) && before?.cells.length === run.cells.length;
      if (goesOn && run.opens < 2 && run.names.size === 0) block.push(run);
      else blocks.push([run]);
    }
    if (!run.isIntermediate) before = run;
  }
  return blocks;
}

/** The minimum strength of a title for a step that was not read, even if a label in the line names something else. */
const NAMED_ABOVE = 0.2;
/** The minimum strength of a title for a step that the problem does not have. */
const NAMED_CLEARLY = 0.6;
/** The number of single numbers below the name of a step that count as its cells. */
const MIN_CELLS = 2;

/** Whether a number is a part of the name before it: `LayerNorm 1`. */
const isNumbering = ({ before, cells: [{ cell }] }: TitledRun): boolean =>
  before.at(-1)?.kind === "word" && cell?.decimals === 0;

/** The text before an index, or before an argument of a function: `k.shape[-1]`, `triu(ones(4), diagonal=1)`. */
const OF_CALL = /[\p{L}\d_][[(][^[\]]*$/u;

/** The text before a wave, which is judged as a calculation, and before its argument: `cos 1 = 0.5403`. */
const OF_WAVE = /(?<!\p{L})(?:cos|sin)\s?\(?(?:-?[\d.]{1,9}\)?\s?[=≈]\s?)?$/u;

/** The text before a scale: `scale by 1/√2`. */
const OF_SCALE = /(?<!\p{L})(?:by|with|factor|of|mit|durch|par|por|per)\s{1,3}$/iu;

/** The text before a position: `positions 0 and 1`. */
const OF_POSITION = /(?<!\p{L})posi[tcz]\p{L}{2,8}\s(?:\d{1,3}(?:,\s|\s\p{L}{1,3}\s))?$/u;

/** Returns doubts about unused numbers that may be a step that was not read, or a later version of one that was. */
export function doubtsOfUnused(
  { sheet, subject, lines }: Placed,
  unused: readonly (readonly TitledRun[])[],
  matrices: readonly ReadMatrix[],
  used: ReadonlySet<TitledRun>,
): readonly string[] {
  const read = new Set(matrices.map(({ item }) => item));
  const missing = subject.items.filter((item) => !item.isInput && !read.has(item));
  const singles = sheet.runs.filter(
    (run) =>
      run.cells.length === 1 &&
      !run.isIntermediate &&
      !used.has(run) &&
      !isNumbering(run) &&
      !areBehind(run, OF_CALL) &&
      !areBehind(run, OF_WAVE) &&
      !areBehind(run, OF_POSITION) &&
      !(areBehind(run, OF_SCALE) && /√|sqrt/.test(run.cells[0].text)),
  );
  const anew = unused.filter(
    (block) =>
      !block.every((run) => areBehind(run, OF_WAVE)) &&
      // A part of a projection, such as the W_Q of one head, is no answer.
      !OF_HEADS.test(bestOf(block[0].names)?.[0] ?? "") &&
      !matrices.some(({ cells }) => isRestated(block, cells)),
  );
  // A step may have a row in several places.
  const ofNoStep = anew.filter(isOfNoStep);
  const left = countCells(anew.flat().map(({ cells }) => cells));
  const answered = countCells(matrices.flatMap(({ item, cells }) => (item.isInput ? [] : cells)));
  return [
    ...missing
      .filter((item) => !item.isRare && areCellsOf(singles, item, sheet.expected.get(item.key)?.[0]))
      .map(({ key }) => `single numbers that may be ${key} were not read`),
    ...anew.flatMap((block) => {
      const likely = stepOf(block);
      return likely
        ? [`numbers that may be ${likely.key} were not read (${linesText(placeOf(block, lines))})`]
        : [];
    }),
    ...(countCells(ofNoStep.flat().map(({ cells }) => cells)) < MIN_CERTAIN_CELLS
      ? []
      : ofNoStep.map(
          (block) => `${linesText(placeOf(block, lines))} not compared: the problem has no such step`,
        )),
    ...(left > answered ? [`${left} of its numbers were not read, but ${answered} were`] : []),
  ];

  /** Whether such a text is before each number of a run. */
  function areBehind({ line, cells }: TitledRun, pattern: RegExp): boolean {
    return cells.every(({ at }) => pattern.test(lines[line].text.slice(0, at)));
  }

  /** Returns the step that an unused block may be: by its title, or a missing one of the same size. */
  function stepOf(block: readonly TitledRun[]): Item | undefined {
    // Numbers after a matrix in its line may belong to it: `S = [[1, 0], [0, 1]] · 2`.
    const run = sheet.runs.find((one) => one.line === block[0].line && one.cells.length > 1) ?? block[0];
    const width = run.cells.length;
    // Some rows of a rare step are only intermediate results: `exp 1, 0.49`.
    const isPartOfRare = ({ isRare, isAside, shape }: Item) =>
      isRare && !isAside && block.length < (shape?.rows ?? 0);
    // `positions 0, 1, 2` are no encoding.
    if (run.names.has("encoding") && cellsCountUp(run.cells.map(({ cell }) => cell))) return undefined;
    const meant = subject.items.filter(
      (item) =>
        !item.isInput && !isPartOfRare(item) && nameOf(run, item) > (read.has(item) ? 0.5 : NAMED_ABOVE),
    );
    const isKnown = meant.some((item) => read.has(item));
    const hasWidth = meant.some(({ shape }) => shape && (shape.cols === width || shape.rows === width));
    if (meant.length > 0 && (hasWidth || !isKnown)) return meant[0];
    if (asideOf(run) > NAMED_ABOVE) return undefined;
    return missing.find((item) => mayBeUnread(item, block, sheet.expected.get(item.key) ?? []));
  }
}

/** Whether a block has the name of a step that the problem does not have: the residual, beside an attention alone. */
const isOfNoStep = (block: readonly TitledRun[]): boolean =>
  nameOf(block[0], { id: OF_NO_STEP }) >= NAMED_CLEARLY;

const countCells = (rows: readonly { readonly length: number }[]): number =>
  sumOver(rows, ({ length }) => length);

/**
 * Whether single numbers are cells of a matrix: several have its name, or results cover half of it. Whole numbers
 * without a name do not count, because they may mean anything.
 */
function areCellsOf(singles: readonly TitledRun[], item: Item, matrix: Matrix | undefined): boolean {
  if (singles.filter((run) => nameOf(run, item) > NAMED_ABOVE).length >= MIN_CELLS) return true;
  const results = singles.flatMap(({ cells: [{ cell }], before }) =>
    cell && cell.decimals > 1 && before.at(-1)?.kind === "relation" ? [[[cell]]] : [],
  );
  if (!matrix || results.length === 0) return false;
  const written = matrix.data.filter((right) =>
    results.some((cell) => fitOfWhole(cell, [{ rows: 1, cols: 1, data: Float64Array.of(right) }]) === 1),
  );
  return 2 * written.length >= matrix.data.length;
}

/**
 * The minimum number of cells for which the shape alone shows a step. Smaller blocks and rare steps also need numbers
 * that fit.
 */
const MIN_CERTAIN_CELLS = 4;
const MIN_FIT = 0.5;
const MIN_WIDTH = 3;

function mayBeUnread(
  { shape, isRare }: Item,
  block: readonly TitledRun[],
  expected: readonly Matrix[],
): boolean {
  const width = block[0].cells.length;
  // Some rows of a step, such as the scores of one query: chance seldom gives the numbers of a wide row.
  if (shape && !isRare && block.length < shape.rows && shape.cols === width && width >= MIN_WIDTH)
    return fitOfRows(block.map(numbersOf), expected) > MIN_FIT;
  if (shape?.rows !== block.length || (shape.cols !== width && !(isRare && shape.cols === width - 1)))
    return false;
  if (!isRare && width * block.length >= MIN_CERTAIN_CELLS) return true;
  const cells = block.map((run) => numbersOf(run).slice(0, shape.cols));
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
function isRestated(rows: readonly TitledRun[], matrix: ReadMatrix["cells"]): boolean {
  return rows.every(({ cells: again }) =>
    [...matrix, ...columnsOf(matrix)].some(
      (own) => own.length === again.length && own.every((cell, at) => areAlike(cell, again[at].cell)),
    ),
  );
}
