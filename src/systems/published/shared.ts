import type { AttendSettings } from "../../attention/attend-settings.js";
import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import type { ScoringName } from "../../attention/scoring/registry.js";
import { normal, ZERO } from "../drawn/distributions.js";
import type { InitialDistributions, PresetSettings, Sizes } from "../system.js";

/** Returns the sizes of a model whose feed-forward is four times as wide as d_model. */
export const transformerSizes = (
  name: string,
  layers: number,
  dModel: number,
  heads: number,
  headSize = 64,
): Sizes => ({ name, layers, dModel, heads, headSize, feedForward: 4 * dModel });

/** Returns a function like `layersOf` that also adds common sizes. */
export const transformerSizesWith =
  (common: Partial<Sizes>) =>
  (...of: Parameters<typeof transformerSizes>): Sizes => ({ ...transformerSizes(...of), ...common });

/** Weights from N(0, 0.02²) and biases 0, as GPT and BERT start. */
export const NORMAL_DISTRIBUTIONS: Omit<InitialDistributions, "vectors"> = {
  parameters: normal(0.02),
  biases: ZERO,
  normBiases: ZERO,
  hasSource: false,
};

/**
 * Returns the settings of a system with heads: for one head (`attend`), for many, for a whole layer, and the scorings
 * that Vaswani et al. compare. `layer` contains what is around the attention; without it the system has no layers.
 */
export function headSettings(
  shared: Partial<AttendSettings>,
  {
    multihead = {},
    posenc,
    layer,
  }: Pick<PresetSettings, "multihead" | "posenc"> & { readonly layer?: Partial<LayerSettings> } = {},
): PresetSettings {
  const attend = { scoring: "scaled-dot", ...shared } as const;
  return {
    attend: attend,
    multihead: { ...attend, ...multihead },
    ...(layer && { layer: { ...layer, ...attend, ...multihead } }),
    ...(posenc && { posenc }),
    "compare-scoring": { scorings: ["scaled-dot", "dot", "additive"], ...shared },
  };
}

/**
 * Returns the settings of a system that aligns two texts, without heads and positions, and the scorings that its paper
 * compares.
 */
export function alignmentSettings(
  settings: Partial<AttendSettings> & Pick<AttendSettings, "scoring">,
  compared: readonly ScoringName[],
): PresetSettings {
  const { scoring: _, ...shared } = settings;
  return { attend: settings, "compare-scoring": { scorings: compared, ...shared } };
}
