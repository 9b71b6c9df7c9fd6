import { upTo } from "../../math/lists.js";
import { checkCalculations } from "./calculations.js";
import { doubtsOfParts, doubtsOfWhole, isGuess } from "./doubts.js";
import { doubtsOfEarlier, isVersion } from "./earlier.js";
import { type Candidate, FIT } from "./evidence.js";
import { fitOfWhole } from "./fit.js";
import { type Cells, type Item, inRows } from "./items.js";
import { linesOn } from "./lines-of-matrices.js";
import { namesBeside, ordered } from "./order.js";
import type { Joined, Placed } from "./place.js";
import type { Reading, ReadMatrix } from "./reading.js";
import { doubtsOfRestated } from "./restated.js";
import { numbersOf } from "./runs.js";
import { countsFromOne, findStatements } from "./statements/find-statements.js";
import type { TitledRun } from "./titles.js";
import { doubtsOfScorings, doubtsOfUnused, placeOf, unusedBlocks } from "./unused.js";

/**
 * Returns the runs of a sheet that make up the rows of a candidate. It compares by the first cell, because the rows of a
 * triangle are padded copies.
 */
const runsOf = ({ from, to, rows }: Candidate, { sheet: { runs } }: Placed): readonly TitledRun[] =>
  runs.slice(from, to).filter((run) => rows.some(({ cells }) => cells[0] === run.cells[0]));

/**
 * Joins the pieces of each item into one matrix: the last whole matrix counts; otherwise rows or cells are joined in
 * order.
 */
export function assemble(given: Placed): Omit<Reading, "struck" | "form"> {
  const candidates = [...given.candidates];
  const placed = { ...given, candidates };
  // From the last on: once the masked scores are known as such, the scaled scores before them may be.
  for (const at of upTo(candidates.length).reverse())
    candidates[at] = withFittingItem(candidates[at], placed);
  const { subject, lines, total } = placed;
  const used = new Set<TitledRun>();
  const matrices: ReadMatrix[] = [];
  const read = new Set<Candidate>();
  const earlier: Reading["earlier"][number][] = [];
  const ofEarlier: string[] = [];
  for (const item of subject.items) {
    const pieces = candidates.filter(
      (candidate) => candidate.item === item && !(candidate.isWhole && isChance([candidate], placed)),
    );
    const joined =
      joinPieces(item, pieces, placed) ?? sumsBehind(item, candidates) ?? sharedInput(item, placed);
    // An incomplete input is more likely something else. So is an incomplete rare step whose numbers do not fit.
    const isPart = joined && !isWhole(joined, item) && (item.isInput || (item.isRare && isUnfit(joined)));
    if (!joined || isPart || isChance(joined.from, placed)) continue;
    if (item.isPart && joined.from.some(({ fit }) => fit < 1)) continue;
    // What stands between two steps needs a clear name if its numbers do not fit.
    if (item.isAside && isUnfit(joined) && joined.from.some(({ named }) => named < CLEAR_NAME)) continue;
    for (const candidate of joined.from) {
      read.add(candidate);
      for (const run of runsOf(candidate, placed)) used.add(run);
    }
    ofEarlier.push(...doubtsOfEarlier(placed, joined.from[0], joined.replaced));
    for (const old of joined.replaced) {
      for (const run of runsOf(old, placed)) used.add(run);
      earlier.push({ key: item.key, lines: placeOf(old.rows, lines), text: textOf(old.rows) });
    }
    if (!item.isPart) matrices.push(readMatrix(placed, item, joined));
  }
  const whole = withRowsAlone(matrices);
  const blocks = unusedBlocks(placed, used);
  const unused = blocks.map((rows) => ({ lines: placeOf(rows, lines), text: textOf(rows) }));
  const statements = findStatements(placed, matrices, used);
  const { falseCalculations, strange } = checkCalculations(lines, placed.sheet.commas, {
    areInLine: linesOn(placed, matrices),
    values: (matrices.find(({ item }) => item.id === "v") ?? matrices.find(({ item }) => item.id === "value"))
      ?.cells,
  });
  const doubts = [
    ...doubtsOfUnused(placed, blocks, matrices, used),
    ...doubtsOfScorings(placed, earlier),
    ...ofEarlier,
    ...doubtsOfRestated(placed, blocks, matrices, { used, statements }),
    ...strange,
  ];
  // A candidate that gave no matrix adds nothing to the total.
  const score = candidates.reduce(
    (sum, candidate, at) => sum + (read.has(candidate) ? candidate.total : 0) - given.candidates[at].total,
    total,
  );
  return {
    matrices: whole,
    earlier,
    unused,
    doubts,
    falseCalculations,
    countsFromOne: countsFromOne(placed.typed),
    statements,
    total: score,
  };
}

const fewerRows = (count: number, of: number): string => `${count} of ${of} rows were found`;

/**
 * Removes the doubt about missing rows if two or more matrices have the same rows, or the step is one that few sheets
 * have: the author wrote only these rows. They get a note instead.
 */
function withRowsAlone(matrices: readonly ReadMatrix[]): readonly ReadMatrix[] {
  const found = matrices.map(({ cells, doubts }) => {
    const rows = cells.flatMap((row, at) => (row.some((cell) => cell !== null) ? [at + 1] : []));
    const doubt = fewerRows(rows.length, cells.length);
    return { rows: doubts.includes(doubt) ? rows.join(", ") : "", doubt };
  });
  return matrices.map((matrix, at) => {
    const { rows, doubt } = found[at];
    const isAlone = found.filter((one) => one.rows === rows).length === 1;
    if (rows === "" || (isAlone && !matrix.item.isRare && matrix.item.id !== "row-sums")) return matrix;
    const doubts = matrix.doubts.filter((one) => one !== doubt);
    return { ...matrix, doubts, notes: [...matrix.notes, `row ${rows} alone`] };
  });
}

/**
 * How much better the fit to another step must be before qkv takes the numbers for that step. Less is enough if the same
 * step was already found further up.
 */
const MIN_FIT_GAIN = 0.4;
const MIN_FIT_GAIN_OF_SECOND = 0.2;
/** The share of cells by which numbers show their step. */
const HALF = 0.5;

/**
 * Returns the candidate, with another item if its numbers show that item. People also write "scores" for scaled or masked
 * scores, or use a title that qkv does not know, so that a title further up counts. The numbers must fit the other step
 * much better, and no other numbers may be read as that step.
 */
function withFittingItem(candidate: Candidate, { candidates, subject, sheet, lines }: Placed): Candidate {
  const { item, isWhole, cells, from } = candidate;
  const isGradient = item.id.startsWith("d-");
  const twins = candidates.filter((one) => one.item === item && one.isWhole && one !== candidate);
  const isAgain = twins.some((one) => one.from > from);
  const isAttempt = twins.some((one) => one.from > from && isVersion(candidate, one, lines));
  // The last scores with −∞ are the masked ones, even if one title names both steps: "scale and mask".
  const isMasked = hasMask(candidate) && !candidates.some((one) => one.from > from && hasMask(one));
  if (!isWhole || item.isInput || !(isAgain || isMasked || /^(?:d-)?scores$/.test(item.id))) return candidate;
  const others = subject.items.filter(({ id, head, isInput, isRare, shape }) => {
    if (head !== item.head) return false;
    if (isMasked) return id === "masked-scores";
    if (!isAgain) return id.endsWith("-scores") && id.startsWith("d-") === isGradient;
    return !isInput && !isRare && shape?.rows === item.shape?.rows && shape?.cols === item.shape?.cols;
  });
  const [best] = others
    .filter((other) => !candidates.some((one) => one.item === other))
    .map((other) => ({ item: other, fit: fitOfWhole(cells, sheet.expected.get(other.key) ?? []) }))
    .toSorted((one, other) => other.fit - one.fit);
  const gain = best ? best.fit - candidate.fit : 0;
  const isSecond = twins.some((one) => one.from < from);
  // As an earlier attempt it would not be judged, so that any step that it fits better is what it is.
  const isOther = isAgain && !isAttempt && best && best.fit > HALF;
  const needed = isOther ? 0 : isSecond ? MIN_FIT_GAIN_OF_SECOND : MIN_FIT_GAIN;
  return (isMasked ? gain >= 0 : gain > needed)
    ? { ...candidate, ...best, total: candidate.total + FIT * gain }
    : candidate;
}

/** Whether a candidate reads numbers with −∞ as scores before the mask. */
const hasMask = ({ item, cells }: Candidate): boolean =>
  /^(?:scaled-)?scores$/.test(item.id) &&
  cells.flat().some((cell) => cell?.value === Number.NEGATIVE_INFINITY);

const isUnfit = ({ from }: Joined): boolean => from.every(({ fit }) => fit <= 0.5);

function joinPieces(
  item: Item,
  pieces: readonly Candidate[],
  { subject, lines }: Placed,
): Joined | undefined {
  const wholes = pieces.filter(({ isWhole }) => isWhole);
  // An input is copied, not computed. So the block that agrees best is the input, and any other block is something
  // else.
  const [copy] = item.isInput ? wholes.toSorted((one, other) => other.fit - one.fit) : [];
  if (copy) return joinOf(copy.cells, [copy]);
  const last = wholes.at(-1);
  if (!last)
    return joinRows(item, pieces) ?? joinCells(item, pieces) ?? misshapen(item, pieces, subject.items);
  // The last version counts. But one that has some wrong numbers, and is no attempt, is judged rather than its right copy.
  const isWrong = (one: Candidate) => one.fit > HALF && one.fit < 1 && !isVersion(one, last, lines);
  const judged = (last.fit === 1 && wholes.findLast(isWrong)) || last;
  return { ...joinOf(judged.cells, [judged]), replaced: wholes.filter((one) => one !== judged) };
}

const joinOf = (cells: Cells, from: readonly Candidate[], ...doubts: readonly string[]): Joined => ({
  cells,
  from,
  replaced: [],
  doubts,
});

/** Returns the matrix of another input whose title names this one, too, and with the same numbers: `Q = K = V`. */
function sharedInput({ id, key, isInput }: Item, { candidates, sheet }: Placed): Joined | undefined {
  const expected = sheet.expected.get(key) ?? [];
  const shared = candidates.find(
    ({ item, isWhole, rows, cells }) =>
      isInput && item.isInput && isWhole && rows[0].names.has(id) && fitOfWhole(cells, expected) === 1,
  );
  return shared && joinOf(shared.cells, [shared]);
}

/** Returns the row sums if they were written as a last column behind the exponentials. */
function sumsBehind({ id, head }: Item, candidates: readonly Candidate[]): Joined | undefined {
  if (id !== "row-sums") return undefined;
  const candidate = candidates.findLast(
    ({ item, layout }) => item.id === "exponentials" && item.head === head && layout === "summed",
  );
  return (
    candidate &&
    joinOf(
      candidate.rows.map((row) => numbersOf(row).slice(-1)),
      [candidate],
    )
  );
}

function joinRows({ shape }: Item, pieces: readonly Candidate[]): Joined | undefined {
  const from = pieces.filter(({ layout }) => layout === "rows");
  const rows = from.flatMap(({ cells }) => cells);
  if (!shape || rows.length === 0) return undefined;
  if (rows.length === shape.rows) return joinOf(rows, from);
  return rows.length % shape.rows === 0
    ? joinOf(rows.slice(-shape.rows), from, `${rows.length} rows were found; qkv took the last ${shape.rows}`)
    : joinOf(rows, from, fewerRows(rows.length, shape.rows));
}

function joinCells({ id, shape }: Item, pieces: readonly Candidate[]): Joined | undefined {
  const from = pieces.filter(({ layout }) => layout === "cell");
  // A sheet may work out the sums of some rows.
  const isSure = ({ fit, named, cells: [[cell]] }: Candidate) =>
    fit > 0 || (named >= CLEAR_NAME && cell !== null && cell.decimals > 0);
  if (shape && id === "row-sums" && from.length > 0 && from.length < shape.rows && from.every(isSure))
    return joinOf(
      from.flatMap(({ cells }) => cells),
      from,
      fewerRows(from.length, shape.rows),
    );
  if (!shape || from.length !== shape.rows * shape.cols) return undefined;
  const cells = inRows(
    from.map(({ cells }) => cells[0][0]),
    shape,
  );
  return joinOf(cells, from);
}

function misshapen(
  { id, shape }: Item,
  pieces: readonly Candidate[],
  items: readonly Item[],
): Joined | undefined {
  const last = pieces.findLast(({ layout }) => layout === "misshapen");
  if (!last || !shape) return undefined;
  const [rows, cols] = [last.cells.length, last.cells[0].length];
  const isTransposed = rows === shape.cols && cols === shape.rows;
  const hint = isTransposed ? ": it looks transposed" : "";
  // Weights multiplied by another matrix than V have the number of columns of that matrix.
  const taken = items.find(
    (one) => one.isInput && one.id === "x" && one.shape?.rows === rows && one.shape.cols === cols,
  );
  const instead =
    taken && id === "output" && !isTransposed ? `, as V is: ${taken.id} may have been read as V` : "";
  const size = `${shape.rows}×${shape.cols}`;
  return joinOf(last.cells, [last], `it is ${rows}×${cols}, but here it is ${size}${hint}${instead}`);
}

function readMatrix(placed: Placed, item: Item, joined: Joined): ReadMatrix {
  const { from } = joined;
  const { layout } = from[0];
  const tokens = from.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells));
  const misspelt = tokens.filter(({ isMisspelt }) => isMisspelt === true);
  const { cells, doubts: ofOrder } = ordered(joined, item, placed);
  const [candidate, ...others] = from;
  // Rows that were reordered are compared again with the numbers of the step.
  const expected = placed.sheet.expected.get(item.key) ?? [];
  const fit = cells === joined.cells || !candidate.isWhole ? candidate.fit : fitOfWhole(cells, expected);
  const sorted = {
    ...joined,
    from: [{ ...candidate, fit, total: candidate.total + FIT * (fit - candidate.fit) }, ...others],
  };
  const notes = misspelt.map(({ text, cell }) => `“${text}” was read as ${cell?.value}`);
  if (layout === "transposed") notes.push("transposed, as on the sheet");
  return {
    item,
    cells,
    lines: from.map(({ rows }) => placeOf(rows, placed.lines)),
    layout,
    doubts: [...ofOrder, ...doubtsOfWhole(placed, item, sorted), ...doubtsOfParts(joined)],
    isGuess: from.every(isGuess),
    notes,
    ...(areSame(cells, joined.cells) &&
      layout !== "transposed" && { names: namesBeside(from, cells, placed.lines) }),
  };
}

/** Whether every cell is at the same place in both. */
const areSame = (cells: ReadMatrix["cells"], other: ReadMatrix["cells"]): boolean =>
  cells.length === other.length &&
  cells.every((row, at) => row.every((cell, col) => cell === other[at][col]));

const textOf = (rows: readonly TitledRun[]) =>
  rows.map(({ cells }) => cells.map(({ text }) => text).join(" ")).join("; ");

const isWhole = ({ cells }: Joined, { shape }: Item) =>
  cells.length === shape?.rows && cells.every((row) => row.length === shape.cols);

/**
 * Whether numbers are unlikely to be the step: they have no name, and they do not fit. They are single numbers in a
 * sentence (`Page 1 of 2`), or have a title that names no step on a sheet that names other steps.
 */
function isChance(from: readonly Candidate[], { candidates, lines }: Placed): boolean {
  const hasCertainSteps = candidates.some(
    ({ named, fit, item }) => !item.isInput && (named >= CLEAR_NAME || fit > SURE_FIT),
  );
  return from.every(({ named, fit, rows }) => {
    const [{ line, clause }] = rows;
    const title = clause.trim() === "" ? (lines[line - 1]?.text ?? "") : clause;
    const isTitled = hasCertainSteps && /\p{L}{3}/u.test(title.replace(PART, " "));
    const areSingle = rows.every(({ isLabelled, cells }) => isLabelled && cells.length === 1);
    return named < WEAK_NAME && fit <= 0.5 && (areSingle || isTitled);
  });
}
const WEAK_NAME = 0.2;
const CLEAR_NAME = 0.7;
const SURE_FIT = 0.93;
/** Words that only number a block: `Part b`. */
const PART =
  /(?<!\p{L})(?:part|step|question|task|problem|answer|solution|teil|teilaufgabe|aufgabe|schritt|frage|lösung|parte|paso|pregunta|étape|passo|domanda|head|token)(?!\p{L})/giu;
