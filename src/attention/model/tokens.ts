import type { Axis } from "../../trace/axis.js";
import type { ModelRun } from "./architecture.js";

/** Rows are named after their tokens, where there is a tokenizer. */
export function tokenAxis({ tokenizer, ids }: Pick<ModelRun, "tokenizer" | "ids">): Axis {
  return { name: "query", labels: tokenizer && ids.map(tokenNames({ tokenizer })) };
}

/** What a token is called: its piece, or its id where there is no tokenizer. */
export const tokenNames =
  ({ tokenizer }: Pick<ModelRun, "tokenizer">) =>
  (id: number): string =>
    tokenizer?.pieces[id] ?? String(id);

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
