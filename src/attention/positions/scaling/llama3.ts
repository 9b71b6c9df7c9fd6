import { UserError } from "../../../errors.js";
import { setting } from "../../../setting-names.js";
import { requireSetting, type Scaling, sameDivisors } from "./scaling.js";

/** By wavelength: short ones stay, long ones are divided by s, with a ramp between them. */
export const llama3: Scaling = {
  name: "llama3",
  formula: "k·ω + (1 − k)·ω/s, k a ramp over L₀/λ",
  source: "Llama 3.1",
  divisors: (context) => sameDivisors(context, "llama3"),
  ramp: {
    formula: "k: 1 for wavelengths λ below L₀/high, 0 above L₀/low",
    ends(context) {
      const length = requireSetting(context, "originalLength", "llama3");
      const { lowFreqFactor, highFreqFactor } = context.settings;
      if (lowFreqFactor >= highFreqFactor) {
        throw new UserError(
          "BAD_VALUE",
          `${setting("lowFreqFactor")} ${lowFreqFactor} must be below ${setting("highFreqFactor")} ${highFreqFactor}.`,
          "Llama 3.1 has 1 and 4.",
        );
      }
      return { over: "turns", length, zeroAt: lowFreqFactor, oneAt: highFreqFactor };
    },
  },
};
