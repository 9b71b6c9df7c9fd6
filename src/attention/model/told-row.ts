import type { ModelRun } from "./architecture.js";

/** Which of so many rows of logits is told: that of the mask where the model fills one in, else the last. */
export function toldRow({ ids, tokenizer, architecture: { head } }: ModelRun, rows: number): number {
  const masked =
    head?.tells === "masked" && tokenizer?.maskId !== undefined ? ids.indexOf(tokenizer.maskId) : -1;
  return masked >= 0 ? masked : rows - 1;
}
