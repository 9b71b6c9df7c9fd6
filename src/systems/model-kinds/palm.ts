import type { Architecture } from "../../attention/model/architecture.js";
import { headOf, sizesOf } from "./config.js";
import type { ModelKind } from "./model-kind.js";

/**
 * PaLM (Chowdhery et al. 2022) as in lucidrains' PaLM-pytorch. One matrix, out × in, contains q, k, v and the
 * feed-forward, whose gate is the second half. Embedding, layers, norm and head are numbered consecutively.
 */
export const palm: ModelKind = {
  types: ["palm"],
  prefixes: ["net."],
  describe(config) {
    return {
      ...sizesOf(config, { heads: 8, headSize: 64, widening: config.number(["ff_mult"], 4) }),
      kind: "palm",
      kvHeads: 1,
      hasFinalNorm: true,
      embedding: {},
      layer: {
        norm: "parallel",
        normKind: "layer",
        eps: config.number(["layer_norm_eps"], 1e-5),
        layout: "out-in",
        activation: "swiglu",
        causal: true,
        rope: "half-split",
        base: config.number(["rope_theta"], 10_000),
      },
      head: headOf(config),
    };
  },
  names: ({ numLayers, ...sizes }) => ({
    outer: {
      tokenEmbedding: "0.weight",
      finalNorm: `${numLayers + 1}.gamma`,
      head: `${numLayers + 2}.weight`,
    },
    layer: (index) => layerOf(sizes, index + 1),
  }),
};

function layerOf({ heads, headSize, dFf }: Omit<Architecture, "numLayers">, number: number) {
  const tensor = `${number}.fn.fused_attn_ff_proj.weight`;
  const all = heads * headSize;
  const part = (firstRow: number, rows: number) => ({ tensor, firstRow, rows });
  const feedForward = all + 2 * headSize;
  return {
    wq: part(0, all),
    wk: part(all, headSize),
    wv: part(all + headSize, headSize),
    w3: part(feedForward, dFf),
    w1: part(feedForward + dFf, dFf),
    wo: `${number}.fn.attn_out.weight`,
    w2: `${number}.fn.ff_out.1.weight`,
    norm1: `${number}.fn.norm.gamma`,
  };
}
