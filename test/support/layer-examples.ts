import type { layer } from "../../src/index.js";
import { createRandom, randomMatrix } from "./random.js";

export interface LayerExample {
  readonly name: string;
  readonly inputs: Parameters<typeof layer>[0];
  readonly settings: NonNullable<Parameters<typeof layer>[1]>;
}

/** One example for each place and kind of norm and each activation, and one with memory. */
export function layerExamples(): readonly LayerExample[] {
  const random = createRandom(1810);
  const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
  const x = matrix(3, 4);
  const attention = {
    wq: matrix(4, 4),
    wk: matrix(4, 4),
    wv: matrix(4, 4),
    wo: matrix(4, 4),
    bq: matrix(1, 4),
  };
  const feedForward = { w1: matrix(4, 6), b1: matrix(1, 6), w2: matrix(6, 4), b2: matrix(1, 4) };
  const norms = {
    norm1: matrix(1, 4),
    norm1Bias: matrix(1, 4),
    norm2: matrix(1, 4),
    norm2Bias: matrix(1, 4),
  };
  const inputs = { x, ...attention, ...feedForward };
  const gated = { ...inputs, w3: matrix(4, 6), b3: matrix(1, 6) };
  const cross = {
    crossWq: matrix(4, 4),
    crossWk: matrix(4, 4),
    crossWv: matrix(4, 4),
    crossWo: matrix(4, 4),
  };
  return [
    { name: "norms behind", inputs: { ...inputs, ...norms }, settings: { heads: 2, causal: true } },
    { name: "norms before", inputs: { ...inputs, ...norms }, settings: { norm: "pre", activation: "gelu" } },
    { name: "norms without weight", inputs, settings: { norm: "pre", activation: "gelu-tanh" } },
    { name: "a norm with a bias alone", inputs: { ...inputs, norm2Bias: matrix(1, 4) }, settings: {} },
    { name: "no norm", inputs, settings: { norm: "none", activation: "silu" } },
    {
      name: "RMS norms and a gate",
      inputs: { ...gated, norm1: matrix(1, 4), norm2: matrix(1, 4) },
      settings: {
        norm: "pre",
        normKind: "rms",
        eps: 1e-6,
        activation: "swiglu",
        heads: 2,
        rope: "half-split",
      },
    },
    {
      name: "norms of each head's queries and keys",
      inputs: { ...inputs, queryNorm: matrix(1, 2), keyNorm: matrix(1, 2) },
      settings: { norm: "none", heads: 2, eps: 0.5, rope: "interleaved" },
    },
    {
      name: "attention and feed-forward beside each other",
      inputs: { ...gated, norm1: matrix(1, 4) },
      settings: { norm: "parallel", activation: "geglu", causal: true },
    },
    {
      name: "memory",
      inputs: { ...inputs, ...norms, ...cross, memory: matrix(5, 4), crossNorm: matrix(1, 4) },
      settings: { heads: 2, causal: true, memoryLength: 4 },
    },
  ];
}
