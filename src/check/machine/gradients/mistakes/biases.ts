import { indicesWhere } from "../../where.js";
import type { BackwardRows } from "../backward-rows.js";
import {
  cells,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  type ReplayedHead,
} from "./gradient-mistake.js";

// Mistakes in the gradient of the bias, dB = dS summed over what shares it.

/** Multiplies dS of each head by a factor in the gradient of the bias. */
const times = (
  factorOf: (head: ReplayedHead) => number,
  parameters?: GradientVariant["parameters"],
): GradientVariant => ({
  parameters,
  change({ dScores }, head) {
    const factor = factorOf(head);
    return { ofBias: cells(dScores, (at) => factor * dScores.data[at]) };
  },
});

/** Takes one of several heads or batches, or their mean. `own` returns which one a head belongs to. */
const notSummed = (
  count: number,
  what: "head" | "batch",
  own: (head: ReplayedHead) => number,
): readonly GradientVariant[] =>
  count < 2
    ? []
    : [
        ...indicesWhere(count).map((kept) => times((head) => (own(head) === kept ? 1 : 0), { [what]: kept })),
        times(() => 1 / count, { mean: what }),
      ];

const areShared = ({ heads: [first, ...others] }: GradientSearchContext) =>
  others.every(({ task }) => task.bias === first.task.bias);

export const BIASES: readonly GradientMistake[] = [
  gradientMistakes(
    "d-bias",
    "dB = Σ over the heads and batches that share the bias of P ∘ (dP − δ)",
  )({
    id: "bias-gradient-other",
    title:
      "The gradient of the bias was multiplied by the scale or by the derivative of the softcap, or is only that of one head or batch, or their mean.",
    fix: "The bias is added after scale and softcap, so dB = dS, summed over the heads and batches that share it.",
    isPossible: ({ hasBias }) => hasBias,
    variants: (given) => [
      times(({ task }) => task.scale, { times: "the scale" }),
      ...(given.heads[0].task.softcap === undefined
        ? []
        : [
            {
              parameters: { times: "the derivative of the softcap" },
              change: ({ dScaled }: BackwardRows) => ({ ofBias: dScaled }),
            },
          ]),
      ...(areShared(given) ? notSummed(given.heads.length, "head", ({ index }) => index) : []),
      ...notSummed(given.batches.length, "batch", () => given.batch),
    ],
  }),
];
