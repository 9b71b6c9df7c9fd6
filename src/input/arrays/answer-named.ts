import { isNameOfAnswer, isNameOfStep } from "../../attention/names.js";
import { STEPS } from "../../attention/steps.js";
import type { Value } from "../value.js";
import { arrayOf } from "../value-axes.js";
import type { HeadArrays } from "./head-arrays.js";
import { layOutAnswer } from "./lay-answer.js";
import { withinName } from "./member-names.js";
import { nameInPath } from "./members.js";

/**
 * Returns the step that an array's name means: the name itself, or a part of it if the other words say nothing (`o` of
 * `o_triton`). Returns undefined if the name means no step.
 */
export function answerNamed(key: string): string | undefined {
  if (isNameOfAnswer(key)) return key;
  const name = nameInPath(key);
  // The weights after dropout and the gradient of the weights are not the weights.
  if (isNameOfOther(name)) return undefined;
  return isNameOfAnswer(name) ? name : withinName(name, (part) => (isNameOfAnswer(part) ? part : undefined));
}

/** Names of the expected result in JSON, where it stands beside the inputs. */
const EXPECTED = /^(?:expected|answers?|solution|results?)(?:_?outputs?)?$/i;

/**
 * Returns the step that a key of a JSON file names. The user chose all names there, so the key must match as a whole;
 * `expected` alone means the output.
 */
export function answerInText(key: string): string | undefined {
  const name = nameInPath(key);
  return isNameOfAnswer(name) ? name : EXPECTED.test(name) ? "output" : undefined;
}

/** Names of gradients of a step: `d-weights`, `grad_scores`. */
const GRADIENT = /^(?:d|∂|grad)[-_. ]/i;

const isNameOfAny = (name: string) => Object.keys(STEPS).some((id) => isNameOfStep(id, name));

/** Whether a key of a JSON file names a step on the way to the output, as only a person's sheet has. */
export const isStepOfSheet = (key: string): boolean =>
  answerInText(key) === undefined && isNameOfAny(nameInPath(key));

/** Whether a name is that of a step that is no answer, or of the gradient of a step. */
const isNameOfOther = (name: string): boolean =>
  !isNameOfAnswer(name) && (GRADIENT.test(name) || isNameOfAny(name));

/**
 * Returns the step that an array in its own file answers. The file's name decides. If the name is not a step's, an
 * array with the shape of the output is the output.
 */
export function answerOfFile(name: string, value: Value, arrays: HeadArrays | undefined): string {
  const named = answerNamed(name);
  if (named !== undefined) return named;
  const array = isNameOfAny(name) || value.kind === "object" ? undefined : arrayOf(value);
  return array && arrays && layOutAnswer("output", array, arrays) ? "output" : name;
}
