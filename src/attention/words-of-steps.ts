import { gradientNames, namesOfInput, namesOfStep } from "./names.js";

/** What people write over a step, by its id; over a gradient, what is said of all that it is by. */
export function namesOf(id: string): readonly string[] {
  if (!id.startsWith("d-")) return namesOfStep(id);
  const by = id.slice(2);
  const gradients = [by, ...namesOfStep(by), ...namesOfInput(by)].flatMap(gradientNames);
  return gradients.concat(id === "d-row-dots" ? ROW_DOTS : []);
}

/** δ, which is no gradient by anything. */
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

/** The ids of the steps that a plain name may mean; none where it means one or no step. */
export const stepsMeantBy = (name: string): readonly string[] =>
  Object.hasOwn(AMBIGUOUS, name) ? AMBIGUOUS[name] : [];

/** The words that mean several steps, each with the ids of these. */
export const ambiguousWords = (): readonly (readonly [word: string, ids: readonly string[]])[] =>
  Object.entries(AMBIGUOUS);
