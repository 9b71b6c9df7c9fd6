import { INPUT_NAMES, INPUTS, type InputName } from "./inputs.js";
import { STEPS, type StepKind } from "./steps.js";

/** Normalises a name for comparison: lower case, without blanks and without signs between words. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[\s_./^-]/g, "");

const kindOf = (id: string): StepKind => (Object.hasOwn(STEPS, id) ? STEPS[id as keyof typeof STEPS] : {});

/** Returns the symbol of a step in formulas, if it has one: "S′". */
export const symbolOfStep = (id: string): string | undefined => kindOf(id).symbol;

/** Returns other names that people use for a step, as normalised by `plainName`. */
export const namesOfStep = (id: string): readonly string[] => kindOf(id).names?.split(" ") ?? [];

/** Whether a name is the id of a step, or another name for it. */
export const isNameOfStep = (id: string, name: string): boolean =>
  [plainName(id), ...namesOfStep(id)].includes(plainName(name));

/** Returns other names that people use for an input. */
export const namesOfInput = (name: string): readonly string[] =>
  Object.hasOwn(INPUTS, name) ? INPUTS[name as InputName].aliases : [];

/** Returns the names of the gradient with respect to `name`: dQ, grad_q, q.grad, ∂L/∂q. */
export const gradientNames = (name: string): readonly string[] => {
  const plain = plainName(name);
  return [`d${plain}`, `∂${plain}`, `grad${plain}`, `${plain}grad`, `∂l∂${plain}`, `dld${plain}`];
};

const HEAD = "(?:attention\\s+)?(?:head|kopf|t[êe]te|cabeza|testa|头)[\\s_-]*#?\\s*(\\d{1,3})(?!\\d)";
const HEAD_FIRST = new RegExp(`^\\s*(kv[\\s_-]*)?(?:${HEAD}|h(\\d{1,3}))(?:[\\s_./:-]+(.*))?$`, "isu");

/**
 * Splits a name that begins with a head: `head 0/weights`, `Kopf 1: Gewichte`, `h2.scores`. A kv head may be shared by
 * several query heads. Returns undefined for other names.
 */
export function splitHead(text: string) {
  const [, kv, long, short, name = ""] = HEAD_FIRST.exec(text) ?? [];
  const head = long ?? short;
  return head === undefined ? undefined : { head: Number(head), isKv: kv !== undefined, name };
}

/**
 * Names of settings in other libraries, in lower case with dashes. They are used for options and for files that kernels
 * dump.
 */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  causal: "is-causal causal-mask use-causal-mask causal-attention masked look-ahead",
  keyLength: "valid-length valid-len",
  scale: "softmax-scale sm-scale attn-scale attention-scale qk-scale logits-scale",
  softcap: "soft-cap logits-soft-cap logit-soft-cap logit-softcap attn-logit-softcapping softcapping",
  window: "window-size local-window sliding-window",
  heads: "num-heads n-heads nheads n-head num-attention-heads num-query-heads num-qo-heads",
  kvHeads: "num-kv-heads n-kv-heads num-key-value-heads num-heads-kv",
  headSize: "head-dim d-head",
  dropoutP: "p-dropout",
  rotarySize: "rotary-dim rotary-ndims rotary-emb-dim rope-dim",
};

/** Returns the setting for its own name or a name in another library. */
export function settingNamed(word: string, names: readonly string[]): string | undefined {
  const plain = plainName(word);
  const isOf = (name: string) => OTHER_NAMES[name]?.split(" ").some((other) => plainName(other) === plain);
  return names.find((name) => plainName(name) === plain) ?? names.find(isOf);
}

// Names that dumps of kernels use for results.

/** Whether this is a name for the output of an attention. */
export const isNameOfOutput = (name: string): boolean =>
  isNameOfStep("output", name) || isNameOfStep("context", name);

/** Whether this is a name for the log-sum-exp of the scores. */
export const isNameOfLogSumExp = (name: string): boolean => isNameOfStep("log-sum-exp", name);

/** Whether this is a name for the weights. */
export const isNameOfWeights = (name: string): boolean => isNameOfStep("weights", name);

/** The inputs whose gradients have an axis for heads. */
const PER_HEAD = ["query", "key", "value"] as const;

/** The input that a gradient belongs to, by the gradient's names. */
const GRADIENTS: ReadonlyMap<string, InputName> = new Map(
  INPUT_NAMES.flatMap((input) =>
    [input, ...namesOfInput(input)].flatMap(gradientNames).map((name) => [name, input] as const),
  ),
);

/** Returns which of query, key and value has a gradient with this name; undefined if none. */
export const gradientPartOf = (name: string): (typeof PER_HEAD)[number] | undefined =>
  PER_HEAD.find((part) => part === GRADIENTS.get(plainName(name)));

/** Whether this is a name for the gradient of the bias, which batches and heads may share. */
export const isNameOfBiasGradient = (name: string): boolean => GRADIENTS.get(plainName(name)) === "bias";

/** Whether this is a name for the gradient with respect to an input. */
export const isNameOfGradient = (name: string): boolean => GRADIENTS.has(plainName(name));

/** Whether this is a name for a result or a gradient of an attention, possibly of one head. */
export function isNameOfAnswer(name: string): boolean {
  const { name: nameInHead } = splitHead(name) ?? { name };
  const answers = [isNameOfOutput, isNameOfLogSumExp, isNameOfWeights, isNameOfGradient];
  return answers.some((isNameOf) => isNameOf(nameInHead));
}

/**
 * Returns the names that people write for a step, or for a gradient: the gradient names of everything it may belong to.
 */
export function namesOf(id: string): readonly string[] {
  if (!id.startsWith("d-")) return namesOfStep(id);
  const by = id.slice(2);
  const gradients = [by, ...namesOfStep(by), ...namesOfInput(by)].flatMap(gradientNames);
  return gradients.concat(id === "d-row-dots" ? ROW_DOTS : []);
}

/** Names of δ, which is not the gradient of a matrix. */
const ROW_DOTS = ["delta", "δ", "d", "rowdots"];

const eachOf = (names: string, steps: readonly string[]) =>
  names.split(" ").map((name) => [name, steps] as const);

/** Words that people use for more than one step, with the ids of these steps. */
export const AMBIGUOUS_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["attention", ["weights", "output"]],
  ["attentionscores", ["scores", "scaled-scores", "weights"]],
  ["logits", ["scores", "scaled-scores", "masked-scores"]],
  ["z", ["row-sums", "output"]],
  ...eachOf("hidden hiddenlayer", ["feed-forward-1", "activation"]),
  ...eachOf("norm layernorm add&norm addandnorm layernormalization layernormalisation", ["norm-1", "norm-2"]),
  ...eachOf("residual residualconnection add", ["residual-1", "residual-2"]),
]);
