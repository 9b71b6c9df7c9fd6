import { SCALING_NAMES, SCALINGS } from "../attention/positions/scaling/registry.js";
import type { Scaling } from "../attention/positions/scaling/scaling.js";
import { SCALING_SETTINGS } from "../attention/positions/scaling/scaling-settings.js";
import { setting } from "../setting-names.js";
import type { AnyGiven, ProblemNeed } from "./attention-needs.js";

/** Whether a scaling of RoPE uses a setting. */
const isHeard = ({ needs, uses = [] }: Scaling, name: string) =>
  [...needs, ...uses].some((heard) => heard === name);

/** The needs of the settings of RoPE scalings. */
export const SCALED: readonly ProblemNeed[] = [
  ...Object.keys(SCALING_SETTINGS).map((name) => {
    const scalings = SCALING_NAMES.filter((scaling) => isHeard(SCALINGS[scaling], name));
    return {
      names: [name],
      of: `${setting("scaling")} ${scalings.join(" or ")}`,
      isThere: ({ scaling }: AnyGiven) => scaling !== undefined && scalings.includes(scaling),
    };
  }),
  {
    names: ["sequenceLength"],
    of: `longrope without ${setting("scalingFactor")}, which is then computed from it`,
    isThere: ({ scaling, scalingFactor }) => scaling !== "longrope" || scalingFactor === undefined,
  },
];
