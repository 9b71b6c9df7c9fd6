import type { ModelRun } from "./architecture.js";

/** Which of so many rows of logits is told: that of the mask where the model fills one in, else the last. */
export function toldRow(run: ModelRun, rows: number): number {
  return maskedRows(run)?.[0] ?? rows - 1;
}

/** Where a model is to fill in what a mask hides; undefined of a model that tells what comes next. */
export function maskedRows({
  ids,
  tokenizer,
  architecture: { head },
}: ModelRun): readonly number[] | undefined {
  if (head?.tells !== "masked") return undefined;
  return ids.flatMap((id, row) => (id === tokenizer?.maskId ? [row] : []));
}
