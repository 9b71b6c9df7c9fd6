import { type GradientMistake, gradientMistakes, namesOf } from "./gradient-mistake.js";

// Mistakes with RoPE, which rotates queries and keys. Their gradients have to be rotated back.

const rotated = gradientMistakes("d-query", "dq = Rᵀ d(R q): the gradient of a rotated row, rotated back");

export const ROTATION_MISTAKES: readonly GradientMistake[] = [
  rotated({
    id: "rope-not-rotated-back",
    title: "dQ or dK was not rotated back: it is that of the rotated rows, or was rotated once more.",
    fix: "Rotate dQ and dK by the same angles in the other direction.",
    isPossible: ({ hasRope }) => hasRope,
    variants: ({ wrongParts }) =>
      (["not at all", "forth"] as const).map((how) => ({
        parameters: { rotated: how, of: namesOf(wrongParts) },
        rotation: { how, parts: wrongParts },
      })),
  }),
];
