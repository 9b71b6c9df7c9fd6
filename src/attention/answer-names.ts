import { INPUTS, type InputName } from "./inputs.js";
import { gradientNames, isNameOfStep, namesOfInput, plainName, splitHead } from "./names.js";

// What dumps of kernels call what came out.

/** Whether a name is one that people have for the output of an attention. */
export const isNameOfOutput = (name: string): boolean =>
  isNameOfStep("output", name) || isNameOfStep("context", name);

/** Whether a name is one that people have for the log-sum-exp of its scores. */
export const isNameOfLogSumExp = (name: string): boolean => isNameOfStep("log-sum-exp", name);

/** Whether a name is one that people have for its weights. */
export const isNameOfWeights = (name: string): boolean => isNameOfStep("weights", name);

/** Gradients by these have an axis for heads, where query, key and value do. */
const PER_HEAD = ["query", "key", "value"] as const;

const GRADIENTS = new Map(
  (Object.keys(INPUTS) as InputName[]).map((input) => [
    input,
    new Set([input, ...namesOfInput(input)].flatMap(gradientNames)),
  ]),
);

const isGradientBy = (input: InputName, name: string): boolean =>
  GRADIENTS.get(input)?.has(plainName(name)) === true;

/** The one of query, key and value whose gradient has this name. */
export const gradientPartOf = (name: string): (typeof PER_HEAD)[number] | undefined =>
  PER_HEAD.find((part) => isGradientBy(part, name));

/** Whether a name is one that people have for the gradient by an input. */
export const isNameOfGradient = (name: string): boolean =>
  /^d|^∂|grad/.test(plainName(name)) &&
  (Object.keys(INPUTS) as InputName[]).some((input) => isGradientBy(input, name));

/** Whether a name is one of what comes out of an attention or its gradients, perhaps of one head. */
export function isNameOfAnswer(name: string): boolean {
  const { name: own } = splitHead(name) ?? { name };
  return isNameOfOutput(own) || isNameOfLogSumExp(own) || isNameOfWeights(own) || isNameOfGradient(own);
}
