import type { ModelRun } from "./architecture.js";

/** The row whose logits are told: that of the mask where the model fills one in, else the last. */
export function toldRow({ ids, tokenizer, architecture: { head } }: ModelRun): number {
  const masked =
    head?.tells === "masked" && tokenizer?.maskId !== undefined ? ids.indexOf(tokenizer.maskId) : -1;
  return masked >= 0 ? masked : ids.length - 1;
}
