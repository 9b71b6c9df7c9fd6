/**
 * The tensors of modules that have a weight and a bias, by what each is here: `{ wq: "q_proj" }` names those of wq and bq. With a list
 * of biases there are no others.
 */
export function weightsAndBiases(
  modules: Readonly<Record<string, string>>,
  biases?: readonly string[],
): Readonly<Record<string, string>> {
  const tensors = Object.entries(modules).flatMap(([weight, module]) => {
    const bias = biasOf(weight);
    const hasBias = biases === undefined || biases.includes(bias);
    return [[weight, `${module}.weight`], ...(hasBias ? [[bias, `${module}.bias`]] : [])];
  });
  return Object.fromEntries(tensors);
}

/** b1 of w1, crossBq of crossWq, norm1Bias of norm1. */
const biasOf = (weight: string): string =>
  /^(?:w|crossW)/.test(weight) ? weight.replace("crossW", "crossB").replace(/^w/, "b") : `${weight}Bias`;
