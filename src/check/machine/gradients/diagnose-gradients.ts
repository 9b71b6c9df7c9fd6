import { gradientPartOf } from "../../../attention/names.js";
import { sumOver } from "../../../math/lists.js";
import type { Matrix } from "../../../math/matrix.js";
import { once } from "../../../math/remember.js";
import { add } from "../../../ops/elementwise.js";
import type { Trace } from "../../../trace/trace.js";
import type { RoundingModel } from "../expected-error.js";
import { type Parameters, variantsOf, withoutFree } from "../mistakes/kernel-mistake.js";
import type { Precision } from "../precision.js";
import { isOff, isRounding, summariseUnits, unitsOf } from "../rule.js";
import type { SearchTime } from "../search-time.js";
import type { Attentions } from "../target.js";
import { findConstants, gradientTimesConstant } from "./constant-factor.js";
import type { DumpedGradient, MeasuredGradient } from "./dumped-gradient.js";
import { varianceOfReplay } from "./error-growth.js";
import { levelsOf, MAX_ROW_UNITS } from "./expected-gradient.js";
import { meanSquare } from "./forward-errors.js";
import { isGradient, leftOf, numbersAt } from "./gradient-target.js";
import type { GradientMistake, GradientSearchContext, GradientVariant } from "./mistakes/gradient-mistake.js";
import { GRADIENT_KERNEL_MISTAKES, GRADIENT_SEARCH_ORDER, inWrongPart } from "./mistakes/registry.js";
import { rowTermOther } from "./mistakes/row-terms.js";
import { canReproduce } from "./probe-queries.js";
import { replayVariant, traceWith } from "./replay-heads.js";
import { type Prepared, searchContextOf } from "./search-context.js";

// Finds the mistakes that explain the wrong gradients of a dump. Each mistake is replayed in float64 on all heads. It
// explains the dump if every gradient is within 8σ and 6σ of the replay, and less than 30 % of the difference is left
// ("Causes" in docs/precision.md).

/** A mistake that explains all gradients of a dump. */
export interface FoundGradient {
  readonly mistake: GradientMistake;
  readonly parameters?: Parameters | undefined;
  /** The share of the difference that it leaves: the largest over the wrong gradients. */
  readonly share: number;
  /** For each gradient, in order: how many of its wrong cells the mistake explains. */
  readonly explained: readonly { readonly explains: number; readonly of: number }[];
}

/** A mistake that leaves this share of the difference, or more, does not explain it. */
const MAX_LEFT = 0.3;

/** All mistakes are named that leave at most this many times as much as the best one. */
const AS_GOOD = 2;

/**
 * Names the mistakes that explain all gradients of a dump at once. Returns several if the dump cannot tell them apart,
 * and none if more than rounding would be left.
 */
export function diagnoseGradients(
  prepared: Prepared,
  dumped: readonly DumpedGradient[],
  precision: Precision,
  {
    likely = [],
    batches = [],
    time,
  }: {
    readonly likely?: readonly string[];
    readonly batches?: readonly Prepared[];
    readonly time?: SearchTime | undefined;
  } = {},
): readonly FoundGradient[] {
  const { attentions } = prepared;
  const { heads } = attentions.gradients();
  if (heads.length === 0) return [];
  const rounding = workingOf(precision);
  const measured = dumped.filter(({ target }) => isGradient(target)).map((one) => measure(one, rounding));
  if (measured.every(({ isRight }) => isRight)) return [];
  const context = searchContextOf(prepared, measured, batches);
  const first = GRADIENT_KERNEL_MISTAKES.filter(({ id }) => likely.includes(id));
  const ofPart = isSmall(context) ? GRADIENT_KERNEL_MISTAKES.map(inWrongPart) : [];
  for (const mistakes of [first, GRADIENT_SEARCH_ORDER, ofPart, [rowTermOther]]) {
    const inTurn = mistakes.flatMap((mistake) => {
      const isOver = () => mistakes !== first && time?.isOver() === true;
      if (isOver()) return [];
      const inOthers = once(() =>
        context.batches.toSpliced(context.batch, 1).map(({ trace, context: own }) => {
          const variants = variantsOf(mistake, own());
          return (at: number) => (variants[at] ? replay(trace, own(), variants[at]) : trace);
        }),
      );
      const fitting = variantsOf(mistake, context).flatMap((variant, at) => {
        if (isOver()) return [];
        const ofOthers = once(() => inOthers().map((traceOf) => traceOf(at)));
        return tryVariant(attentions, measured, context, rounding, { mistake, variant, ofOthers }) ?? [];
      });
      return fitting.toSorted((a, b) => a.share - b.share).slice(0, 1);
    });
    const placeOf = ({ mistake }: FoundGradient) => GRADIENT_KERNEL_MISTAKES.indexOf(mistake);
    const found = inTurn.toSorted((a, b) => placeOf(a) - placeOf(b));
    const least = Math.min(...found.map(({ share }) => share));
    const good = found.filter(({ share }) => share <= AS_GOOD * least + 1e-9);
    if (good.length > 0) return withoutFree(good);
  }
  return scaledByConstants(measured);
}

/** Up to this number of cells in all n×m matrices, mistakes are also replayed in a part of the gradients. */
const MAX_CELLS = 2 ** 16;

const isSmall = ({ heads }: GradientSearchContext) =>
  sumOver(heads, ({ task }) => task.query.rows * task.key.rows) <= MAX_CELLS;

/** If no mistake explains the gradients, looks for a constant factor. */
function scaledByConstants(measured: readonly MeasuredGradient[]): readonly FoundGradient[] {
  const factors = findConstants(measured);
  if (!factors) return [];
  const parameters = Object.fromEntries(
    Object.entries(factors).map(([id, factor]) => [id, Number(factor.toPrecision(6))]),
  );
  const explained = measured.map(({ units }) => {
    const of = indicesOff(units).length;
    return { explains: of, of };
  });
  return [{ mistake: gradientTimesConstant, parameters, share: 0, explained }];
}

/**
 * Returns the arithmetic that mistakes are judged by. What a kernel in a short type rounds is not known, so level 2 is
 * taken.
 */
function workingOf(precision: Precision): RoundingModel {
  const [first, second = first] = levelsOf(precision);
  return second.rounding;
}

function measure({ target, slack }: DumpedGradient, rounding: RoundingModel): MeasuredGradient {
  const { got, expected } = target;
  const { want, limits } = expected;
  const variance = expected.variance(rounding);
  const units = unitsOf({ got, want, slack }, variance);
  const isRight = isRounding(summariseUnits(units, want.cols), want.rows, want.cols, limits);
  return { target, slack, part: gradientPartOf(target.id), variance, units, isRight };
}

/** Replays a run with a mistake in its backward pass. */
const replay = (trace: Trace, context: GradientSearchContext, variant: GradientVariant): Trace =>
  traceWith(trace, context, replayVariant(variant, context, context.hasBias), variant);

/** One variant of a mistake, and the runs of the other batches with it. */
interface Tried {
  readonly mistake: GradientMistake;
  readonly variant: GradientVariant;
  readonly ofOthers: () => readonly Trace[];
}

/**
 * Replays one variant of a mistake and computes what it leaves of the difference. Returns undefined if it does not
 * explain the gradients.
 */
function tryVariant(
  attentions: Attentions,
  measured: readonly MeasuredGradient[],
  context: GradientSearchContext,
  rounding: RoundingModel,
  { mistake, variant, ofOthers }: Tried,
): FoundGradient | undefined {
  if (!canReproduce(variant, context, measured, rounding)) return undefined;
  const made = replay(attentions.trace, context, variant);
  let share = 0;
  const numbers: Matrix[] = [];
  for (const one of measured) {
    const traces = one.target.isOfAllBatches ? [made, ...ofOthers()] : [made];
    const replayed = traces.flatMap((trace) => numbersAt(trace, one.target) ?? []);
    if (replayed.length < traces.length) return undefined;
    const sum = add.compute(replayed, undefined);
    if (!one.isRight) share = Math.max(share, leftOf(sum, one.target));
    if (share >= MAX_LEFT) return undefined;
    numbers.push(sum);
  }
  const explained: { explains: number; of: number }[] = [];
  for (const [index, one] of measured.entries()) {
    const units = unitsBy(numbers[index], one, rounding);
    if (!units) return undefined;
    const off = indicesOff(one.units);
    explained.push({ explains: off.filter((at) => !isOff(units[at])).length, of: off.length });
  }
  return { mistake, parameters: variant.parameters, share, explained };
}

const indicesOff = (units: Float64Array): number[] =>
  Array.from(units.keys()).filter((at) => isOff(units[at]));

const fits = (units: Float64Array, { cols }: Matrix): boolean => {
  const { cell, row } = summariseUnits(units, cols);
  return !isOff(cell) && (cols === 1 || row <= MAX_ROW_UNITS);
};

/** Computes how far an answer is from a replayed mistake, in units of expected error. Undefined if it does not fit. */
function unitsBy(
  own: Matrix,
  { target: { got, expected }, variance, slack }: MeasuredGradient,
  rounding: RoundingModel,
): Float64Array | undefined {
  const errors = varianceOfReplay(own, expected.want, variance, rounding);
  return [0, NEARLY ** 2 * meanSquare(own.data)]
    .map((more) =>
      unitsOf(
        { got, want: own, slack },
        errors.map((error) => error + more),
      ),
    )
    .find((units) => fits(units, own));
}

/**
 * The error of a replayed mistake, as a share of the root mean square of its gradient. A mistake has larger weights than
 * the right backward pass, and so larger errors.
 */
const NEARLY = 0.003;
