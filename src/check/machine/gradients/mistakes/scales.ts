import { mapCells } from "../../../../math/matrix.js";
import type { Part } from "../backward-rows.js";
import {
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  namesOf,
} from "./gradient-mistake.js";

// Mistakes with the scale in the backward pass. It belongs once in dQ and once in dK.

const scaled = gradientMistakes("d-query", "dQ = scale · dS K, dK = scale · dSᵀ Q");

/** Uses another factor in place of the scale. */
const factors = (
  parts: readonly Part[],
  factor: (scale: number) => number,
  parameters?: GradientVariant["parameters"],
): GradientVariant => ({
  parameters,
  change: (_, { task }) => ({
    factors: Object.fromEntries(parts.map((part) => [part, factor(task.scale)])),
  }),
});

const BASES = { "log₂ e": Math.LOG2E, "ln 2": Math.LN2 } as const;

const inBaseTwo = (...parts: readonly Part[]): readonly GradientVariant[] =>
  Object.entries(BASES).map(([name, base]) =>
    factors(parts, (scale) => scale * base, { factor: name, ...(parts.length > 1 && { in: "dQ and dK" }) }),
  );

const isScaled = ({ heads }: GradientSearchContext) => heads[0].task.scale !== 1;

export const SCALES: readonly GradientMistake[] = [
  scaled({
    id: "scale-missing-dq",
    title: "dQ, or dQ and dK, were not multiplied by the scale.",
    fix: "Multiply dS K by the scale once, after the sum over the keys, and dSᵀ Q likewise.",
    isPossible: isScaled,
    variants: () => [factors(["query"], () => 1), factors(["query", "key"], () => 1, { in: "dQ and dK" })],
  }),
  scaled({
    id: "scale-missing-dk",
    step: "d-key",
    title: "dK was not multiplied by the scale.",
    fix: "Multiply dSᵀ Q by the scale once, after the sum over the queries.",
    isPossible: isScaled,
    variants: () => [factors(["key"], () => 1)],
  }),
  scaled({
    id: "scale-twice",
    title: "dQ and dK, or dQ alone, were multiplied by the scale twice.",
    fix: "Multiply by the scale once: in dS, or in dQ and dK.",
    isPossible: isScaled,
    variants: () => [
      factors(["query", "key"], (scale) => scale * scale),
      factors(["query"], (scale) => scale * scale, { in: "dQ" }),
    ],
  }),
  scaled({
    id: "scale-twice-dk",
    step: "d-key",
    title: "dK was multiplied by the scale twice.",
    fix: "If queries or keys were scaled before, do not scale dK again.",
    isPossible: isScaled,
    variants: () => [factors(["key"], (scale) => scale * scale)],
  }),
  scaled({
    id: "base-2-factor-dq",
    title: "A factor of base 2, log₂ e or ln 2, was left in dQ, or in dQ and dK.",
    fix: "Scores in base 2 contain log₂ e: multiply dQ by ln 2 if the keys contain it, else by the plain scale.",
    variants: () => [...inBaseTwo("query"), ...inBaseTwo("query", "key")],
  }),
  scaled({
    id: "base-2-factor-dk",
    step: "d-key",
    title: "A factor of base 2, log₂ e or ln 2, was left in dK.",
    fix: "Scores in base 2 contain log₂ e; the gradients do not.",
    variants: () => inBaseTwo("key"),
  }),
  scaled({
    id: "gradient-negated",
    title: "Gradients have the wrong sign.",
    fix: "Look for P (δ − dP) in place of P (dP − δ), or for a minus that is applied twice.",
    variants: ({ wrongParts }) => [
      {
        parameters: { of: namesOf(wrongParts) },
        finish: (made) => ({
          ...made,
          ...Object.fromEntries(
            wrongParts.map((part) => [part, made[part].map((own) => mapCells(own, (one) => -one))]),
          ),
        }),
      },
    ],
  }),
];
