import { UserError } from "../../../errors.js";
import { requireSetting, type Scaling, type ScalingContext } from "./scaling.js";

/** A larger base: the slowest pair becomes s times slower, the fastest stays. */
export const ntk: Scaling = {
  name: "ntk",
  formula: "base·s^(R/(R − 2))",
  source: "bloc97 2023, NTK-aware scaling",
  base: (context) => stretchedBase(requireSetting(context, "scalingFactor", "ntk"), context),
};

/** base·stretch^(R/(R − 2)). Throws BAD_VALUE for R = 2, which has one pair and nothing to spread. */
export function stretchedBase(stretch: number, { base, size }: ScalingContext): number {
  if (size > 2) return base * stretch ** (size / (size - 2));
  throw new UserError(
    "BAD_VALUE",
    `With ${size} columns there is one pair, whose frequency is 1 for every base.`,
    "ntk and dynamic scaling need a rotary size of 4 or more.",
  );
}
