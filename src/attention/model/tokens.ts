import { inSentence } from "../../errors.js";
import { setting } from "../../setting-names.js";
import type { Axis } from "../../trace/op.js";
import type { EmbeddingRules, ModelRun } from "./architecture.js";

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

/**
 * The row of the position table for each token behind `past` others. Padding that is not counted stands at the position of its id
 * (`create_position_ids_from_input_ids` of Hugging Face's RoBERTa).
 */
export function positionsOf(
  ids: readonly number[],
  past: number,
  { firstPosition = 0, padding }: EmbeddingRules,
): readonly number[] {
  let next = firstPosition + past;
  return ids.map((id) => (padding && !padding.isCounted && id === padding.id ? padding.id : next++));
}

/** So many tokens are still named one by one. */
const MOST_NAMED = 24;

/** What is done with padding among the tokens, in sentences; undefined where there is none. */
export function paddingText({
  ids,
  architecture: {
    embedding: { padding },
  },
}: Pick<ModelRun, "ids" | "architecture">): string | undefined {
  const places = padding ? ids.flatMap((id, at) => (id === padding.id ? [at] : [])) : [];
  if (!padding || places.length === 0) return undefined;
  const others = ids.filter((id) => id !== padding.id);
  // Between others, padding that is counted moves those behind it.
  const isBehind = places[0] === others.length;
  const canLeaveOut = others.length > 0 && others.length <= MOST_NAMED && (isBehind || !padding.isCounted);
  const isAt = `it stands at position ${padding.id}, and the others as without it.`;
  return [
    `${others.length === 0 ? "All tokens are" : nameTokens(places)} padding (id ${padding.id}).`,
    ...(padding.isCounted ? [] : [`Positions do not count padding: ${isAt}`]),
    "No attention_mask hides it: all tokens attend to it, as in Hugging Face where none is given.",
    ...(canLeaveOut
      ? [`With ${setting("ids")} ${others.join(",")} the others come out as with a mask.`]
      : []),
  ].join(" ");
}

function nameTokens(places: readonly number[]): string {
  if (places.length === 1) return `Token ${places[0]} is`;
  if (places.length > MOST_NAMED) return `${places.length} tokens are`;
  return `Tokens ${inSentence(places)} are`;
}
