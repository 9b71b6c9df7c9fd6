/** Names under which published checkpoints are known elsewhere, with the name of the preset that has their sizes. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["gpt", "gpt1"],
  ["openai-gpt", "gpt1"],
  ["gpt2-small", "gpt2-124m"],
  ["gpt2-medium", "gpt2-355m"],
  ["gpt2-large", "gpt2-774m"],
  ["gpt2-xl", "gpt2-1.5b"],
  ["bert-base-uncased", "bert-base"],
  ["bert-base-cased", "bert-base"],
  ["bert-large-uncased", "bert-large"],
  ["bert-large-cased", "bert-large"],
  ["davinci", "gpt3-175b"],
  ["vaswani", "transformer"],
  ["attention-is-all-you-need", "transformer"],
  ["rnnsearch", "bahdanau"],
  ["luong", "luong-general"],
  ["britz", "britz-additive"],
]);
