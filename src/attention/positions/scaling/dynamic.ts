import { stretchedBase } from "./ntk.js";
import { requireSetting, type Scaling } from "./scaling.js";

/** The base grows with the text, and only beyond the length of training. */
export const dynamic: Scaling = {
  name: "dynamic",
  formula: "base·(s·L/L₀ − (s − 1))^(R/(R − 2)) for L > L₀",
  source: "emozilla 2023, dynamic NTK scaling",
  base(context) {
    const factor = requireSetting(context, "scalingFactor", "dynamic");
    const trained = requireSetting(context, "originalLength", "dynamic");
    const { length, base } = context;
    return length > trained ? stretchedBase((factor * length) / trained - (factor - 1), context) : base;
  },
};
