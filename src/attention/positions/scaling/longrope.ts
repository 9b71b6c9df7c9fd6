import { UserError } from "../../../errors.js";
import { setting } from "../../../setting-names.js";
import { requireSetting, type Scaling } from "./scaling.js";

/** Each pair has a divisor of its own, found by search. */
export const longrope: Scaling = {
  name: "longrope",
  formula: "ω_i / λ_i",
  source: "Ding et al. 2024, eq. 3",
  divisors(context) {
    const factors = requireSetting(context, "factors", "longrope");
    const pairs = context.size / 2;
    if (factors.length !== pairs) {
      throw new UserError(
        "SHAPE_MISMATCH",
        `${setting("factors")} has ${factors.length} numbers for ${pairs} pairs.`,
        "Give one divisor a pair of columns.",
      );
    }
    return Float64Array.from(factors);
  },
  attentionFactor(context) {
    const trained = requireSetting(context, "originalLength", "longrope");
    if (trained === 1) {
      throw new UserError(
        "BAD_VALUE",
        `longrope divides by ln L₀, which is 0 for ${setting("originalLength")} 1.`,
        `Give the length in training, for example ${setting("originalLength")} 4096.`,
      );
    }
    const stretch = context.settings.scalingFactor ?? context.length / trained;
    return stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(trained));
  },
};
