import { isNameOfAnswer } from "../../attention/answer-names.js";
import { isNameOfStep } from "../../attention/names.js";
import { STEPS } from "../../attention/steps.js";
import type { Value } from "../value.js";
import { arrayOf } from "../value-axes.js";
import type { HeadArrays } from "./head-arrays.js";
import { layAnswer } from "./lay-answer.js";
import { withinName } from "./member-names.js";
import { nameInPath } from "./members.js";

/** What came out by its name, or by a part of it where the rest says whose it is: `o` of `o_triton`. Undefined for what is none. */
export function answerNamed(key: string): string | undefined {
  if (isNameOfAnswer(key)) return key;
  const name = nameInPath(key);
  // The weights that dropout leaves, and the gradient by the weights, are no weights.
  if (isNameOfOther(name)) return undefined;
  return isNameOfAnswer(name) ? name : withinName(name, (part) => (isNameOfAnswer(part) ? part : undefined));
}

/** What JSON calls what should come out, beside its inputs. */
const EXPECTED = /^(?:expected|answers?|solution|results?)(?:_?outputs?)?$/i;

/** What came out by its name in JSON, where all names are somebody's own; `expected` alone is the output. */
export function answerInText(key: string): string | undefined {
  const name = nameInPath(key);
  return isNameOfAnswer(name) ? name : EXPECTED.test(name) ? "output" : undefined;
}

/** `d-weights`, `grad_scores`: the gradient by a step. */
const GRADIENT = /^(?:d|∂|grad)[-_. ]/i;

const isNameOfAny = (name: string) => Object.keys(STEPS).some((id) => isNameOfStep(id, name));

/** Whether a name is that of another step, or of the gradient by one. */
const isNameOfOther = (name: string): boolean =>
  !isNameOfAnswer(name) && (GRADIENT.test(name) || isNameOfAny(name));

/** What an array in a file of its own answers: what its name says, else, where that is no step, the output if its shape is that of one. */
export function answerOfFile(name: string, value: Value, arrays: HeadArrays | undefined): string {
  const named = answerNamed(name);
  if (named !== undefined) return named;
  const array = isNameOfAny(name) || value.kind === "object" ? undefined : arrayOf(value);
  return array && arrays && layAnswer("output", array, arrays) ? "output" : name;
}
