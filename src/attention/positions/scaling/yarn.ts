import { requireSetting, type Scaling, type ScalingContext, sameDivisors } from "./scaling.js";

/** Fast pairs stay, slow ones are divided by s, with a ramp over the pairs between them. */
export const yarn: Scaling = {
  name: "yarn",
  formula: "k·ω + (1 − k)·ω/s, k a ramp over the pairs",
  source: "Peng et al. 2023, section 3",
  divisors: (context) => sameDivisors(context, "yarn"),
  ramp: {
    formula: "k: 1 for pairs with more than β_fast turns within L₀, 0 below β_slow",
    ends: (context) => ({ over: "pair", length: 1, ...rampEnds(context) }),
  },
  attentionFactor: (context) => {
    const factor = requireSetting(context, "scalingFactor", "yarn");
    return factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1;
  },
};

/** The pairs where the ramp ends, as the authors' code rounds them: outwards, and within the columns. */
function rampEnds(context: ScalingContext): { readonly zeroAt: number; readonly oneAt: number } {
  const { size, base, settings } = context;
  const trained = requireSetting(context, "originalLength", "yarn");
  const { betaFast, betaSlow } = settings;
  const pairWithTurns = (turns: number) =>
    (size * Math.log(trained / (turns * 2 * Math.PI))) / (2 * Math.log(base));
  const fast = Math.max(0, Math.floor(pairWithTurns(betaFast)));
  const slow = Math.min(size - 1, Math.ceil(pairWithTurns(betaSlow)));
  return { oneAt: fast, zeroAt: slow === fast ? fast + 0.001 : slow };
}
