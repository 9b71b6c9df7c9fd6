import { type Matrix, transpose } from "../../math/matrix.js";
import type { Candidate } from "./evidence.js";
import { areOfMask } from "./fit.js";
import { type Item, matrixOf } from "./items.js";
import type { SheetText } from "./lines.js";
import { nameFinder } from "./names.js";
import type { Commas } from "./number-at.js";
import { type Placement, placeRuns } from "./place.js";
import { INPUTS_ON_SHEETS } from "./problems.js";
import { runsIn, spellingsOf, withBlocks } from "./read-document.js";
import { MAY_BE_OF_HEADS, sheetNames } from "./sheet-names.js";
import type { TitledRun } from "./titles.js";

// The blocks of a sheet that have the name of an input, before its problem is known.

/** Names weaker than this are ignored. */
export const MIN_NAME_STRENGTH = 0.4;
/** How much higher a block further down must score to replace one further up. */
const BETTER = 0.5;

/** The steps that blocks of a sheet may be, other than inputs. */
export const STEPS_ON_SHEETS: readonly string[] = [
  "encoding",
  "embedded",
  "query-features",
  "key-features",
  "added-features",
  "tanh",
  "row-max",
  "shifted-scores",
  "scores",
  "scaled-scores",
  "exponentials",
  "row-sums",
  "weights",
  "dropped-weights",
  "output",
  "concat",
  "attention-output",
  "residual-1",
  "residual-2",
  "centred",
  "mean",
  "variance",
  "deviation",
  "normalised",
  "norm-1",
  "norm-2",
  "feed-forward-1",
  "activation",
  "feed-forward-2",
  "rotated",
  "q-rotated",
  "k-rotated",
  "unit-query",
  "unit-key",
  "d-value",
  "d-weights",
  "d-scaled-scores",
  "d-scores",
  "d-query",
  "d-key",
];

/** The runs of numbers of a text, each read as an input or a step. */
export interface Placed extends Placement {
  readonly sheet: SheetText;
  readonly commas: Commas;
  readonly runs: readonly TitledRun[];
}

/** Reads a text once for each way to write numbers, and places its runs. */
export function placements(given: SheetText, names: readonly string[]): readonly Placed[] {
  const finder = nameFinder(sheetNames(STEPS_ON_SHEETS, names));
  const sheet = withBlocks(given, finder);
  const items = [
    ...names.map((id) => freeItem(id, true)),
    ...STEPS_ON_SHEETS.map((id) => freeItem(id, false)),
  ];
  return spellingsOf(sheet).map((spelling) => {
    const runs = runsIn(sheet, finder, spelling);
    const placed = placeRuns(
      {
        runs,
        expected: new Map(),
        habits: { transposedShare: 0 },
        firstHead: 0,
        commas: spelling.commas,
      },
      items,
    );
    return { sheet, commas: spelling.commas, runs, ...placed };
  });
}

/** Returns an item whose shape is not known yet. */
const freeItem = (id: string, isInput: boolean): Item => ({
  key: id,
  id,
  isInput,
  isRare: false,
  addsUpToOne: false,
});

/** Adds the inputs that have no block of their own, but that the title of another block names, too: `Q = K = V`. */
export function sharedBlocks(blocks: readonly InputBlock[]): readonly InputBlock[] {
  const all = new Map(blocks.map((block) => [block.name, block]));
  for (const block of blocks)
    for (const [name, strength] of block.candidates[0].rows[0].names)
      if (strength > MIN_NAME_STRENGTH && INPUTS_ON_SHEETS.includes(name) && !all.has(name))
        all.set(name, { ...block, name });
  return [...all.values()];
}

/** Returns blocks with the input that each mask is: one with −∞ is added to the scores, so it is a bias. */
export const maskedBlocks = (blocks: readonly InputBlock[]): readonly InputBlock[] =>
  blocks.map((block) =>
    block.name === "mask" && block.matrix?.data.includes(Number.NEGATIVE_INFINITY)
      ? { ...block, name: "bias" }
      : block,
  );

/** A block with the name of an input. */
export interface InputBlock {
  readonly name: string;
  /** In the order of the sheet. */
  readonly candidates: readonly Candidate[];
  /** Undefined if rows have different lengths or cells are blank. */
  readonly matrix?: Matrix;
}

/** Returns the best block of each name. Numbered rows in separate places are joined. */
export function blocksOf(candidates: readonly Candidate[], names: readonly string[]): readonly InputBlock[] {
  return names.flatMap((name) => {
    // Other numbers under the word "mask" are masked scores, which are no input.
    const named = candidates.filter(
      ({ item, named, cells }) =>
        item.id === name && named > MIN_NAME_STRENGTH && (name !== "mask" || areOfMask(cells.flat())),
    );
    if (named.length === 0) return [];
    const ofHeads = MAY_BE_OF_HEADS.test(name) ? blocksOfHeads(named) : undefined;
    if (ofHeads) return [{ name, ...ofHeads }];
    // Beside a matrix, a single row is a sentence: `the first query returns (1, 2)`.
    const matrices = named.filter(({ cells }) => cells.length > 1);
    const used = matrices.length > 0 && !areCounted(named) ? [bestBlock(matrices)] : named;
    const matrix = matrixOf(used.flatMap(({ cells }) => cells));
    if (!matrix) return [{ name, candidates: used }];
    // `K^T = …` gives K transposed.
    return [{ name, candidates: used, matrix: used[0].rows[0].isTransposed ? transpose(matrix) : matrix }];
  });
}

const bestBlock = (blocks: readonly Candidate[]): Candidate =>
  blocks.reduce((one, other) => (other.total > one.total + BETTER || extend(other, one) ? other : one));

/** Whether a block has more rows, below all those of another one: the cache with a new token. */
const extend = ({ cells }: Candidate, { cells: first }: Candidate): boolean =>
  cells.length > first.length &&
  first.length > 1 &&
  first.every((row, at) => row.every((cell, col) => cell !== null && cell.value === cells[at][col]?.value));

/** Joins the best block of each head side by side. Returns undefined unless several heads have one each. */
function blocksOfHeads(named: readonly Candidate[]): Omit<InputBlock, "name"> | undefined {
  const headOf = ({ rows: [{ head, block }] }: Candidate) => block ?? head;
  const heads = [...new Set(named.flatMap((one) => headOf(one) ?? []))];
  const sizeOf = ({ cells }: Candidate) => cells.flat().length;
  // Beside the heads, there may be numbers in sentences, but no larger matrix.
  const [whole, parts] = [true, false].map((isWhole) =>
    Math.max(0, ...named.filter((one) => (headOf(one) === undefined) === isWhole).map(sizeOf)),
  );
  if (heads.length < 2 || whole >= parts) return undefined;
  const candidates = heads.map((head) => {
    const ofHead = named.filter((one) => headOf(one) === head);
    return bestBlock(ofHead.filter((one) => ofHead.every((other) => sizeOf(other) <= sizeOf(one))));
  });
  const matrix = matrixOf(
    candidates[0].cells.map((_, row) => candidates.flatMap(({ cells }) => cells[row] ?? [])),
  );
  return { candidates, ...(matrix && { matrix }) };
}

/** Whether rows are numbered one after the other: `k1 = …` in a sentence, then `k2 = …, k3 = …`. */
function areCounted(candidates: readonly Candidate[]): boolean {
  const places = candidates.flatMap(({ rows }) =>
    rows.map(({ clause }) => Number(/\p{L}_?(\d+)\s*[:=]?\s*[[(]*\s*$/u.exec(clause)?.[1])),
  );
  return places.every((place, at) => place === places[0] + at);
}
