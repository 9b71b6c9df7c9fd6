import { sumOver, upTo } from "../../math/lists.js";
import { rowOf } from "../../math/matrix.js";
import type { JudgedCells } from "./judge-cells.js";
import { PRICES } from "./prices.js";
import {
  countBad,
  MIN_SHARE,
  type NamedVariant,
  type StepCase,
  type StepStory,
  unexplained,
} from "./step-case.js";
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
  let story = unexplained(given.changes, given.first);
  while (story.named.length < MAX_NAMED && story.judged.bad.includes(1)) {
    const found = findCheapest(given, story);
    if (!found) break;
    const changes = withVariant(given.graph, story.changes, found.variant, found.rows);
    const judged = given.judge.judge(changes);
    if (!judged) break;
    const cost = story.cost + found.price + sumOver(judged.bits) - sumOver(story.judged.bits);
    story = { changes, named: [...story.named, found], judged, cost };
    // After another right way, the numbers support only that way.
    if (found.variant.isRight) break;
  }
  return widened(given, story);
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

/** Returns the cheapest variant that makes the step cheaper to explain. Of equal ones, the earlier is returned. */
function findCheapest(given: StepCase, story: StepStory): Found | undefined {
  const tried = tryVariants(given, story);
  const most = sumOver(story.judged.bits);
  let best: Found | undefined;
  for (const one of tried) if (one.total < (best?.total ?? most) - NOISE) best = one;
  return best && { ...best, alike: findAlike(best, tried) };
}

/** What a variant changes in some rows: the bits that it saves, and the cells that were bad without it. */
interface Effect {
  readonly saved: number;
  readonly bad: number;
  /** The bad cells that cost less than a slip with it. */
  readonly explained: number;
  /** The bad cells that it gives exactly. A cell that is only near may be wrong, or near by chance. */
  readonly exactly: number;
}

/** Returns the variants that change a step and may be cheap enough, each in every scope, with their effects. */
function tryVariants(
  { judge, graph, gap, size, options, priceOf }: StepCase,
  { changes, judged: before, named }: StepStory,
): readonly Found[] {
  const most = sumOver(before.bits);
  const inGap = new Set(gap.nodes.map(({ key }) => key));

  const effectIn = (bits: Float64Array, rows: readonly number[]): Effect => {
    let [saved, bad, explained, exactly] = [0, 0, 0, 0];
    for (const row of rows)
      for (let index = row * size.cols; index < (row + 1) * size.cols; index++) {
        saved += before.bits[index] - bits[index];
        if (!before.bad[index]) continue;
        bad++;
        if (bits[index] < judge.slipBits) explained++;
        if (bits[index] < PRICES.near) exactly++;
      }
    return { saved, bad, explained, exactly };
  };

  return options.flatMap((variant) => {
    const keys = [...variant.nodes.keys()];
    // A second change of the same step replaces the first, so it is no second mistake, except in other rows.
    const same = named.filter(({ variant: { nodes } }) => keys.some((key) => nodes.has(key)));
    if (same.some(({ rows }) => !rows) || (variant.isRight && named.length > 0)) return [];
    const taken = new Set(same.flatMap(({ rows = [] }) => rows));
    const areRowsApart = keys.every((key) => !inGap.has(key) || gap.isByRow(key));
    const canBeInRows = size.rows > 1 && !variant.isRight && areRowsApart;
    const price = priceOf(variant);
    const isEnough = ({ bad, explained, exactly }: Effect, fewest: number) =>
      exactly > 0 && (variant.isRight || explained >= Math.max(fewest, MIN_SHARE * bad));

    /** Returns the cost of the variant in all rows, in each single row, and in the rows that it makes cheaper. */
    const scopesOf = (bits: Float64Array): readonly Scope[] => {
      const all = upTo(size.rows);
      const found: Scope[] = [];
      const add = (rows: Scope["rows"], fewest: number, bitsOfRows: number) => {
        const effect = effectIn(bits, rows ?? all);
        if (isEnough(effect, fewest)) found.push({ total: most - effect.saved + price + bitsOfRows, rows });
      };
      if (taken.size === 0) add(undefined, FEWEST.whole, 0);
      if (!canBeInRows) return found;
      const open = all.filter((row) => !taken.has(row) && isEnough(effectIn(bits, [row]), 1));
      for (const row of open) add([row], FEWEST.inRow, 1 + Math.log2(size.rows));
      const cheaper = open.filter((row) => effectIn(bits, [row]).saved > 0);
      if (cheaper.length > 1 && cheaper.length < size.rows) add(cheaper, FEWEST.inRows, 1 + size.rows);
      return found;
    };
    const isPossible = (bits: Float64Array) => scopesOf(bits).some(({ total }) => total <= most + SAME_BITS);
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
