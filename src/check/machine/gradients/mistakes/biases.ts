import { indicesWhere } from "../../where.js";
import {
  cells,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  type ReplayedHead,
} from "./gradient-mistake.js";

// Mistakes in the gradient of the bias, dB = dS summed over what shares it.

const biased = gradientMistakes(
  "d-bias",
  "dB = Σ over the heads and batches that share the bias of P ∘ (dP − δ)",
);

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

const hasBias = ({ hasBias: isGiven }: GradientSearchContext) => isGiven;

const areShared = ({ heads: [first, ...others] }: GradientSearchContext) =>
  others.every(({ task }) => task.bias === first.task.bias);

export const BIASES: readonly GradientMistake[] = [
  biased({
    id: "bias-gradient-scaled",
    title: "The gradient of the bias was multiplied by the scale.",
    fix: "The bias is added after the scale, so dB = dS.",
    isPossible: hasBias,
    variants: () => [times(({ task }) => task.scale)],
  }),
  biased({
    id: "bias-gradient-after-cap",
    title: "The gradient of the bias was multiplied by the derivative of the softcap.",
    fix: "The bias is added after the softcap, so dB = dS.",
    isPossible: (given) => hasBias(given) && given.heads[0].task.softcap !== undefined,
    variants: () => [{ change: ({ dScaled }) => ({ ofBias: dScaled }) }],
  }),
  biased({
    id: "bias-gradient-one-head",
    title: "The gradient of the bias is only that of one head or batch, or their mean.",
    fix: "The gradient of a bias is the sum over the heads and batches that share it.",
    isPossible: hasBias,
    variants: (given) => [
      ...(areShared(given) ? notSummed(given.heads.length, "head", ({ index }) => index) : []),
      ...notSummed(given.batches.length, "batch", () => given.batch),
    ],
  }),
];
