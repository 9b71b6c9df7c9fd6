/**
 * Returns the tensor names of modules that have a weight and a bias, by their input names: `{ wq: "q_proj" }` gives the
 * names of wq and bq. If `biases` is given, only those biases exist. `at` is a prefix for all names.
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

/** Returns the same for layers. A # in `at` is replaced by the number of the layer. */
export const layersAt =
  (at: string, modules: Readonly<Record<string, string>>, biases?: readonly string[]) => (index: number) =>
    weightsAndBiases(modules, biases, at.replace("#", String(index)));

/** Returns the name of the bias of a weight: b1 for w1, crossBq for crossWq, norm1Bias for norm1. */
const biasOf = (weight: string) =>
  /^(?:w|crossW)/.test(weight) ? weight.replace("crossW", "crossB").replace(/^w/, "b") : `${weight}Bias`;
