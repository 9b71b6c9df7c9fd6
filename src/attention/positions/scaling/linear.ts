import { divideFrequencies } from "../../../ops/frequencies.js";
import { recordStep } from "../../steps.js";
import { requireSetting, type Scaling, sameDivisors } from "./scaling.js";

/** ω / s: positions are squeezed together. */
export const linear: Scaling = {
  name: "linear",
  formula: "ω / s",
  source: "Chen et al. 2023, position interpolation",
  record(recorder, unscaled, context, said) {
    const divisors = sameDivisors(requireSetting(context, "scalingFactor", "linear"), context);
    return recordStep(recorder, "inverse-frequencies", divideFrequencies, [unscaled], { divisors }, said);
  },
};
