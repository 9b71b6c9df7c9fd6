import type { Axis } from "../../trace/axis.js";
import type { ModelRun } from "./architecture.js";

/** Rows are named after their tokens, where there is a tokenizer. */
export function tokenAxis({ tokenizer, ids }: Pick<ModelRun, "tokenizer" | "ids">): Axis {
  return { name: "query", ...(tokenizer && { labels: ids.map(tokenNames({ tokenizer })) }) };
}

/** What a token is called: its piece, or its id where there is no tokenizer. */
export const tokenNames =
  ({ tokenizer }: Pick<ModelRun, "tokenizer">) =>
  (id: number): string =>
    tokenizer?.pieces[id] ?? String(id);
