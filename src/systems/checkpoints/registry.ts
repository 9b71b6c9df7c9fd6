import type { InputName } from "../../attention/inputs.js";
import { bert } from "./bert.js";
import type { Checkpoint } from "./checkpoint.js";
import { gpt2 } from "./gpt2.js";
import { llama } from "./llama.js";
import { torch } from "./torch.js";

/** Every way of naming tensors that is recognised; the first that knows a name has it. */
const CHECKPOINTS: readonly Checkpoint[] = [torch, gpt2, llama, bert];

/** The input that a tensor name such as `h.0.attn.c_attn.weight` stands for, and the library that names it so. */
export function recogniseTensor(
  tensor: string,
): { readonly checkpoint: Checkpoint; readonly input: InputName } | undefined {
  const modules = tensor.split(".");
  for (const checkpoint of CHECKPOINTS) {
    if (checkpoint.namesake && modules.includes(checkpoint.namesake)) continue;
    for (const [ending, input] of Object.entries(checkpoint.tensors)) {
      if (tensor === ending || tensor.endsWith(`.${ending}`)) return { checkpoint, input };
    }
  }
  return undefined;
}
