import type { InputName } from "../../attention/inputs.js";
import { CHECKPOINTS, type Checkpoint } from "./libraries.js";

/** A tensor name such as `h.0.attn.c_attn.weight` as an input, and the library that names it so. */
export interface RecognisedTensor {
  readonly checkpoint: Checkpoint;
  readonly input: InputName;
}

/** Those of some tensor names that stand for inputs which are accepted. */
export function recogniseTensors(
  names: readonly string[],
  accepts: readonly InputName[],
): ReadonlyMap<string, RecognisedTensor> {
  const modules = new Set(names.flatMap((name) => name.split(".")));
  const known = CHECKPOINTS.filter(({ mark }) => mark === undefined || modules.has(mark));
  const found = names.flatMap((name) => {
    const recognised = recogniseTensor(name, known, accepts);
    return recognised ? [[name, recognised] as const] : [];
  });
  return new Map(found);
}

function recogniseTensor(
  tensor: string,
  known: readonly Checkpoint[],
  accepts: readonly InputName[],
): RecognisedTensor | undefined {
  const modules = tensor.split(".");
  for (const checkpoint of known) {
    if (checkpoint.namesake && modules.includes(checkpoint.namesake)) continue;
    for (const [ending, input] of Object.entries(checkpoint.tensors)) {
      if (accepts.includes(input) && (tensor === ending || tensor.endsWith(`.${ending}`))) {
        return { checkpoint, input };
      }
    }
  }
  return undefined;
}
