import { sumOver, upTo } from "../../math/lists.js";
import { rowOf } from "../../math/matrix.js";
import type { Changes } from "./changes.js";
import type { JudgedCells } from "./judge-cells.js";
import { PRICES } from "./prices.js";
import { countBad, MIN_SHARE, type NamedVariant, type StepCase, type StepStory } from "./step-case.js";
import { type Variant, withVariant, withVariants } from "./variants.js";

/** The maximum number of mistakes or other ways in one gap. */
const MAX_NAMED = 3;
/**
 * For each bad cell that an explanation leaves, it must explain this number of cells. Other right ways need fewer,
 * because later steps confirm them.
 */
const MENDED_FOR_ONE_LEFT = 4;
const MENDED_BY_RIGHT_WAY = 2;

/** The minimum number of cells that a mistake must explain in the whole step, in a single row, or in several rows. */
const FEWEST = { whole: 1, inRow: 2, inRows: 3 };

/** The rows in which a variant may have been made (undefined for all), and what the step then costs in bits. */
type Scope = Pick<NamedVariant, "rows"> & { readonly total: number };

/** A variant in some rows or in all, with its effect on the step. */
interface Found extends NamedVariant, Scope {
  readonly price: number;
  readonly judged: JudgedCells;
}

/** Adds the cheapest variant that makes the step cheaper to explain, and repeats this. */
export function explainStep(given: StepCase): StepStory {
  let { changes, first: judged } = given;
  const named: Found[] = [];
  while (named.length < MAX_NAMED && judged.bad.includes(1)) {
    const found = findCheapest(given, changes, judged, named);
    if (!found) break;
    const { variant, rows } = found;
    changes = withVariant(given.graph, changes, variant, rows);
    const after = given.judge.judge(changes);
    if (!after) break;
    judged = after;
    named.push(found);
    // After another right way, the numbers support only that way.
    if (variant.isRight) break;
  }
  const spent = sumOver(named, ({ price }) => price);
  return widened(given, { changes, named, judged, cost: spent + sumOver(judged.bits) });
}

/** Extends a mistake that was found in some rows to all rows, if that fits better with the mistakes found after it. */
function widened(given: StepCase, story: StepStory): StepStory {
  return story.named.reduce((before, one, at) => {
    if (!one.rows || before.named.length < 2) return before;
    const named = before.named.with(at, { ...one, rows: undefined });
    const changes = withVariants(given.graph, given.changes, named);
    const judged = given.judge.judge(changes);
    const saved = judged ? sumOver(before.judged.bits) - sumOver(judged.bits) : 0;
    return judged && saved > 0 ? { changes, named, judged, cost: before.cost - saved } : before;
  }, story);
}

/** Returns the cheapest explanation that makes the step cheaper. Of equal ones, the earlier is returned. */
function findCheapest(
  given: StepCase,
  changes: Changes,
  before: JudgedCells,
  named: readonly NamedVariant[],
): Found | undefined {
  const most = sumOver(before.bits);
  const tried = tryVariants(given, { changes, before, named, limit: most + SAME_BITS });
  let best: Found | undefined;
  for (const one of tried) if (one.total < (best?.total ?? most) - NOISE) best = one;
  return best && { ...best, alike: findAlike(best, tried) };
}

/** The explanation of a step so far, and the maximum cost of another variant in bits. */
interface SoFar {
  readonly changes: Changes;
  readonly before: JudgedCells;
  readonly named: readonly NamedVariant[];
  readonly limit: number;
}

/** Returns the variants that change a step and may be cheap enough, each in every scope, with their effects. */
function tryVariants(
  { judge, graph, gap, size, options, priceOf }: StepCase,
  { changes, before, named, limit }: SoFar,
): readonly Found[] {
  const rowsOfStep = upTo(size.rows);
  const byRow = (sizeOf: (index: number) => number) =>
    rowsOfStep.map((row) => sumOver(upTo(size.cols), (col) => sizeOf(row * size.cols + col)));
  const now = byRow((index) => before.bits[index]);
  const badIn = byRow((index) => before.bad[index]);
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  return options.flatMap((variant) => {
    const keys = [...variant.nodes.keys()];
    // A second change of the same step replaces the first, so it is no second mistake, except in other rows.
    const same = named.filter(({ variant: { nodes } }) => keys.some((key) => nodes.has(key)));
    if (same.some(({ rows }) => !rows) || (variant.isRight && named.length > 0)) return [];
    const taken = new Set(same.flatMap(({ rows = [] }) => rows));
    const areRowsApart = keys.every((key) => !inGap.has(key) || gap.isByRow(key));
    const canBeInRows = size.rows > 1 && !variant.isRight && areRowsApart;
    const price = priceOf(variant);

    /**
     * Returns the cost of the variant in all rows, in each single row, and in the rows that it makes cheaper, if it
     * explains enough there. A bad cell that costs less than a slip is explained.
     */
    const scopesOf = (bits: Float64Array): readonly Scope[] => {
      const cost = byRow((index) => bits[index]);
      const mended = byRow((index) => (before.bad[index] && bits[index] < judge.slipBits ? 1 : 0));
      // A cell that is only near may be wrong, or near a number that a tiny change would round differently.
      const given = byRow((index) => (before.bad[index] && bits[index] < PRICES.near ? 1 : 0));
      const isEnough = (fewest: number, some: readonly number[]) => {
        const [bad, explained, exactly] = [badIn, mended, given].map((by) => sumOver(some, (row) => by[row]));
        return exactly > 0 && (variant.isRight || explained >= Math.max(fewest, MIN_SHARE * bad));
      };
      const costIn = (some: readonly number[]) =>
        price + sumOver(rowsOfStep, (row) => (some.includes(row) ? cost : now)[row]);
      const whole = taken.size === 0 && isEnough(FEWEST.whole, rowsOfStep);
      const all = whole ? [{ total: costIn(rowsOfStep), rows: undefined }] : [];
      if (!canBeInRows) return all;
      const inRows = (rows: readonly number[], fewest: number, bitsOfRows: number) =>
        isEnough(fewest, rows) ? [{ total: costIn(rows) + 1 + bitsOfRows, rows }] : [];
      const open = rowsOfStep.filter((row) => !taken.has(row) && isEnough(1, [row]));
      const one = open.flatMap((row) => inRows([row], FEWEST.inRow, Math.log2(size.rows)));
      const cheaper = open.filter((row) => now[row] > cost[row]);
      const areSome = cheaper.length > 1 && cheaper.length < size.rows;
      return [...all, ...one, ...(areSome ? inRows(cheaper, FEWEST.inRows, size.rows) : [])];
    };
    const isPossible = (bits: Float64Array) => scopesOf(bits).some(({ total }) => total <= limit);
    const judged = judge.judge(withVariant(graph, changes, variant), { beside: changes, isPossible });
    if (!judged) return [];
    const changed = rowsChanged(before, judged);
    return scopesOf(judged.bits).map(({ total, rows }) => {
      // If it changes no other row, nobody knows that it was made only in these.
      const isInAll = changed.every((row) => rows?.includes(row));
      return { total, rows: isInAll ? undefined : rows, variant, judged, price, alike: [] };
    });
  });
}

function rowsChanged(
  { versions: [one] }: JudgedCells,
  { versions: [other] }: JudgedCells,
): readonly number[] {
  return upTo(one.rows).filter((row) =>
    rowOf(one, row).some((value, col) => value !== rowOf(other, row)[col]),
  );
}

/** The largest change of a sum of bits by binary rounding. */
const NOISE = 1e-9;

/** Returns the other variants that fit equally well in the same rows, so that nothing written can distinguish them. */
function findAlike({ variant, rows, total, price }: Found, tried: readonly Found[]): readonly Variant[] {
  // A right way costs less than a mistake, although the mistake may give the same numbers.
  const most = variant.isRight ? Number.POSITIVE_INFINITY : price + SAME_BITS;
  const isAlike = (other: Found) =>
    other.variant !== variant &&
    other.variant.head === variant.head &&
    other.price <= most &&
    String(other.rows) === String(rows) &&
    other.total - other.price <= total - price + SAME_BITS;
  return [...new Set(tried.filter(isAlike).map((other) => other.variant))];
}

/** Two explanations whose costs differ by less than this are equally good. */
const SAME_BITS = 0.05;

/** Whether an explanation leaves few cells unexplained, and explains far more. */
export function isConvincing({ named, judged }: StepStory, first: JudgedCells, mostBad: number): boolean {
  const left = countBad(judged);
  if (left === 0) return true;
  // A number that was chosen to fit must explain every cell.
  if (named.some(({ variant }) => variant.altered.isFitted)) return false;
  const mended = sumOver(first.bad, (isBad, index) => (judged.bad[index] ? 0 : isBad));
  const forOne = named.some(({ variant }) => variant.isRight) ? MENDED_BY_RIGHT_WAY : MENDED_FOR_ONE_LEFT;
  return left <= mostBad && (named.length === 0 || mended >= forOne * left);
}
