import type { GradientMistake } from "./mistakes/gradient-mistake.js";
import type { Suspected } from "./suspected.js";

/** What is off by a factor is that by all but so much of the difference. */
const MOST_LEFT = 0.05;

/** Heads of one gradient have the same factor where theirs differ by no more than this. */
const SAME = 0.01;

const LEAST = 1e-6;

export const gradientTimesConstant: GradientMistake = {
  id: "gradient-times-constant",
  step: "d-query",
  title: "A gradient is the right one times a constant.",
  formula: "dQ = scale · dS K, dK = scale · dSᵀ Q, dV = Pᵀ dO",
  fix: "Look for a factor that is missing, or there twice: a scale, a loss scale, a mean over heads, batches or devices.",
  variants: () => [],
};

/** The constant by which each wrong gradient is the right one, by the ids of the gradients; undefined where one is not. */
export function findConstants(suspected: readonly Suspected[]): Readonly<Record<string, number>> | undefined {
  const found: Record<string, number> = {};
  for (const { target, isRight } of suspected) {
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

/** ⟨got, want⟩ / ⟨want, want⟩, where hardly anything of the difference is left by it. */
function factorOf({ got, expected: { want } }: Suspected["target"]): number | undefined {
  let [both, square] = [0, 0];
  for (let at = 0; at < got.data.length; at++) {
    both += got.data[at] * want.data[at];
    square += want.data[at] ** 2;
  }
  const factor = both / square;
  // Nothing at all is no constant, but what was not written.
  if (!Number.isFinite(factor) || Math.abs(factor) < LEAST) return undefined;
  let [left, all] = [0, 0];
  for (let at = 0; at < got.data.length; at++) {
    left += (got.data[at] - factor * want.data[at]) ** 2;
    all += (got.data[at] - want.data[at]) ** 2;
  }
  return Math.sqrt(left / all) < MOST_LEFT ? factor : undefined;
}
