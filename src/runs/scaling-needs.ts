import type { ScalingName } from "../attention/positions/scaling/registry.js";
import type { ScalingSettings } from "../attention/positions/scaling/scaling-settings.js";
import { setting } from "../setting-names.js";
import type { AnyGiven, ProblemNeed } from "./attention-needs.js";

/** The scalings of RoPE that listen to each setting. */
const LISTENERS: Readonly<Record<keyof ScalingSettings, readonly ScalingName[]>> = {
  scalingFactor: ["linear", "ntk", "dynamic", "yarn", "llama3", "longrope"],
  originalLength: ["dynamic", "yarn", "llama3", "longrope"],
  sequenceLength: ["dynamic", "longrope"],
  betaFast: ["yarn"],
  betaSlow: ["yarn"],
  lowFreqFactor: ["llama3"],
  highFreqFactor: ["llama3"],
  factors: ["longrope"],
};

/** What belongs to a scaling of RoPE. */
export const SCALED: readonly ProblemNeed[] = [
  ...Object.entries(LISTENERS).map(([name, scalings]) => ({
    names: [name],
    of: `${setting("scaling")} ${scalings.join(" or ")}`,
    isThere: ({ scaling }: AnyGiven) => scaling !== undefined && scalings.includes(scaling),
  })),
  {
    names: ["sequenceLength"],
    of: `longrope without ${setting("scalingFactor")}, which it would be found from`,
    isThere: ({ scaling, scalingFactor }) => scaling !== "longrope" || scalingFactor === undefined,
  },
];
