// What people write over the steps of a layer; as `plain` in step-names.ts leaves it.

/** Names, with blanks between them. */
export const words = (...lists: readonly string[]): readonly string[] => lists.join(" ").split(" ");

const ACTIVATIONS = words("relu gelu silu swish");

/** The names of the residual sum and of the norm of the first or second part of a layer. */
const partNames = (number: 1 | 2, names: string) => ({
  [`residual-${number}`]: words("residualsum residualconnection add skipconnection")
    .map((name) => name + number)
    .concat(words(names)),
  [`norm-${number}`]: words(
    "layernorm layernormalisation layernormalization ln rmsnorm add&norm addandnorm",
  ).map((name) => name + number),
});

/** What people write over a step of a layer, by its id. */
export const LAYER_ALIASES: Readonly<Record<string, readonly string[]>> = {
  "attention-output": words("selfattention selfattentionoutput multiheadattention mha"),
  ...partNames(1, "x+attention residualafterattention"),
  "feed-forward-1": words("preactivation ffn1 feedforwardhidden beforeactivation").concat(
    ACTIVATIONS.map((name) => `before${name}`),
  ),
  activation: words("activations activated afteractivation").concat(
    ACTIVATIONS.flatMap((name) => [name, `after${name}`]),
  ),
  "feed-forward-2": words("feedforward feedforwardoutput ff ffn ffnoutput ffn2 mlp mlpoutput"),
  ...partNames(2, "residualafterfeedforward residualafterffn"),
};

const eachOf = (names: string, steps: string) =>
  Object.fromEntries(words(names).map((name) => [name, words(steps)]));

/** Words that people use for more than one step of a layer. */
export const LAYER_AMBIGUOUS: Readonly<Record<string, readonly string[]>> = {
  ...eachOf("hidden hiddenlayer", "feed-forward-1 activation"),
  ...eachOf("norm layernorm add&norm addandnorm layernormalization layernormalisation", "norm-1 norm-2"),
  ...eachOf("residual residualconnection add", "residual-1 residual-2"),
};
