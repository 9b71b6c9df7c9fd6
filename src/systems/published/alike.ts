import type { AttendSettings } from "../../attention/attend-settings.js";
import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import type { ScoringName } from "../../attention/scoring/registry.js";
import type { PresetSettings } from "../system.js";

/**
 * Of a system of heads: the same in one head (`attend`), in many and in a whole layer, and the scorings that Vaswani et
 * al. set side by side. `layer` is what stands around the attention; without it the system has no layers of its own.
 */
export function headSettings(
  shared: Partial<AttendSettings>,
  {
    multihead = {},
    posenc,
    layer,
  }: Pick<PresetSettings, "multihead" | "posenc"> & { readonly layer?: Partial<LayerSettings> } = {},
): PresetSettings {
  const one = { scoring: "scaled-dot", ...shared } as const;
  return {
    attend: one,
    multihead: { ...one, ...multihead },
    ...(layer && { layer: { ...layer, ...one, ...multihead } }),
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
