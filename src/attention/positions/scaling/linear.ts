import { type Scaling, sameDivisors } from "./scaling.js";

/** ω / s: positions are squeezed together. */
export const linear: Scaling = {
  name: "linear",
  formula: "ω / s",
  source: "Chen et al. 2023, position interpolation",
  divisors: (context) => sameDivisors(context, "linear"),
};
