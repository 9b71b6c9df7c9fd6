import { type GradientMistake, gradientMistakes } from "./gradient-mistake.js";

// Positions that turn queries and keys.

const turned = gradientMistakes("d-query", "dq = Rᵀ d(R q): the gradient of a turned row, turned back");

export const TURNS: readonly GradientMistake[] = [
  turned({
    id: "rope-not-rotated-back",
    title: "dQ and dK are those of the turned rows: they were not turned back.",
    fix: "Turn dQ and dK by the same angles the other way.",
    isPossible: ({ hasRope }) => hasRope,
    variants: () => [{ isNotTurnedBack: true }],
  }),
];
