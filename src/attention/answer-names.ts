import { INPUTS, type InputName } from "./inputs.js";

// What dumps of kernels call what came out.

const plain = (name: string): string => name.toLowerCase().replace(/[\s_./^-]/g, "");

const OUTPUTS = ["output", "o", "out", "result", "attnoutput", "attentionoutput", "attnout", "context"];
const LOG_SUM_EXPS = ["logsumexp", "lse", "softmaxlse"];
const WEIGHTS = ["weights", "attnweights", "attentionweights", "probs", "attnprobs", "p"];

/** Whether a name is one that people have for the output of an attention. */
export const isNameOfOutput = (name: string): boolean => OUTPUTS.includes(plain(name));

/** Whether a name is one that people have for the log-sum-exp of its scores. */
export const isNameOfLogSumExp = (name: string): boolean => LOG_SUM_EXPS.includes(plain(name));

/** Whether a name is one that people have for its weights. */
export const isNameOfWeights = (name: string): boolean => WEIGHTS.includes(plain(name));

/** Gradients by these have an axis for heads, where query, key and value do. */
const PER_HEAD = ["query", "key", "value"] as const;

/** What people call the gradient by something that they call `name`: dq, d_q, grad_q, q.grad, as `plain` leaves it. */
const gradientNames = (name: string): readonly string[] => [`d${name}`, `grad${name}`, `${name}grad`];

const namesOfInput = (name: InputName): readonly string[] => [name, ...INPUTS[name].aliases].map(plain);

/** The one of query, key and value whose gradient has this name. */
export const gradientPartOf = (name: string): (typeof PER_HEAD)[number] | undefined =>
  PER_HEAD.find((part) => namesOfInput(part).flatMap(gradientNames).includes(plain(name)));

/** Whether a name is one that people have for the gradient by an input. */
export function isNameOfGradient(name: string): boolean {
  const own = plain(name);
  if (!/^d|grad/.test(own)) return false;
  return (Object.keys(INPUTS) as InputName[]).some((input) =>
    namesOfInput(input).flatMap(gradientNames).includes(own),
  );
}

/** Whether a name is one of what comes out of an attention or its gradients, perhaps of one head. */
export function isNameOfAnswer(name: string): boolean {
  const own = name.replace(/^\s*head[\s_-]*\d+[\s_./:-]+/i, "");
  return isNameOfOutput(own) || isNameOfLogSumExp(own) || isNameOfWeights(own) || isNameOfGradient(own);
}
