import type { Matrix } from "../../../math/matrix.js";
import { once } from "../../../math/remember.js";
import { isShort, type Working } from "../expected-error.js";
import { type Parameters, variantsOf } from "../mistakes/kernel-mistake.js";
import type { Precision } from "../precision.js";
import { isOff, isRounding, sumUp, unitOf } from "../rule.js";
import type { Attentions, Target } from "../target.js";
import { findConstants, gradientTimesConstant } from "./constant-factor.js";
import { errorsBeside } from "./errors-beside.js";
import { isGradient, numbersAt } from "./gradient-target.js";
import type {
  GradientMistake,
  GradientSuspicion,
  GradientVariant,
  ReplayedGradients,
} from "./mistakes/gradient-mistake.js";
import { GRADIENT_KERNEL_MISTAKES } from "./mistakes/registry.js";
import { rowTermOther } from "./mistakes/row-terms.js";
import { ownVariance } from "./own-variance.js";
import { mayGive } from "./probe-queries.js";
import { replayVariant, traceWith } from "./replay-heads.js";
import type { DumpedGradient, Suspected } from "./suspected.js";
import { PARTS, type Prepared, suspicionOf } from "./suspicion.js";

/** A mistake that gives all gradients of a dump. */
export interface FoundGradient {
  readonly mistake: GradientMistake;
  readonly parameters?: Parameters | undefined;
  /** What it leaves of the difference, at most over the wrong gradients. */
  readonly share: number;
  /** Of each gradient, in order: how many of its wrong cells it gives. */
  readonly explained: readonly { readonly explains: number; readonly of: number }[];
}

/** A mistake that leaves more of the difference does not explain it. */
const MOST_LEFT = 0.3;

/** Of mistakes that explain alike, all are named: within a factor of the one that leaves least. */
const AS_GOOD = 2;

/**
 * Names the mistakes that give the gradients of a dump, all of them at once; several where they cannot be told apart, and
 * none where more than rounding would be left.
 */
export function diagnoseGradients(
  prepared: Prepared,
  dumped: readonly DumpedGradient[],
  precision: Precision,
  likely: readonly string[] = [],
): readonly FoundGradient[] {
  const { attentions } = prepared;
  const { heads } = attentions.gradients();
  if (heads.length === 0) return [];
  const working = workingOf(precision);
  const suspected = dumped.filter(({ target }) => isGradient(target)).map((one) => suspect(one, working));
  if (suspected.every(({ isRight }) => isRight)) return [];
  const suspicion = suspicionOf(prepared, suspected);
  const first = GRADIENT_KERNEL_MISTAKES.filter(({ id }) => likely.includes(id));
  for (const mistakes of [first, GRADIENT_KERNEL_MISTAKES, [rowTermOther]]) {
    const found = mistakes.flatMap((mistake) => {
      const own = variantsOf(mistake, suspicion).flatMap(
        (variant) => tryVariant(attentions, suspected, suspicion, working, mistake, variant) ?? [],
      );
      return own.toSorted((a, b) => a.share - b.share).slice(0, 1);
    });
    const least = Math.min(...found.map(({ share }) => share));
    const good = found.filter(({ share }) => share <= AS_GOOD * least + 1e-9);
    if (good.length > 0) return good;
  }
  return scaledByConstants(suspected);
}

/** Without a mistake that gives a factor: which one it is. */
function scaledByConstants(suspected: readonly Suspected[]): readonly FoundGradient[] {
  const factors = findConstants(suspected);
  if (!factors) return [];
  const parameters = Object.fromEntries(
    Object.entries(factors).map(([id, factor]) => [id, Number(factor.toPrecision(6))]),
  );
  const explained = suspected.map(({ units }) => {
    const of = indicesOff(units).length;
    return { explains: of, of };
  });
  return [{ mistake: gradientTimesConstant, parameters, share: 0, explained }];
}

/** The way of working by which mistakes are judged: what a kernel in a short type rounds is not known. */
function workingOf({ compute, stored, roundsInputs, roundsGiven, projectedFrom }: Precision): Working {
  return {
    compute,
    stored,
    roundsScores: isShort(compute) && compute !== "tf32",
    roundsInputs: roundsGiven ?? roundsInputs,
    ...(projectedFrom !== undefined && { projectedFrom }),
  };
}

function suspect({ target, slack }: DumpedGradient, working: Working): Suspected {
  const { got, expected } = target;
  const { want, limits } = expected;
  const variance = expected.variance(working);
  const units = got.data.map((value, at) => unitOf(value, want.data[at], variance[at], slack?.[at] ?? 0));
  const isRight = isRounding(sumUp(units, want.cols), want.rows, want.cols, limits);
  return { target, slack, variance, units, isRight };
}

/** What a way to make a mistake leaves of the differences; undefined where it does not give these gradients. */
function tryVariant(
  attentions: Attentions,
  suspected: readonly Suspected[],
  suspicion: GradientSuspicion,
  working: Working,
  mistake: GradientMistake,
  variant: GradientVariant,
): FoundGradient | undefined {
  if (!mayGive(variant, suspicion, suspected, working)) return undefined;
  const gradients = replayVariant(variant, suspicion, suspicion.hasBias);
  const made = traceWith(attentions.trace, suspicion, gradients, variant);
  let share = 0;
  const numbers: Matrix[] = [];
  for (const one of suspected) {
    const own = numbersAt(made, one.target);
    if (!own) return undefined;
    if (!one.isRight) share = Math.max(share, leftOf(own, one.target));
    numbers.push(own);
  }
  if (share >= MOST_LEFT) return undefined;
  const beside = once(() =>
    ownVariance(variant, suspicion, attentions.gradients().heads, working, suspicion.hasBias),
  );
  const explained: { explains: number; of: number }[] = [];
  for (const [index, one] of suspected.entries()) {
    const own = numbers[index];
    const simple = unitsBy(own, one, working);
    const units = fits(simple, own) ? simple : unitsBy(own, one, working, besideOf(beside(), suspicion, one));
    if (!fits(units, own)) return undefined;
    const off = indicesOff(one.units);
    explained.push({ explains: off.filter((at) => !isOff(units[at])).length, of: off.length });
  }
  return { mistake, parameters: variant.parameters, share, explained };
}

const indicesOff = (units: Float64Array): number[] =>
  Array.from(units.keys()).filter((at) => isOff(units[at]));

const MOST_OF_ROW = 6;

const fits = (units: Float64Array, { cols }: Matrix): boolean => {
  const { cell, row } = sumUp(units, cols);
  return !isOff(cell) && (cols === 1 || row <= MOST_OF_ROW);
};

/** How far an answer is from what a mistake gives, in units of the errors that this may be expected to have. */
function unitsBy(
  own: Matrix,
  { target, variance, slack }: Suspected,
  working: Working,
  beside?: Matrix,
): Float64Array {
  const { got, expected } = target;
  const { grow, relative } = errorsBeside(own, expected.want, working);
  return got.data.map((value, at) =>
    unitOf(
      value,
      own.data[at],
      variance[at] * grow + relative * own.data[at] ** 2 + (beside?.data[at] ?? 0),
      slack?.[at] ?? 0,
    ),
  );
}

/** Of a gradient of one head or kv head, the errors of what a mistake gives there. */
function besideOf(
  variance: ReplayedGradients,
  { heads, kvOf }: GradientSuspicion,
  { target: { id, scope, sumsOf } }: Suspected,
): Matrix | undefined {
  if (id === "d-bias") return variance.bias;
  const scopes = sumsOf ?? [scope];
  const at = heads.findIndex(({ task }) => scopes.includes(task.scope));
  if (at < 0) return undefined;
  if (PARTS.query.test(id)) return variance.query[at];
  if (PARTS.key.test(id)) return variance.key[kvOf[at]];
  return PARTS.value.test(id) ? variance.value[kvOf[at]] : undefined;
}

/** ‖got − made‖ over ‖got − right‖. */
function leftOf(own: Matrix, { got, expected: { want } }: Target): number {
  let [left, all] = [0, 0];
  for (let at = 0; at < got.data.length; at++) {
    const value = got.data[at];
    if (!Number.isFinite(value)) continue;
    left += (value - own.data[at]) ** 2;
    all += (value - want.data[at]) ** 2;
  }
  return all > 0 ? Math.sqrt(left / all) : 1;
}
