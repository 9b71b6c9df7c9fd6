import type { Graph } from "../../trace/graph.js";
import type { Gap } from "./gap.js";
import { isByRow } from "./gap.js";
import type { CellJudge, JudgedCells } from "./judge-cells.js";
import { type Changes, graphWith, type Variant, withVariant } from "./variants.js";

/** What was done otherwise at a step, in all rows or some of them. */
export interface Named {
  readonly variant: Variant;
  /** Others that give the same numbers. */
  readonly alike: readonly Variant[];
  readonly rows: readonly number[] | undefined;
}

/** How a written step comes about. */
export interface StepStory {
  readonly changes: Changes;
  readonly named: readonly Named[];
  readonly judged: JudgedCells;
}

/** What a step is explained with. */
export interface StepCase {
  readonly judge: CellJudge;
  readonly graph: Graph;
  readonly gap: Gap;
  readonly changes: Changes;
  /** The step by what is known before. */
  readonly first: JudgedCells;
  readonly size: { readonly rows: number; readonly cols: number };
  readonly options: readonly Variant[];
  /** What a variant costs in bits. */
  readonly priceOf: (variant: Variant) => number;
}

/** So many things at most are done otherwise in one gap. */
const MOST_NAMED = 3;
/** A mistake in a row mends at least so many cells of it. */
const FEWEST_IN_ROWS = 2;
/** Where no cell is bad, but most are near, a mistake must make the step so many bits cheaper. */
const MARGIN_WITHOUT_BAD = 8;

/** What leaves a bad cell unexplained has mended so many. */
const MENDED_FOR_ONE_LEFT = 4;

interface Found extends Named {
  readonly total: number;
  readonly judged: JudgedCells;
}

/** Takes the cheapest of the variants that make a step cheaper to explain, one after the other. */
export function explainStep(given: StepCase): StepStory {
  let { changes, first: judged } = given;
  const named: Named[] = [];
  while (named.length < MOST_NAMED) {
    const hasBad = judged.bad.includes(1);
    if (!hasBad && sumOf(judged.bits) < MARGIN_WITHOUT_BAD) break;
    const found = findCheapest(given, changes, judged, named);
    if (!found) break;
    const { variant, rows } = found;
    changes = withVariant(given.graph, changes, variant, rows);
    const after = given.judge.judge(graphWith(given.graph, changes), false);
    if (!after) break;
    judged = rows ? keepOtherRows(after, judged, rows, given.size.cols) : after;
    named.push(found);
    // Where another right way was taken, the numbers speak for that alone.
    if (variant.isRight) break;
  }
  return { changes, named, judged };
}

function findCheapest(
  { judge, graph, gap, size, options, priceOf }: StepCase,
  changes: Changes,
  before: JudgedCells,
  named: readonly Named[],
): Found | undefined {
  const now = sumOf(before.bits);
  const hasBad = before.bad.includes(1);
  const rowBits = rowSums(before.bits, size);
  const taken = new Set(named.flatMap(({ variant: { nodes } }) => [...nodes.keys()]));
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  const tried = (variant: Variant, mostBits: number): readonly Found[] => {
    // What is done otherwise twice in one step is the second thing alone.
    if ([...variant.nodes.keys()].some((key) => taken.has(key))) return [];
    if (variant.isRight && named.length > 0) return [];
    const areRowsApart = [...variant.nodes.keys()].every(
      (key) => !inGap.has(key) || isByRow(graph, gap, key),
    );
    const canBeInRows = size.rows > 1 && !variant.isRight && areRowsApart;
    const pricing = { price: priceOf(variant), size, now, rowBits, canBeInRows };
    const judged = judge.judge(graphWith(graph, withVariant(graph, changes, variant)), false, (bits) =>
      priceScopes(bits, pricing).some(({ total }) => total <= mostBits),
    );
    if (!judged || areSame(judged, before)) return [];
    return priceScopes(judged.bits, pricing)
      .filter(({ total, rows }) => total <= mostBits && isEnough(variant, judged, rows))
      .map((scope) => ({ ...scope, variant, judged, alike: [] }));
  };
  const isEnough = ({ isRight, what }: Variant, judged: JudgedCells, rows: readonly number[] | undefined) => {
    const gained = countMended(before, judged, rows, size.cols);
    // What fits one cell of each row by itself must give another, too.
    if ("isFitted" in what) return gained > countRows(before, size);
    return isRight || (hasBad ? gained >= (rows ? FEWEST_IN_ROWS : 1) : !rows);
  };
  const most = hasBad ? now : now - MARGIN_WITHOUT_BAD;
  let best: Found | undefined;
  for (const variant of options)
    for (const found of tried(variant, best?.total ?? most))
      if (found.total < (best?.total ?? most) - 1e-9) best = found;
  return best && { ...best, alike: findAlike(best, options, tried) };
}

/** The other variants that fit as well, in the same rows: nothing that is written tells them apart. */
function findAlike(
  best: Found,
  options: readonly Variant[],
  tried: (variant: Variant, mostBits: number) => readonly Found[],
): readonly Variant[] {
  const { variant, rows, total, judged } = best;
  return options.filter((other) => {
    if (other.what === variant.what || other.head !== variant.head) return false;
    // A right way costs less, and a mistake may give the same numbers.
    const most = variant.isRight ? Number.POSITIVE_INFINITY : total + SAME_BITS;
    return tried(other, most).some(
      (found) =>
        String(found.rows) === String(rows) &&
        (found.total <= total + SAME_BITS || areSame(found.judged, judged)),
    );
  });
}

/** Two stories that differ by less are told by nothing. */
const SAME_BITS = 0.05;

interface Pricing {
  readonly price: number;
  readonly size: StepCase["size"];
  /** What the step costs now, and each of its rows. */
  readonly now: number;
  readonly rowBits: readonly number[];
  readonly canBeInRows: boolean;
}

/** What a variant costs in all rows, in one of them, and in those that it makes cheaper. */
function priceScopes(
  bits: Float64Array,
  { price, size, now, rowBits, canBeInRows }: Pricing,
): readonly { readonly total: number; readonly rows: readonly number[] | undefined }[] {
  const after = rowSums(bits, size);
  const whole = { total: price + after.reduce((sum, by) => sum + by, 0), rows: undefined };
  if (!canBeInRows) return [whole];
  const gains = rowBits.map((by, row) => by - after[row]);
  const one = gains.map((gain, row) => ({
    total: price + 1 + Math.log2(size.rows) + now - gain,
    rows: [row],
  }));
  const rows = gains.flatMap((gain, row) => (gain > 0 ? [row] : []));
  if (rows.length < 2 || rows.length === size.rows) return [whole, ...one];
  const saved = rows.reduce((sum, row) => sum + gains[row], 0);
  return [whole, ...one, { total: price + 1 + size.rows + now - saved, rows }];
}

/** Rows with a bad cell. */
const countRows = ({ bad }: JudgedCells, { rows, cols }: StepCase["size"]): number =>
  Array.from({ length: rows }, (_, row) => bad.subarray(row * cols, (row + 1) * cols)).filter((cells) =>
    cells.includes(1),
  ).length;

function countMended(
  before: JudgedCells,
  after: JudgedCells,
  rows: readonly number[] | undefined,
  cols: number,
): number {
  return before.bad.reduce((count, isBad, index) => {
    const isIn = !rows || rows.includes(Math.floor(index / cols));
    return isBad && !after.bad[index] && isIn ? count + 1 : count;
  }, 0);
}

/** The rows in which nothing was done otherwise stay as they were judged, where that is better. */
function keepOtherRows(
  after: JudgedCells,
  before: JudgedCells,
  rows: readonly number[],
  cols: number,
): JudgedCells {
  const [bits, bad, near] = [after.bits.slice(), after.bad.slice(), after.near.slice()];
  for (let index = 0; index < bits.length; index++) {
    if (rows.includes(Math.floor(index / cols)) || !bad[index] || before.bad[index]) continue;
    bits[index] = before.bits[index];
    bad[index] = before.bad[index];
    near[index] = before.near[index];
  }
  return { ...after, bits, bad, near };
}

/** Whether a story leaves few cells unexplained, and mends far more: what leaves more explains nothing. */
export function isConvincing({ named, judged }: StepStory, first: JudgedCells, mostBad: number): boolean {
  const left = countBad(judged);
  if (left === 0) return true;
  const mended = first.bad.reduce((count, isBad, index) => count + (isBad && !judged.bad[index] ? 1 : 0), 0);
  return left <= mostBad && (named.length === 0 || mended >= MENDED_FOR_ONE_LEFT * left);
}

export const countBad = ({ bad }: JudgedCells): number => bad.reduce((count, isBad) => count + isBad, 0);

export const sumOf = (bits: Float64Array): number => bits.reduce((sum, by) => sum + by, 0);

const rowSums = (bits: Float64Array, { rows, cols }: StepCase["size"]): readonly number[] =>
  Array.from({ length: rows }, (_, row) => sumOf(bits.subarray(row * cols, (row + 1) * cols)));

/** Whether two solutions come to the same on every course. */
function areSame(one: Pick<JudgedCells, "courses">, other: Pick<JudgedCells, "courses">): boolean {
  return one.courses.every((matrix, at) => {
    const { data } = other.courses[at];
    return matrix.data === data || matrix.data.every((value, index) => Object.is(value, data[index]));
  });
}
