import { factorBetween } from "../../mistakes/sums.js";
import { type GradientSearchContext, gradientMistakes, namesOf } from "./gradient-mistake.js";

// Factors of gradients. The scale belongs once in dQ and once in dK.

/** Factors that kernels leave in a gradient, or leave out of it, by description. */
const FACTORS: Readonly<Record<string, (scale: number) => number>> = {
  "1 / scale: it was left out": (scale) => 1 / scale,
  "the scale: it was applied twice": (scale) => scale,
  "log₂ e": () => Math.LOG2E,
  "ln 2": () => Math.LN2,
  "−1": () => -1,
};

/** The largest relative difference between such a factor and that of the first head. */
const SAME = 0.005;

const isNear = ({ heads, wrongParts, dumped }: GradientSearchContext, factorOf: (scale: number) => number) =>
  wrongParts.every((part) => {
    const own = dumped(part, 0);
    const factor = factorOf(heads[0].task.scale);
    return !own || Math.abs(factorBetween(own.got.data, own.want.data) - factor) <= SAME * Math.abs(factor);
  });

export const SCALES = [
  gradientMistakes(
    "d-query",
    "dQ = scale · dS K, dK = scale · dSᵀ Q, dV = Pᵀ dO",
  )({
    id: "gradient-scaled",
    title: "Gradients are the right ones times a factor that they should not have.",
    fix: "Multiply dS K and dSᵀ Q by the scale once, after their sums. Scores in base 2 contain log₂ e, gradients do not. The sign is that of dS = P ∘ (dP − δ).",
    variants: (given) =>
      Object.entries(FACTORS)
        .filter(([, factorOf]) => isNear(given, factorOf))
        .map(([times, factorOf]) => ({
          parameters: { of: namesOf(given.wrongParts), times },
          change: (_, { task: { scale } }) => ({
            factors: Object.fromEntries(
              given.wrongParts.map((part) => [part, factorOf(scale) * (part === "value" ? 1 : scale)]),
            ),
          }),
        })),
  }),
];
