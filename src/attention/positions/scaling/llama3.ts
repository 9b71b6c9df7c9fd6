import { UserError } from "../../../errors.js";
import { divideFrequencies, ramp } from "../../../ops/frequencies.js";
import { setting } from "../../../setting-names.js";
import { recordStep } from "../../steps.js";
import { requireSetting, type Scaling, sameDivisors } from "./scaling.js";

/** By wavelength: short ones stay, long ones are divided by s, with a ramp between them. */
export const llama3: Scaling = {
  name: "llama3",
  formula: "k·ω + (1 − k)·ω/s, k a ramp over L₀/λ",
  source: "Llama 3.1",
  record(recorder, unscaled, context, said) {
    const divisors = sameDivisors(requireSetting(context, "scalingFactor", "llama3"), context);
    const length = requireSetting(context, "originalLength", "llama3");
    const { lowFreqFactor, highFreqFactor } = context.settings;
    if (lowFreqFactor >= highFreqFactor) {
      throw new UserError(
        "BAD_VALUE",
        `${setting("lowFreqFactor")} ${lowFreqFactor} must be below ${setting("highFreqFactor")} ${highFreqFactor}.`,
        { hint: "Llama 3.1 has 1 and 4." },
      );
    }
    const kept = recordStep(
      recorder,
      "ramp",
      ramp,
      [unscaled],
      { over: "turns", length, zeroAt: lowFreqFactor, oneAt: highFreqFactor },
      {
        id: `${context.prefix}ramp`,
        formula: "k: 1 for wavelengths λ below L₀/high, 0 above L₀/low",
      },
    );
    return recordStep(
      recorder,
      "inverse-frequencies",
      divideFrequencies,
      [unscaled, kept],
      { divisors },
      said,
    );
  },
};
