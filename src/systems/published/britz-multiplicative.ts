import type { System } from "../system.js";
import { alignmentSettings } from "./alike.js";
import { BRITZ } from "./britz.js";

export const britzMultiplicativeSystem: System = {
  ...BRITZ,
  name: "britz-multiplicative",
  title: "Britz's multiplicative attention",
  summary: "unscaled products of projections, 128 to 1024 features",
  source: "Britz et al. 2017, eq. 7",
  formulas: ["score(h_j, s_i) = ⟨W₁ h_j, W₂ s_i⟩"],
  settings: alignmentSettings({ scoring: "britz-mul", maskFill: "replace:float32.min" }, [
    "britz-add",
    "britz-mul",
  ]),
};
