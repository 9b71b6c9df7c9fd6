import type { ScalingName } from "../attention/positions/scaling/registry.js";
import type { ScalingSettings } from "../attention/positions/scaling/scaling.js";
import { setting } from "../setting-names.js";
import type { AnyProblem, ProblemNeed } from "./attention-needs.js";

/** What each scaling of RoPE listens to. */
const SCALING_SETTINGS: Readonly<Record<ScalingName, readonly (keyof ScalingSettings)[]>> = {
  linear: ["scalingFactor"],
  ntk: ["scalingFactor"],
  dynamic: ["scalingFactor", "originalLength", "sequenceLength"],
  yarn: ["scalingFactor", "originalLength", "betaFast", "betaSlow"],
  llama3: ["scalingFactor", "originalLength", "lowFreqFactor", "highFreqFactor"],
  longrope: ["scalingFactor", "originalLength", "sequenceLength", "factors"],
};

const SCALINGS = Object.entries(SCALING_SETTINGS) as [ScalingName, readonly (keyof ScalingSettings)[]][];

const listeners = (name: keyof ScalingSettings) =>
  SCALINGS.flatMap(([scaling, settings]) => (settings.includes(name) ? [scaling] : []));

const NAMES = [...new Set(SCALINGS.flatMap(([, settings]) => settings))];

/** What belongs to a scaling of RoPE. */
export const SCALED: readonly ProblemNeed[] = [
  ...NAMES.map((name) => ({
    names: [name],
    of: `${setting("scaling")} ${listeners(name).join(" or ")}`,
    isThere: ({ settings: { scaling } }: AnyProblem) =>
      scaling !== undefined && SCALING_SETTINGS[scaling].includes(name),
  })),
  {
    names: ["sequenceLength"],
    of: `longrope without ${setting("scalingFactor")}, which it would be found from`,
    isThere: ({ settings: { scaling, scalingFactor } }) =>
      scaling !== "longrope" || scalingFactor === undefined,
  },
];
