import type { Ref } from "../../trace/op.js";
import { formulaName, linear, type StepKind, singleAxis } from "./step-kind.js";

const ACTIVATIONS = ["relu", "gelu", "silu", "swish"];
const NORMS = "layernorm layernormalisation layernormalization ln rmsnorm add&norm addandnorm";
const RESIDUALS = "residualsum residualconnection add skipconnection";

/** Combines each name with another word before or after it. */
const combineNames = (names: string | readonly string[], name: (one: string) => string) =>
  (typeof names === "string" ? names.split(" ") : names).map(name).join(" ");

const RESIDUAL = {
  formula: (parts: readonly Ref[]) => parts.map(formulaName).join(" + "),
  role: "residual",
} as const;

/** The steps of a layer around its attention. */
export const LAYER_STEPS = {
  input: { formula: "x", role: "layer-input" },
  mean: { formula: "μ = Σ x / d", symbol: "μ", role: "norm-mean", columns: singleAxis("measure", "μ") },
  variance: {
    formula: "σ² = Σ (x − μ)² / d",
    symbol: "σ²",
    role: "norm-variance",
    columns: singleAxis("measure", "σ²"),
  },
  "mean-square": {
    formula: "Σ x² / d",
    symbol: "m",
    role: "norm-mean-square",
    columns: singleAxis("measure", "x²"),
  },
  normalised: { symbol: "x̂" },
  "norm-1": { names: combineNames(NORMS, (name) => `${name}1`), role: "norm" },
  "norm-2": { names: combineNames(NORMS, (name) => `${name}2`), role: "norm" },
  "cross-norm": { title: "Norm of the cross-attention", role: "norm" },
  "residual-1": {
    ...RESIDUAL,
    title: "Residual sum 1",
    names: `${combineNames(RESIDUALS, (name) => `${name}1`)} x+attention residualafterattention`,
  },
  "residual-2": {
    ...RESIDUAL,
    title: "Residual sum 2",
    names: `${combineNames(RESIDUALS, (name) => `${name}2`)} residualafterfeedforward residualafterffn`,
  },
  "cross-residual": { ...RESIDUAL, title: "Residual sum of the cross-attention" },
  "feed-forward-1": {
    title: "Feed-forward, before the activation",
    formula: linear("W₁", "b₁"),
    names: `preactivation ffn1 feedforwardhidden beforeactivation ${combineNames(ACTIVATIONS, (name) => `before${name}`)}`,
    role: "feed-forward-in",
    columns: "d_ff",
  },
  gate: { formula: linear("W₃", "b₃"), columns: "d_ff" },
  activation: {
    names: `activations activated afteractivation ${combineNames(ACTIVATIONS, (name) => `${name} after${name}`)}`,
  },
  gated: { formula: "activation · gate, cell by cell" },
  "feed-forward-2": {
    title: "Feed-forward",
    formula: linear("W₂", "b₂"),
    names: "feedforward feedforwardoutput ff ffn ffnoutput ffn2 mlp mlpoutput",
    role: "feed-forward-out",
    columns: "d_model",
  },
  "layer-output": {
    id: "output",
    title: "Output of the layer",
    formula: "the output of the last step",
  },
} as const satisfies Record<string, StepKind>;
