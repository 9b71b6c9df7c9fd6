/**
 * The tensors of modules that have a weight and a bias, by what each is here: `{ wq: "q_proj" }` names those of wq and bq. With a list
 * of biases there are no others. `at` stands before every name.
 */
export function weightsAndBiases(
  modules: Readonly<Record<string, string>>,
  biases?: readonly string[],
  at = "",
): Readonly<Record<string, string>> {
  const tensors = Object.entries(modules).flatMap(([weight, module]) => {
    const bias = biasOf(weight);
    const hasBias = biases === undefined || biases.includes(bias);
    return [[weight, `${at}${module}.weight`], ...(hasBias ? [[bias, `${at}${module}.bias`]] : [])];
  });
  return Object.fromEntries(tensors);
}

/** The same for layers, whose number stands in `at` as #. */
export const layersAt =
  (at: string, modules: Readonly<Record<string, string>>, biases?: readonly string[]) => (index: number) =>
    weightsAndBiases(modules, biases, at.replace("#", String(index)));

/** b1 of w1, crossBq of crossWq, norm1Bias of norm1. */
const biasOf = (weight: string): string =>
  /^(?:w|crossW)/.test(weight) ? weight.replace("crossW", "crossB").replace(/^w/, "b") : `${weight}Bias`;
