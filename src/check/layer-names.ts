// What people write over the steps of a layer; as `plain` in step-names.ts leaves it.

const ACTIVATIONS = ["relu", "gelu", "silu", "swish"];

/** The names of the residual sum and of the norm of the first or second part of a layer. */
const partNames = (number: 1 | 2, words: readonly string[]) => ({
  [`residual-${number}`]: [
    ...["residualsum", "residualconnection", "add", "skipconnection"].map((name) => name + number),
    ...words,
  ],
  [`norm-${number}`]: ["layernorm", "layernormalisation", "layernormalization", "ln", "rmsnorm", "add&norm"]
    .concat(["addandnorm"])
    .map((name) => name + number),
});

/** What people write over a step of a layer, by its id. */
export const LAYER_ALIASES: Readonly<Record<string, readonly string[]>> = {
  "attention-output": ["selfattention", "selfattentionoutput", "multiheadattention", "mha"],
  ...partNames(1, ["x+attention", "residualafterattention"]),
  "feed-forward-1": ["preactivation", "ffn1", "feedforwardhidden", "beforeactivation"].concat(
    ACTIVATIONS.map((name) => `before${name}`),
  ),
  activation: ["activations", "activated", "afteractivation", ...ACTIVATIONS].concat(
    ACTIVATIONS.map((name) => `after${name}`),
  ),
  "feed-forward-2": [
    "feedforward",
    "feedforwardoutput",
    "ff",
    "ffn",
    "ffnoutput",
    "ffn2",
    "mlp",
    "mlpoutput",
  ],
  ...partNames(2, ["residualafterfeedforward", "residualafterffn"]),
};

const NORMS = ["norm-1", "norm-2"];
const RESIDUALS = ["residual-1", "residual-2"];

/** Words that people use for more than one step of a layer. */
export const LAYER_AMBIGUOUS: Readonly<Record<string, readonly string[]>> = {
  ...{ hidden: ["feed-forward-1", "activation"], hiddenlayer: ["feed-forward-1", "activation"] },
  ...{ norm: NORMS, layernorm: NORMS, "add&norm": NORMS, addandnorm: NORMS },
  ...{ layernormalization: NORMS, layernormalisation: NORMS },
  ...{ residual: RESIDUALS, residualconnection: RESIDUALS, add: RESIDUALS },
};
