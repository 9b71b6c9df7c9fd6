import { inSentence, setting } from "../../errors.js";
import { present } from "../../math/lists.js";
import type { Axis } from "../../trace/op.js";
import type { EmbeddingRules, ModelRun } from "./architecture.js";

/** Returns the axis of the rows, labelled by their tokens if there is a tokenizer. */
export function tokenAxis({ tokenizer, ids }: Pick<ModelRun, "tokenizer" | "ids">): Axis {
  return { name: "query", labels: tokenizer && ids.map(tokenNames({ tokenizer })) };
}

/** Returns a function that names a token: its piece, or its id if there is no tokenizer. */
export const tokenNames =
  ({ tokenizer }: Pick<ModelRun, "tokenizer">) =>
  (id: number) =>
    tokenizer?.pieces[id] ?? String(id);

/** Returns the row of logits that is reported: the first masked row if the model fills in masks, otherwise the last. */
export function predictedRow(run: ModelRun, rows: number): number {
  return maskedRows(run)?.[0] ?? rows - 1;
}

/** Returns the rows with a mask that the model fills in; undefined for a model that predicts the next token. */
export function maskedRows({
  ids,
  tokenizer,
  architecture: { head },
}: ModelRun): readonly number[] | undefined {
  if (head?.predicts !== "masked") return undefined;
  return ids.flatMap((id, row) => (id === tokenizer?.maskId ? [row] : []));
}

/**
 * Returns the row of the position table for each token after `past` others. Padding that is not counted has its id as
 * position (`create_position_ids_from_input_ids` in Hugging Face's RoBERTa).
 */
export function positionsOf(
  ids: readonly number[],
  past: number,
  { firstPosition = 0, padding }: EmbeddingRules,
): readonly number[] {
  let next = firstPosition + past;
  return ids.map((id) => (padding && !padding.isCounted && id === padding.id ? padding.id : next++));
}

/** The maximum number of tokens that are named one by one. */
const MAX_NAMED = 24;

/** Says what happens to padding among the tokens; undefined if there is none. */
export function paddingText({
  ids,
  architecture: {
    embedding: { padding },
  },
}: ModelRun): string | undefined {
  const places = padding ? ids.flatMap((id, at) => (id === padding.id ? [at] : [])) : [];
  if (!padding || places.length === 0) return undefined;
  const others = ids.filter((id) => id !== padding.id);
  // Padding that is counted and stands between other tokens shifts the positions after it.
  const isBehind = places[0] === others.length;
  const canLeaveOut = others.length > 0 && others.length <= MAX_NAMED && (isBehind || !padding.isCounted);
  const isAt = `it has position ${padding.id}, and the others have the same positions as without it.`;
  return present([
    `${others.length === 0 ? "All tokens are" : nameTokens(places)} padding (id ${padding.id}).`,
    !padding.isCounted && `Positions do not count padding: ${isAt}`,
    "No attention_mask hides it: all tokens attend to it, as in Hugging Face without a mask.",
    canLeaveOut &&
      `With ${setting("ids")} ${others.join(",")} the others get the same numbers as with a mask.`,
  ]).join(" ");
}

function nameTokens(places: readonly number[]) {
  if (places.length === 1) return `Token ${places[0]} is`;
  if (places.length > MAX_NAMED) return `${places.length} tokens are`;
  return `Tokens ${inSentence(places)} are`;
}
