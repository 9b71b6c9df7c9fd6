import type { ActivationName } from "../../attention/layer/activations.js";
import { MASK_VARIATIONS } from "./mask-variations.js";
import { ROPE_VARIATIONS } from "./rope-variations.js";
import { type ModelVariation, varied, withArchitecture, withEach, withoutEmbedding } from "./variation.js";
import { WEIGHT_VARIATIONS } from "./weight-variations.js";

// What `config.json` decides and implementations get wrong. Each variation is the model with another choice.

/** Values of ε that models use. */
const USUAL_EPS = [1e-5, 1e-6, 1e-12, 1e-8, 1e-3];

const GELUS: Readonly<Partial<Record<ActivationName, ActivationName>>> = {
  gelu: "gelu-tanh",
  "gelu-tanh": "gelu",
};

/** Activations that can replace each other: those without a gate, and those with one. */
const ACTIVATIONS: readonly (readonly ActivationName[])[] = [
  ["relu", "gelu", "gelu-tanh", "silu"],
  ["swiglu", "geglu"],
];

/** All variations. If several fit equally well, the earlier one is named first. */
export const VARIATIONS: readonly ModelVariation[] = [
  {
    id: "model-norm-eps",
    step: "normalised",
    title: "The norms used another ε.",
    formula: "x̂ = (x − μ) / √(σ² + ε)",
    fix: "Take ε from config.json: layer_norm_epsilon, layer_norm_eps or rms_norm_eps.",
    vary: (model) => {
      const others = USUAL_EPS.filter((eps) => eps !== model.architecture.layer.eps);
      return withEach(model, "eps", ...others);
    },
  },
  {
    id: "model-gelu-variant",
    step: "activation",
    title: "The other form of GELU was used.",
    formula: "½x·(1 + erf(x/√2)), or ½x·(1 + tanh(√(2/π)·(x + 0.044715x³)))",
    fix: "gelu_new and gelu_pytorch_tanh are the hyperbolic tangent, gelu is erf: config.json says which.",
    vary(model) {
      const otherGelu = GELUS[model.architecture.layer.activation];
      return otherGelu ? withEach(model, "activation", otherGelu) : [];
    },
  },
  {
    id: "model-activation",
    step: "activation",
    title: "Another activation was used.",
    formula: "f(x) = activation(x W₁ + b₁) W₂ + b₂",
    fix: "config.json names it: activation_function or hidden_act.",
    vary(model) {
      const own = model.architecture.layer.activation;
      const alike = ACTIVATIONS.find((list) => list.includes(own)) ?? [];
      const others = alike.filter((name) => name !== own && name !== GELUS[own]);
      return withEach(model, "activation", ...others);
    },
  },
  ...ROPE_VARIATIONS,
  ...MASK_VARIATIONS,
  {
    id: "model-final-norm-missing",
    step: "final-norm",
    title: "The final norm was left out.",
    formula: "logits = norm(x) Eᵀ",
    fix: "One more norm (ln_f, model.norm) comes after the last layer, before the head.",
    vary: (model) =>
      model.architecture.hasFinalNorm ? varied(withArchitecture(model, { hasFinalNorm: false })) : [],
  },
  {
    id: "model-head-tied",
    step: "logits",
    title: "The embedding was used as the head, but they are not tied in this model.",
    formula: "logits = x W_headᵀ",
    fix: "Use lm_head.weight: tie_word_embeddings is false.",
    vary(model) {
      const { head } = model.architecture;
      if (!head || head.isTied) return [];
      const { head: _, ...outer } = model.weights.outer;
      const tied = { ...model, weights: { ...model.weights, outer } };
      return varied(withArchitecture(tied, { head: { ...head, isTied: true } }));
    },
  },
  {
    id: "model-norm-place",
    step: "norm-1",
    title: "The norms are in the wrong place.",
    formula: "pre: x + f(LN x); post: LN(x + f(x))",
    fix: "GPT-2 and Llama normalise the input of a part; the Transformer, GPT-1 and BERT normalise the sum after it.",
    vary(model) {
      const { norm } = model.architecture.layer;
      if (norm !== "pre" && norm !== "post") return [];
      return withEach(model, "norm", norm === "pre" ? "post" : "pre");
    },
  },
  {
    id: "model-positions-off",
    step: "position-embedding",
    title: "The first position has another number.",
    formula: "token i has row firstPosition + i of the table",
    fix: "RoBERTa counts from 2 (after the id of padding), the others from 0.",
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
  },
  {
    id: "model-positions-missing",
    step: "embedding",
    title: "The learned positions were not added.",
    formula: "x = token embedding + position embedding",
    fix: "Add row i of the table of positions to token i.",
    vary: withoutEmbedding("firstPosition"),
  },
  {
    id: "model-segments-missing",
    step: "embedding",
    title: "The embedding of segments was not added.",
    formula: "x = token + position + segment embedding",
    fix: "Add row 0 of token_type_embeddings to every token of a single text.",
    vary: withoutEmbedding("hasSegments"),
  },
  {
    id: "model-embedding-norm-missing",
    step: "embedding",
    title: "The norm of the embeddings was left out.",
    formula: "x = LN(token + position + segment embedding)",
    fix: "BERT and RoBERTa normalise the sum of the embeddings before the first layer.",
    vary: withoutEmbedding("hasNorm"),
  },
  {
    id: "model-embedding-unscaled",
    step: "scaled-embeddings",
    title: "The token embedding was not multiplied by √d_model.",
    formula: "x = √d_model · row id of the embedding + encoding",
    fix: "Multiply the rows before the positions are added (Vaswani et al. 2017, section 3.4).",
    vary: withoutEmbedding("isScaled"),
  },
  {
    id: "model-sinusoid-missing",
    step: "embedding",
    title: "The sinusoid of the positions was not added.",
    formula: "x = √d_model · row id of the embedding + encoding",
    fix: "Add row i of the encoding to token i, in the encoder and in the decoder (section 3.5).",
    vary: withoutEmbedding("hasSinusoid"),
  },
  ...WEIGHT_VARIATIONS,
];
