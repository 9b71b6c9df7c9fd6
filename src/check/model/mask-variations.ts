import type { LoadedModel } from "../../attention/model/architecture.js";
import { type ModelVariation, varied, withArchitecture, withSettings } from "./variation.js";

// Variations of the scale of the scores, and of the mask.

const MASK = "token i attends to the tokens j ≤ i";

/** The number of keys that the tokens of each layer see. Undefined for layers without a window. */
const windowsOf = ({ architecture: { numLayers, layer, layerSettings } }: LoadedModel) =>
  Array.from({ length: numLayers }, (_, index) => layerSettings?.(index).window ?? layer.window);

/** Changes the window of each layer. Returns undefined if no layer has one. */
function withWindows(
  model: LoadedModel,
  change: (window: number | undefined) => number | undefined,
): LoadedModel | undefined {
  const windows = windowsOf(model);
  if (windows.every((window) => window === undefined)) return undefined;
  const { layer, layerSettings } = model.architecture;
  const { window: _, ...plain } = layer;
  return withArchitecture(model, {
    layer: plain,
    layerSettings(index) {
      const { window: own = layer.window, ...rest } = layerSettings?.(index) ?? {};
      const window = change(own);
      return window === undefined ? rest : { ...rest, window };
    },
  });
}

export const MASK_VARIATIONS: readonly ModelVariation[] = [
  {
    id: "model-mask-missing",
    step: "masked-scores",
    title: "The causal mask was left out: tokens attend to later tokens.",
    formula: MASK,
    fix: "A decoder sets the scores of later tokens to −∞ before the softmax.",
    vary: (model) => (model.architecture.layer.causal ? varied(withSettings(model, { causal: false })) : []),
  },
  {
    id: "model-mask-surplus",
    step: "masked-scores",
    title: "A causal mask was applied, but this model attends in both directions.",
    formula: "every token attends to every token",
    fix: "An encoder has no causal mask: only padding is masked.",
    vary: (model) => (model.architecture.layer.causal ? [] : varied(withSettings(model, { causal: true }))),
  },
  {
    id: "model-window-missing",
    step: "masked-scores",
    title: "The sliding window was left out.",
    formula: "token i attends to the last `sliding_window` tokens, itself included",
    fix: "config.json has sliding_window: mask the keys before it.",
    vary: (model) => varied(withWindows(model, () => undefined)),
  },
  {
    id: "model-window-off-by-one",
    step: "masked-scores",
    title: "The sliding window is off by one key.",
    formula: "a window of W holds W keys, the token itself included",
    fix: "Mask where i − j ≥ W.",
    vary(model) {
      const firstWindow = windowsOf(model).find((window) => window !== undefined);
      if (firstWindow === undefined) return [];
      return [-1, 1]
        .filter((by) => firstWindow + by > 0)
        .flatMap((by) =>
          varied(
            withWindows(model, (window) => window && window + by),
            { window: firstWindow + by },
          ),
        );
    },
  },
  {
    id: "model-window-everywhere",
    step: "masked-scores",
    title: "The sliding window was applied in every layer.",
    formula: "token i attends to the last `sliding_window` tokens, itself included",
    fix: "config.json says which layers have it: max_window_layers or layer_types.",
    vary(model) {
      const windows = windowsOf(model);
      const window = windows.find((one) => one !== undefined);
      return windows.includes(undefined) ? varied(withWindows(model, (own) => own ?? window)) : [];
    },
  },
  {
    id: "model-scale",
    step: "scaled-scores",
    title: "The scores have another scale.",
    formula: "q·k / √d of one head",
    fix: "Divide by the root of the size of one head, once.",
    vary: (model) => {
      const { dModel, headSize } = model.architecture;
      const others = { none: "none", "1/d": `1/${headSize}`, "1/√d_model": `1/sqrt(${dModel})` };
      return Object.entries(others).flatMap(([text, scale]) =>
        varied(withSettings(model, { scale }), { scale: text }),
      );
    },
  },
  {
    id: "model-scale-by-layer-missing",
    step: "scaled-scores",
    title: "The scores of layer i were not divided by i + 1.",
    formula: "q·k / (√d · (i + 1))",
    fix: "config.json has scale_attn_by_inverse_layer_idx.",
    vary(model) {
      const { layerSettings, ...architecture } = model.architecture;
      if (layerSettings?.(1)?.scale === undefined) return [];
      return varied({ ...model, architecture });
    },
  },
];
