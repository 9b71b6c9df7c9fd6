import { mapCells } from "../../../math/matrix.js";
import { factorBetween } from "../mistakes/sums.js";
import type { Target } from "../target.js";
import type { MeasuredGradient } from "./dumped-gradient.js";
import { leftOf } from "./gradient-target.js";
import type { GradientMistake } from "./mistakes/gradient-mistake.js";

// Names a constant factor, if no mistake of the registry explains a dump: every wrong gradient is the right one times
// one constant, up to 5 % of the difference ("Causes" in docs/precision.md).

/** The largest share of the difference that a constant may leave. */
const MAX_LEFT = 0.05;

/** The largest relative difference between the factors of two heads of one gradient. */
const SAME = 0.01;

const LEAST = 1e-6;

export const gradientTimesConstant: GradientMistake = {
  id: "gradient-times-constant",
  step: "d-query",
  title: "A gradient is the right one times a constant.",
  formula: "dQ = scale · dS K, dK = scale · dSᵀ Q, dV = Pᵀ dO",
  fix: "Look for a factor that is missing or applied twice: a scale, a loss scale, a mean over heads, batches or devices.",
  variants: () => [],
};

/**
 * Finds the constant by which each wrong gradient differs from the right one, by the ids of the gradients. Returns
 * undefined if one of them has no such constant.
 */
export function findConstants(
  measured: readonly MeasuredGradient[],
): Readonly<Record<string, number>> | undefined {
  const found: Record<string, number> = {};
  for (const { target, isRight } of measured) {
    if (isRight) continue;
    const factor = factorOf(target);
    if (factor === undefined) return undefined;
    const { id } = target;
    const known = Object.hasOwn(found, id) ? found[id] : factor;
    if (Math.abs(known - factor) > SAME * Math.abs(known)) return undefined;
    found[id] = known;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

/** Computes ⟨got, want⟩ / ⟨want, want⟩. Returns undefined if this factor leaves 5 % of the difference or more. */
function factorOf(target: Target): number | undefined {
  const {
    got,
    expected: { want },
  } = target;
  const factor = factorBetween(got.data, want.data);
  // A gradient of zeros was not written, so 0 is not reported as a factor.
  if (!Number.isFinite(factor) || Math.abs(factor) < LEAST) return undefined;
  const scaled = mapCells(want, (value) => factor * value);
  return leftOf(scaled, target) < MAX_LEFT ? factor : undefined;
}
