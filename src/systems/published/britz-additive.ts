import type { System } from "../system.js";
import { alignmentSettings } from "./alike.js";
import { BRITZ } from "./britz.js";

export const britzAdditiveSystem: System = {
  ...BRITZ,
  name: "britz-additive",
  title: "Britz's additive attention",
  summary: "additive with both projections, 128 to 1024 features",
  source: "Britz et al. 2017, eq. 6",
  formulas: ["score(h_j, s_i) = ⟨v, tanh(W₁ h_j + W₂ s_i)⟩"],
  settings: alignmentSettings({ scoring: "britz-add", maskFill: "replace:float32.min" }, [
    "britz-add",
    "britz-mul",
  ]),
};
