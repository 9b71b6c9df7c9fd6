import { once } from "../../math/remember.js";
import { CELLS_BY_HAND } from "../by-hand.js";
import type { Changes } from "./changes.js";
import type { JudgedCells } from "./judge-cells.js";
import { priceScopes, type RowTally, sumIn, tallyRows } from "./price-scopes.js";
import {
  comeToSame,
  countBad,
  LEAST_SHARE,
  type Named,
  type StepCase,
  type StepStory,
  sumOf,
} from "./step-case.js";
import { type Variant, withVariant } from "./variants.js";

/** So many things at most are done otherwise in one gap. */
const MOST_NAMED = 3;
/** A mistake in a row mends at least so many cells of it. */
const FEWEST_IN_ROWS = 2;
/** Where no cell is bad, but most are near, a mistake must make the step so many bits cheaper, and cost no more than half. */
const MARGIN_WITHOUT_BAD = 8;
const withMargin = (bits: number): number => Math.min(bits - MARGIN_WITHOUT_BAD, bits / 2);

/** What leaves a bad cell unexplained has mended so many; of another right way later steps tell. */
const MENDED_FOR_ONE_LEFT = 4;
const MENDED_BY_RIGHT_WAY = 2;

/** A variant, and what it makes of the step. */
interface Tried {
  readonly variant: Variant;
  readonly price: number;
  /** What it costs at least, in the rows that speak most for it. */
  readonly fewestBits: number;
  readonly found: () => readonly Found[];
}

interface Found extends Named {
  readonly price: number;
  readonly total: number;
  readonly judged: JudgedCells;
}

/** Whether something must have been done otherwise for a step to come out so. Of many cells many are near by rounding alone. */
export const isOdd = ({ bad, bits }: JudgedCells): boolean =>
  bad.includes(1) || (bits.length <= CELLS_BY_HAND && sumOf(bits) >= MARGIN_WITHOUT_BAD);

/** Takes the cheapest of the variants that make a step cheaper to explain, one after the other. */
export function explainStep(given: StepCase): StepStory {
  let { changes, first: judged } = given;
  const named: Named[] = [];
  while (named.length < MOST_NAMED && isOdd(judged)) {
    const found = findCheapest(given, changes, judged, named);
    if (!found) break;
    const { variant, rows } = found;
    changes = withVariant(given.graph, changes, variant, rows);
    const after = given.judge.look(changes)?.judge();
    if (!after) break;
    judged = after;
    named.push(found);
    // Where another right way was taken, the numbers speak for that alone.
    if (variant.isRight) break;
  }
  return widened(given, { changes, named, judged });
}

/** What was named in some rows was done in all, where that fits better beside what was named after it. */
function widened(given: StepCase, story: StepStory): StepStory {
  return story.named.reduce((before, one, at) => {
    if (!one.rows || before.named.length < 2) return before;
    const named = before.named.with(at, { ...one, rows: undefined });
    const changes = named.reduce(
      (all, { variant, rows }) => withVariant(given.graph, all, variant, rows),
      given.changes,
    );
    const judged = given.judge.look(changes)?.judge();
    return judged && sumOf(judged.bits) < sumOf(before.judged.bits) ? { changes, named, judged } : before;
  }, story);
}

function findCheapest(
  given: StepCase,
  changes: Changes,
  before: JudgedCells,
  named: readonly Named[],
): Found | undefined {
  const most = before.bad.includes(1) ? sumOf(before.bits) : withMargin(sumOf(before.bits));
  const tried = tryVariants(given, { changes, before, named, limit: most + SAME_BITS });
  const best = cheapestOf(tried, most);
  return best && { ...best, alike: findAlike(best, tried) };
}

/** The cheapest of these, where it costs less than so many bits; of equals the earlier one. */
function cheapestOf(tried: readonly Tried[], most: number): Found | undefined {
  let [best, bestAt]: [Found | undefined, number] = [undefined, -1];
  const isCheaper = (total: number, at: number) =>
    total < (best?.total ?? most) - NOISE || (at < bestAt && total <= (best?.total ?? most) + NOISE);
  // The likeliest first: what costs more than the best even at the least needs no closer look.
  const inOrder = Array.from(tried.entries()).sort(([, one], [, other]) => one.fewestBits - other.fewestBits);
  for (const [at, { fewestBits, found }] of inOrder) {
    if (fewestBits > (best?.total ?? most) + NOISE) break;
    for (const one of found()) if (isCheaper(one.total, at)) [best, bestAt] = [one, at];
  }
  return best;
}

/** What a step was explained with so far, and how many bits what is tried may cost. */
interface SoFar {
  readonly changes: Changes;
  readonly before: JudgedCells;
  readonly named: readonly Named[];
  readonly limit: number;
}

/** The variants that alter a step and may be as cheap as that, with what each makes of it. */
function tryVariants(
  { judge, graph, gap, size, options, priceOf }: StepCase,
  { changes, before, named, limit }: SoFar,
): readonly Tried[] {
  const tallyOf = (bits: Float64Array) => tallyRows(bits, before, judge.slipBits, size);
  const { bits: now } = tallyOf(before.bits);
  const badIn = tallyRows(Float64Array.from(before.bad), before, 1, size).bits;
  const hasBad = before.bad.includes(1);
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  const isEnough = (
    { isRight }: Variant,
    { mended, given }: RowTally,
    rows: readonly number[] | undefined,
  ) => {
    const gained = sumIn(mended, rows);
    if (!hasBad) return isRight || !rows;
    if (sumIn(given, rows) === 0) return false;
    return isRight || gained >= Math.max(rows ? FEWEST_IN_ROWS : 1, LEAST_SHARE * sumIn(badIn, rows));
  };
  return options.flatMap((variant) => {
    const keys = [...variant.nodes.keys()];
    // What is done otherwise twice in one step is the second thing alone; in different rows they are two things.
    const same = named.filter(({ variant: { nodes } }) => keys.some((key) => nodes.has(key)));
    if (same.some(({ rows }) => !rows) || (variant.isRight && named.length > 0)) return [];
    const taken = new Set(same.flatMap(({ rows = [] }) => rows));
    const areRowsApart = keys.every((key) => !inGap.has(key) || gap.isByRow(key));
    const canBeInRows = size.rows > 1 && !variant.isRight && areRowsApart;
    const price = priceOf(variant);
    const pricing = { price, size, now, canBeInRows, taken };
    const scopes = (bits: Float64Array) => {
      const tally = tallyOf(bits);
      return priceScopes(tally, (rows) => isEnough(variant, tally, rows), pricing);
    };
    const look = judge.look(withVariant(graph, changes, variant), { beside: changes });
    if (!look || comeToSame(look, before)) return [];
    const likely = scopes(look.bits);
    if (!likely.some(({ total }) => total <= limit)) return [];
    const found = () => {
      const judged = look.judge();
      return scopes(judged.bits).map((scope) => ({
        ...scope,
        ...{ variant, judged, price },
        alike: [],
      }));
    };
    const fewestBits = Math.min(...likely.map(({ total }) => total));
    return [{ variant, price, fewestBits, found: once(found) }];
  });
}

/** As far as binary arithmetic alone may move a sum of bits. */
const NOISE = 1e-9;

/** The other variants that fit as well, in the same rows: nothing that is written tells them apart. */
function findAlike({ variant, rows, total, price }: Found, tried: readonly Tried[]): readonly Variant[] {
  // A right way costs less, and a mistake may give the same numbers.
  const most = variant.isRight ? Number.POSITIVE_INFINITY : price + SAME_BITS;
  const fit = total - price + SAME_BITS;
  const isAlike = (other: Tried) =>
    other.variant.what !== variant.what &&
    other.variant.head === variant.head &&
    other.price <= most &&
    other.fewestBits - other.price <= fit &&
    other.found().some((found) => String(found.rows) === String(rows) && found.total - found.price <= fit);
  return tried.filter(isAlike).map((other) => other.variant);
}

/** Two stories that differ by less are told by nothing. */
const SAME_BITS = 0.05;

/** Whether a story leaves few cells unexplained, and mends far more: what leaves more explains nothing. */
export function isConvincing({ named, judged }: StepStory, first: JudgedCells, mostBad: number): boolean {
  const left = countBad(judged);
  if (left === 0) return true;
  const mended = first.bad.reduce((count, isBad, index) => count + (isBad && !judged.bad[index] ? 1 : 0), 0);
  const forOne = named.some(({ variant }) => variant.isRight) ? MENDED_BY_RIGHT_WAY : MENDED_FOR_ONE_LEFT;
  return left <= mostBad && (named.length === 0 || mended >= forOne * left);
}
