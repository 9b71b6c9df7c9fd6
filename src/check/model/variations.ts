import type { ActivationName } from "../../attention/layer/activations.js";
import type { LoadedModel } from "../../attention/model/architecture.js";
import { type Variation, type Varied, withArchitecture, withSettings } from "./variation.js";
import { WEIGHT_VARIATIONS } from "./weight-variations.js";

// What `config.json` decides, and implementations get wrong. Each is the model once more with the other convention.

const varied = (model: LoadedModel | undefined, parameters?: Varied["parameters"]): readonly Varied[] =>
  model ? [{ model, ...(parameters && { parameters }) }] : [];

/** ε of models that there are. */
const USUAL_EPS = [1e-5, 1e-6, 1e-12, 1e-8, 1e-3];

const normEps: Variation = {
  id: "model-norm-eps",
  step: "normalised",
  title: "The norms were worked with another ε.",
  formula: "x̂ = (x − μ) / √(σ² + ε)",
  fix: "Take ε from config.json: layer_norm_epsilon, layer_norm_eps or rms_norm_eps.",
  vary: (model) =>
    USUAL_EPS.filter((eps) => eps !== model.architecture.layer.eps).flatMap((eps) =>
      varied(withSettings(model, { eps }), { eps }),
    ),
};

const GELUS: Readonly<Partial<Record<ActivationName, ActivationName>>> = {
  gelu: "gelu-tanh",
  "gelu-tanh": "gelu",
};

/** Each activation with a gate or without one, as the model has it. */
const ACTIVATIONS: readonly (readonly ActivationName[])[] = [
  ["relu", "gelu", "gelu-tanh", "silu"],
  ["swiglu", "geglu"],
];

const geluVariant: Variation = {
  id: "model-gelu-variant",
  step: "activation",
  title: "The other form of GELU was taken.",
  formula: "½x·(1 + erf(x/√2)), or ½x·(1 + tanh(√(2/π)·(x + 0.044715x³)))",
  fix: "gelu_new and gelu_pytorch_tanh are the hyperbolic tangent, gelu is erf: config.json says which.",
  vary(model) {
    const other = GELUS[model.architecture.layer.activation];
    return other ? varied(withSettings(model, { activation: other }), { activation: other }) : [];
  },
};

const activationOther: Variation = {
  id: "model-activation",
  step: "activation",
  title: "Another activation was taken.",
  formula: "f(x) = activation(x W₁ + b₁) W₂ + b₂",
  fix: "config.json names it: activation_function or hidden_act.",
  vary(model) {
    const own = model.architecture.layer.activation;
    const others = ACTIVATIONS.find((list) => list.includes(own)) ?? [];
    return others
      .filter((name) => name !== own && name !== GELUS[own])
      .flatMap((name) => varied(withSettings(model, { activation: name }), { activation: name }));
  },
};

const ROPE = "pair i turns by position · base^(−2i/d)";

const ropePairing: Variation = {
  id: "model-rope-pairing",
  step: "q-rotated",
  title: "RoPE turned other pairs of columns.",
  formula: ROPE,
  fix: "Hugging Face's Llama pairs column i with i + d/2 (half-split), Meta's neighbours (interleaved), with W permuted to match.",
  vary(model) {
    const { rope } = model.architecture.layer;
    if (!rope) return [];
    const other = rope === "half-split" ? "interleaved" : "half-split";
    return varied(withSettings(model, { rope: other }), { rope: other });
  },
};

const USUAL_BASES = [10_000, 100_000, 500_000, 1_000_000];

const ropeBase: Variation = {
  id: "model-rope-base",
  step: "q-rotated",
  title: "RoPE was worked with another base.",
  formula: ROPE,
  fix: "Take the base from config.json: rope_theta.",
  vary(model) {
    const { rope, base } = model.architecture.layer;
    if (!rope) return [];
    return USUAL_BASES.filter((other) => other !== base).flatMap((other) =>
      varied(withSettings(model, { base: other }), { base: other }),
    );
  },
};

const ropeMissing: Variation = {
  id: "model-rope-missing",
  step: "q-rotated",
  title: "Queries and keys were not turned: RoPE is missing.",
  formula: ROPE,
  fix: "Turn queries and keys of each head by their positions before they are compared.",
  vary(model) {
    const { rope, ...layer } = model.architecture.layer;
    const { base: _, scaling, scalingFactor, originalLength, ...plain } = layer;
    return rope ? varied(withArchitecture(model, { layer: plain })) : [];
  },
};

const ropeScaling: Variation = {
  id: "model-rope-scaling-missing",
  step: "q-rotated",
  title: "The frequencies of RoPE were not scaled.",
  formula: ROPE,
  fix: "config.json has rope_scaling: the frequencies are those of a longer context.",
  vary(model) {
    const { scaling, scalingFactor: _, originalLength, ...layer } = model.architecture.layer;
    const { betaFast, betaSlow, lowFreqFactor, highFreqFactor, ...plain } = layer;
    return scaling ? varied(withArchitecture(model, { layer: plain })) : [];
  },
};

const MASK = "token i attends to the tokens j ≤ i";

const maskMissing: Variation = {
  id: "model-mask-missing",
  step: "masked-scores",
  title: "The causal mask was left out: tokens attend to those behind them.",
  formula: MASK,
  fix: "A decoder sets the scores of later tokens to −∞ before the softmax.",
  vary: (model) => (model.architecture.layer.causal ? varied(withSettings(model, { causal: false })) : []),
};

const maskSurplus: Variation = {
  id: "model-mask-surplus",
  step: "masked-scores",
  title: "A causal mask was applied, and this model attends both ways.",
  formula: "every token attends to every token",
  fix: "An encoder has no causal mask: only padding is masked.",
  vary: (model) => (model.architecture.layer.causal ? [] : varied(withSettings(model, { causal: true }))),
};

const windowMissing: Variation = {
  id: "model-window-missing",
  step: "masked-scores",
  title: "The sliding window was left out.",
  formula: "token i attends to the last `sliding_window` tokens, itself included",
  fix: "config.json has sliding_window: mask what lies before it.",
  vary(model) {
    const { window, ...layer } = model.architecture.layer;
    return window === undefined ? [] : varied(withArchitecture(model, { layer }));
  },
};

const windowOff: Variation = {
  id: "model-window-off-by-one",
  step: "masked-scores",
  title: "The sliding window is off by one key.",
  formula: "a window of W holds W keys, the token itself included",
  fix: "Mask where i − j ≥ W.",
  vary(model) {
    const { window } = model.architecture.layer;
    if (window === undefined) return [];
    return [window - 1, window + 1]
      .filter((other) => other > 0)
      .flatMap((other) => varied(withSettings(model, { window: other }), { window: other }));
  },
};

const scaleOther: Variation = {
  id: "model-scale",
  step: "scaled-scores",
  title: "The scores were scaled otherwise.",
  formula: "q·k / √d of one head",
  fix: "Divide by the root of the size of one head, once.",
  vary: (model) => {
    const { dModel, headSize } = model.architecture;
    const others = { none: "none", "1/d": `1/${headSize}`, "1/√d_model": `1/sqrt(${dModel})` };
    return Object.entries(others).flatMap(([text, scale]) =>
      varied(withSettings(model, { scale }), { scale: text }),
    );
  },
};

const finalNormMissing: Variation = {
  id: "model-final-norm-missing",
  step: "final-norm",
  title: "The final norm was left out.",
  formula: "logits = norm(x) Eᵀ",
  fix: "Behind the last layer stands one more norm (ln_f, model.norm), before the head.",
  vary: (model) =>
    model.architecture.hasFinalNorm ? varied(withArchitecture(model, { hasFinalNorm: false })) : [],
};

const headTied: Variation = {
  id: "model-head-tied",
  step: "logits",
  title: "The embedding was taken for the head: they are not tied in this model.",
  formula: "logits = x W_headᵀ",
  fix: "Use lm_head.weight: tie_word_embeddings is false.",
  vary(model) {
    const { head } = model.architecture;
    if (!head || head.isTied) return [];
    const { head: _, ...outer } = model.weights.outer;
    const tied = { ...model, weights: { ...model.weights, outer } };
    return varied(withArchitecture(tied, { head: { ...head, isTied: true } }));
  },
};

const normPlace: Variation = {
  id: "model-norm-place",
  step: "norm-1",
  title: "The norms stand at another place.",
  formula: "pre: x + f(LN x); post: LN(x + f(x))",
  fix: "GPT-2 and Llama normalise what goes into a part, the Transformer, GPT-1 and BERT the sum behind it.",
  vary(model) {
    const { norm } = model.architecture.layer;
    if (norm !== "pre" && norm !== "post") return [];
    const other = norm === "pre" ? "post" : "pre";
    return varied(withSettings(model, { norm: other }), { norm: other });
  },
};

const positionsOff: Variation = {
  id: "model-positions-off",
  step: "position-embedding",
  title: "Positions were counted from another number.",
  formula: "token i has row firstPosition + i of the table",
  fix: "RoBERTa counts from 2 (behind the id of padding), the others from 0.",
  vary(model) {
    const { embedding } = model.architecture;
    const { firstPosition } = embedding;
    if (firstPosition === undefined) return [];
    return [0, 1, 2]
      .filter((first) => first !== firstPosition)
      .flatMap((first) =>
        varied(withArchitecture(model, { embedding: { ...embedding, firstPosition: first } }), {
          firstPosition: first,
        }),
      );
  },
};

const ropeOff: Variation = {
  id: "model-rope-positions-off",
  step: "q-rotated",
  title: "RoPE counts positions of keys and queries apart, or from another number.",
  formula: ROPE,
  fix: "The first token has position 0, as query and as key.",
  vary: (model) =>
    model.architecture.layer.rope ? varied(withSettings(model, { offset: 1 }), { offset: 1 }) : [],
};

const positionsMissing: Variation = {
  id: "model-positions-missing",
  step: "embedding",
  title: "The learned positions were not added.",
  formula: "x = token embedding + position embedding",
  fix: "Add row i of the table of positions to token i.",
  vary(model) {
    const { firstPosition, ...embedding } = model.architecture.embedding;
    return firstPosition === undefined ? [] : varied(withArchitecture(model, { embedding }));
  },
};

const segmentsMissing: Variation = {
  id: "model-segments-missing",
  step: "embedding",
  title: "The embedding of segments was not added.",
  formula: "x = token + position + segment embedding",
  fix: "Add row 0 of token_type_embeddings to every token of a single text.",
  vary(model) {
    const { hasSegments, ...embedding } = model.architecture.embedding;
    return hasSegments ? varied(withArchitecture(model, { embedding })) : [];
  },
};

const embeddingNormMissing: Variation = {
  id: "model-embedding-norm-missing",
  step: "embedding",
  title: "The norm of the embeddings was left out.",
  formula: "x = LN(token + position + segment embedding)",
  fix: "BERT and RoBERTa normalise the sum of the embeddings before the first layer.",
  vary(model) {
    const { hasNorm, ...embedding } = model.architecture.embedding;
    return hasNorm ? varied(withArchitecture(model, { embedding })) : [];
  },
};

/** Every variation. Of several that fit alike, the earlier one is named first. */
export const VARIATIONS: readonly Variation[] = [
  ...[normEps, geluVariant, activationOther, ropePairing, ropeBase, ropeMissing, ropeScaling, ropeOff],
  ...[maskMissing, maskSurplus, windowMissing, windowOff, scaleOther, finalNormMissing, headTied],
  ...[normPlace, positionsOff, positionsMissing, segmentsMissing, embeddingNormMissing],
  ...WEIGHT_VARIATIONS,
];
