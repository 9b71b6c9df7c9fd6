import type { AttendSettings } from "../../attention/attend-settings.js";
import type { ScoringName } from "../../attention/scoring/registry.js";
import type { PresetSettings } from "../system.js";

/** Of a system of heads: the same in one head (`attend`) and in a layer, and the scorings that Vaswani et al. set side by side. */
export function layerSettings(
  shared: Partial<AttendSettings>,
  { multihead = {}, posenc }: Pick<PresetSettings, "multihead" | "posenc"> = {},
): PresetSettings {
  const one = { scoring: "scaled-dot", ...shared } as const;
  return {
    attend: one,
    multihead: { ...one, ...multihead },
    ...(posenc && { posenc }),
    "compare-scoring": { scorings: ["scaled-dot", "dot", "additive"], ...shared },
  };
}

/** Of a system of one alignment between two texts, which has no heads and no positions; with what its paper compared. */
export function alignmentSettings(
  settings: Partial<AttendSettings> & Pick<AttendSettings, "scoring">,
  compared: readonly ScoringName[],
): PresetSettings {
  const { scoring: _, ...shared } = settings;
  return { attend: settings, "compare-scoring": { scorings: compared, ...shared } };
}
