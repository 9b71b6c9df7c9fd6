import { INPUTS, type InputName } from "./inputs.js";
import { gradientNames, isNameOfStep, namesOfInput, plainName, splitHead } from "./names.js";

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

const GRADIENTS = new Map(
  (Object.keys(INPUTS) as InputName[]).map((input) => [
    input,
    new Set([input, ...namesOfInput(input)].flatMap(gradientNames)),
  ]),
);

const isGradientBy = (input: InputName, name: string): boolean =>
  GRADIENTS.get(input)?.has(plainName(name)) === true;

/** Returns which of query, key and value has a gradient with this name; undefined if none. */
export const gradientPartOf = (name: string): (typeof PER_HEAD)[number] | undefined =>
  PER_HEAD.find((part) => isGradientBy(part, name));

/** Whether this is a name for the gradient with respect to an input. */
export const isNameOfGradient = (name: string): boolean =>
  /^d|^∂|grad/.test(plainName(name)) &&
  (Object.keys(INPUTS) as InputName[]).some((input) => isGradientBy(input, name));

/** Whether this is a name for a result or a gradient of an attention, possibly of one head. */
export function isNameOfAnswer(name: string): boolean {
  const { name: nameInHead } = splitHead(name) ?? { name };
  return (
    isNameOfOutput(nameInHead) ||
    isNameOfLogSumExp(nameInHead) ||
    isNameOfWeights(nameInHead) ||
    isNameOfGradient(nameInHead)
  );
}
