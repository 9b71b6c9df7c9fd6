import type { Homework } from "../mistakes/mistake.js";
import { countExplained, type Explained, type Fit, fitOf, rowsOf, type WrongOutput } from "./fit.js";
import {
  type KernelMistake,
  type Parameters,
  type SearchContext,
  type Variant,
  variantsOf,
  withoutFree,
} from "./mistakes/kernel-mistake.js";
import { KERNEL_MISTAKES, LAST_RESORTS, OF_ONE_INPUT, QUICK_LAST_RESORTS } from "./mistakes/registry.js";
import { TWO_AT_ONCE } from "./mistakes/two-at-once.js";
import { isOff, isRounding, summariseUnits, type Units } from "./rule.js";
import type { SearchTime } from "./search-time.js";
import { indicesWhere, isOffInColumn, spread, wrongRowsIn } from "./where.js";

/** A mistake that reproduces the dumped numbers. */
export interface Found extends Explained {
  readonly mistake: KernelMistake;
  readonly variant: Variant;
  /** The numbers of its variants that give the same numbers here. */
  readonly ways: readonly Parameters[];
  /** How far the mistake's numbers are from the dumped ones, in the probed rows. */
  readonly units: Units;
}

const MAX_WRONG_PROBES = 8;
const MAX_RIGHT_PROBES = 4;

/** A mistake that explained another answer of the run is probed in half as many rows, because it is expected here. */
const FEWER = 2;

/**
 * Names the mistakes that reproduce a wrong output. Returns several if this output cannot distinguish them. The
 * `likely` mistakes are tried first, without the others: heads of a run mostly share their mistakes. When the time is
 * over, only quick last resorts are still tried.
 */
export function diagnoseOutput(
  homework: Homework,
  wrong: WrongOutput,
  {
    likely,
    skipsLastResorts = false,
    time,
  }: {
    readonly likely: readonly KernelMistake[];
    readonly skipsLastResorts?: boolean;
    readonly time?: SearchTime | undefined;
  },
): readonly Found[] {
  let doubtful: readonly Found[] = [];
  for (const mistakes of [
    likely,
    OF_ONE_INPUT,
    KERNEL_MISTAKES,
    ...(skipsLastResorts ? [] : [...LAST_RESORTS, TWO_AT_ONCE]),
    ...(time && !skipsLastResorts ? [QUICK_LAST_RESORTS] : []),
  ]) {
    const isQuick = mistakes === likely || mistakes === QUICK_LAST_RESORTS;
    if (mistakes === QUICK_LAST_RESORTS && !time?.wasCut) continue;
    const found = tryMistakes(homework, wrong, mistakes, {
      isLikely: mistakes === likely,
      isOver: isQuick ? undefined : time?.isOver,
    });
    // Two mistakes together have so many variants that some come near any output.
    const sure = mistakes === TWO_AT_ONCE ? found.filter(({ explains, of }) => explains === of) : found;
    if (sure.length === 0 || nearest(sure) * MUCH_NEARER > nearest(doubtful)) continue;
    // Other numbers may be near enough in a short type. Those of the mistake itself are nearer.
    if (nearest(sure) <= DOUBTFUL) return sure;
    doubtful = sure;
  }
  return doubtful;
}

/** If all cells together are farther off, in units of expected error, a mistake is named only if none is much nearer. */
const DOUBTFUL = 1;

const nearest = (found: readonly Found[]) => Math.min(...found.map(({ units }) => units.all));

const contextOf = (homework: Homework, { tasks, allBatches }: WrongOutput) => ({
  tasks,
  homework,
  allBatches,
});

/** Whether a mistake reproduces an output, with these parameters if they are given. */
export function reproduces(
  homework: Homework,
  output: WrongOutput,
  mistake: KernelMistake,
  way?: Parameters,
): boolean {
  const rows = spread(rowsOf(output), MAX_WRONG_PROBES);
  return variantsOf(mistake, contextOf(homework, output)).some(
    (variant) =>
      (!way || JSON.stringify(variant.parameters ?? {}) === JSON.stringify(way)) &&
      fitOf(variant, output, rows) !== undefined,
  );
}

/**
 * Whether the first variant of a mistake reproduces an output, in some rows or in all. Returns undefined if the mistake
 * is not possible here. Rows are computed one by one, until one differs.
 */
export function firstVariantFits(
  homework: Homework,
  output: WrongOutput,
  mistake: KernelMistake,
  isOfAllRows: boolean,
): boolean | undefined {
  const context = contextOf(homework, output);
  if (mistake.isPossible?.(context) === false) return undefined;
  for (const variant of mistake.variants(context)) {
    const rows = rowsOf(output);
    const probes = spread(rows, MAX_WRONG_PROBES);
    return [probes, ...(isOfAllRows ? [rows] : [])].every((some) => fitOf(variant, output, some));
  }
  return undefined;
}

/**
 * Names the mistakes of a list that reproduce a wrong output. `isLikely`: they explained another answer of the run.
 * When `isOver` says so, the rest of the list is left out.
 */
export function tryMistakes(
  homework: Homework,
  wrong: WrongOutput,
  mistakes: readonly KernelMistake[],
  { isLikely, isOver }: { readonly isLikely: boolean; readonly isOver?: (() => boolean) | undefined },
): readonly Found[] {
  const rows = sortRows(wrong);
  const isFaint = rows.isFaint || isSlight(wrong);
  const share = isLikely && !isFaint ? FEWER : 1;
  const probes = [
    ...farthestFirst(wrong, spread(rows.wrong, MAX_WRONG_PROBES / share)),
    ...scattered(rows.right, MAX_RIGHT_PROBES / share),
  ];
  const context: SearchContext = {
    ...contextOf(homework, wrong),
    isOver,
    ...(wrong.task && {
      dump: {
        task: wrong.task,
        got: wrong.got,
        want: wrong.want,
        wrongRows: rows.wrong,
        wrongColumns: indicesWhere(wrong.got.cols, (col) => isOffInColumn(wrong.units, wrong.got.cols, col)),
      },
    }),
  };
  const fits = isFaint ? fitsFaintly(wrong, probes) : () => true;
  const fitting: Fitting[] = [];
  for (const mistake of mistakes)
    for (const variant of isOver?.() ? [] : variantsOf(mistake, context)) {
      if (isOver?.()) break;
      const fit = fitOf(variant, wrong, probes);
      if (fit && fits(fit.units)) fitting.push({ mistake, variant, ...fit });
    }
  const good = closest(fitting);
  const limit = MAX_REPLAYED[good.length > 1 ? "rivals" : "alone"];
  const replayed = spread(rows.wrong, rowsWithin(limit, wrong));
  // If not all wrong rows are replayed, a mistake known from another answer is counted in the probed rows only.
  const isProbed = isLikely && good.length === 1 && !rows.isFaint && replayed.length < rows.wrong.length;
  const found = good.map(({ mistake, variant, units, numWrong, ways }) => ({
    mistake,
    variant,
    units,
    ways,
    ...(isProbed
      ? { explains: numWrong, of: numWrong }
      : countExplained(variant, wrong, replayed, rows.isFaint)),
  }));
  const most = Math.max(...found.map(({ explains }) => explains));
  return withoutFree(found.filter(({ explains }) => explains === most));
}

/** Sorts rows by their largest error. A wrong guess mostly fails in the first row that is far off. */
function farthestFirst({ units, got: { cols } }: WrongOutput, rows: readonly number[]): readonly number[] {
  const largestIn = (row: number) => Math.max(...units.subarray(row * cols, (row + 1) * cols));
  return rows.toSorted((a, b) => largestIn(b) - largestIn(a));
}

/** Chooses some rows at irregular distances. At regular distances, all of them might be at the end of a tile. */
const scattered = (rows: readonly number[], most: number): readonly number[] =>
  spread(Array.from(rows.keys()), most).map((at, index) => rows[Math.max(0, at - index)]);

/** Whether all errors are so small that many small changes would make the output right. Then a fit proves little. */
const isSlight = ({ units }: WrongOutput) => units.every((own) => !isOff(own / MUCH_NEARER));

/**
 * Returns a stricter test for outputs with hardly a wrong cell. The mistake must fit within rounding, and be much
 * nearer than the right output.
 */
function fitsFaintly({ units, got }: WrongOutput, probes: readonly number[]): (units: Units) => boolean {
  const { cols } = got;
  const probedUnits = probes.flatMap((row) => Array.from(units.subarray(row * cols, (row + 1) * cols)));
  const right = summariseUnits(Float64Array.from(probedUnits), cols);
  return (found) => isRounding(found, probes.length, cols) && MUCH_NEARER * found.all < right.all;
}

const MUCH_NEARER = 1.5;

interface SortedRows {
  readonly wrong: readonly number[];
  readonly right: readonly number[];
  /** No cell is wrong on its own. The output is wrong because many rows are a little off. */
  readonly isFaint: boolean;
}

/** Separates the wrong rows from the right ones, each in ascending order. */
function sortRows(output: WrongOutput): SortedRows {
  const { units, got } = output;
  const rows = rowsOf(output);
  const wrong = wrongRowsIn(units, got.cols);
  if (wrong.length === 0) return { wrong: rows, right: [], isFaint: true };
  const off = new Set(wrong);
  return { wrong, right: rows.filter((row) => !off.has(row)), isFaint: false };
}

/**
 * A mistake is dropped if it is off by more than this factor times the best one, and by more than what is left of
 * rounding: expected errors are upper estimates.
 */
const [AS_GOOD, ROUNDED] = [1.25, 0.5];

interface Fitting extends Fit {
  readonly mistake: KernelMistake;
  readonly variant: Variant;
}

/** Keeps the closest variant of each mistake, with the numbers of all variants that are about as close. */
function closest(fitting: readonly Fitting[]) {
  const least = Math.min(...fitting.map(({ units }) => units.all));
  const good = fitting.filter(({ units }) => units.all <= Math.max(ROUNDED, AS_GOOD * least));
  return [...new Set(good.map(({ mistake }) => mistake.id))].map((id) => {
    const own = good
      .filter(({ mistake }) => mistake.id === id)
      .toSorted((a, b) => rounded(a.units.all) - rounded(b.units.all));
    return { ...own[0], ways: own.map(({ variant: { parameters = {} } }) => parameters) };
  });
}

/** Variants that give the same numbers may differ in the last bits. Then they stay in their order. */
const rounded = (units: number) => Math.round(units * 1e6);

/**
 * The maximum number of scores that are replayed to count explained cells: fewer for a single mistake than for several
 * rivals.
 */
const MAX_REPLAYED = { alone: 30_000, rivals: 100_000 } as const;

const rowsWithin = (scores: number, { tasks }: WrongOutput): number =>
  Math.max(16, Math.floor(scores / tasks[0].key.rows / tasks.length));
