import { gradientNames, namesOfInput, namesOfStep } from "./names.js";

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
  Object.fromEntries(names.split(" ").map((name) => [name, steps]));

/** Words that people use for more than one step. */
const AMBIGUOUS: Readonly<Record<string, readonly string[]>> = {
  attention: ["weights", "output"],
  attentionscores: ["scores", "scaled-scores", "weights"],
  logits: ["scores", "scaled-scores", "masked-scores"],
  z: ["row-sums", "output"],
  ...eachOf("hidden hiddenlayer", ["feed-forward-1", "activation"]),
  ...eachOf("norm layernorm add&norm addandnorm layernormalization layernormalisation", ["norm-1", "norm-2"]),
  ...eachOf("residual residualconnection add", ["residual-1", "residual-2"]),
};

/** Returns the ids of the steps that a plain name may mean. Empty if it means one step or none. */
export const stepsMeantBy = (name: string): readonly string[] =>
  Object.hasOwn(AMBIGUOUS, name) ? AMBIGUOUS[name] : [];

/** Returns the words that mean several steps, with their ids. */
export const ambiguousWords = (): readonly (readonly [word: string, ids: readonly string[]])[] =>
  Object.entries(AMBIGUOUS);
