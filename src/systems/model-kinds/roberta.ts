import { weightsAndBiases } from "../checkpoints/weights-and-biases.js";
import { EMBEDDINGS, encoderLayer, encoderOf, SEGMENTS } from "./bert.js";
import type { ModelKind } from "./model-kind.js";

/**
 * RoBERTa (Liu et al. 2019), as Hugging Face stores it. Positions start after the id of padding, and padding tokens are
 * not counted.
 */
export const roberta: ModelKind = {
  types: ["roberta", "xlm-roberta", "camembert"],
  prefixes: ["roberta."],
  describe(config, has) {
    const padding = config.number(["pad_token_id"], 1);
    return {
      ...encoderOf(config, has("lm_head.dense.weight")),
      kind: "roberta",
      embedding: {
        firstPosition: padding + 1,
        hasSegments: true,
        hasNorm: true,
        padding: { id: padding, isCounted: false },
      },
    };
  },
  names: () => ({
    outer: {
      ...EMBEDDINGS,
      ...SEGMENTS,
      ...weightsAndBiases({ headDense: "lm_head.dense", headNorm: "lm_head.layer_norm" }),
      head: "lm_head.decoder.weight",
      headBias: "lm_head.bias",
    },
    layer: encoderLayer,
  }),
};
