import type { Rotation } from "../../../../ops/pairs.js";
import { gradientMistakes, namesOf } from "./gradient-mistake.js";

// Mistakes with RoPE, which rotates queries and keys. Their gradients have to be rotated back.

const rotated = gradientMistakes("d-query", "dq = Rᵀ d(R q): the gradient of a rotated row, rotated back");

/** Wrong rotations of a gradient, by description. */
const ROTATIONS: Readonly<Record<string, (right: Rotation) => Rotation | undefined>> = {
  "not at all": () => undefined,
  forth: ({ pairing }) => ({ pairing }),
  "back, with other pairs of columns": ({ pairing }) => ({
    pairing: pairing === "interleaved" ? "half-split" : "interleaved",
    isBack: true,
  }),
};

export const ROTATION_MISTAKES = [
  rotated({
    id: "rope-not-rotated-back",
    title: "dQ or dK was not rotated back by the same angles and pairs of columns.",
    fix: "Rotate the same columns of dQ and dK by the same angles in the other direction.",
    isPossible: ({ hasRope }) => hasRope,
    variants: ({ wrongParts }) =>
      Object.entries(ROTATIONS).map(([how, of]) => ({
        parameters: { rotated: how, of: namesOf(wrongParts) },
        rotation: { of, parts: wrongParts },
      })),
  }),
];
