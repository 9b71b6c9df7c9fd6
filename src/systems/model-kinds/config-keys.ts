import { refuseIn } from "../../errors.js";
import type { Config } from "./config.js";

/** Keys that do not affect a forward pass: settings for training, saving or generating. */
const IGNORED_KEYS: readonly string[] = [
  "architectures model_type torch_dtype dtype transformers_version use_cache initializer_factor",
  "pretraining_tp task_specific_params gradient_checkpointing id2label label2id num_labels problem_type",
  "finetuning_task directionality tokenizer_class name_or_path auto_map torchscript chunk_size_feed_forward",
  "is_encoder_decoder n_ctx reorder_and_upcast_attn type_vocab_size model_max_length attn_implementation",
  "prefix predict_special_tokens vocab_size tie_word_embeddings tie_encoder_decoder n_special norm bos eos",
  "do_sample num_beams num_beam_groups early_stopping temperature top_k top_p typical_p repetition_penalty",
  "length_penalty diversity_penalty no_repeat_ngram_size num_return_sequences remove_invalid_values",
  "exponential_decay_length_penalty suppress_tokens begin_suppress_tokens max_window_layers layer_types",
  "rope_theta layerdrop sinusoidal_pos_embds tie_weights_ max_length min_length",
].flatMap((words) => words.split(" "));

/** Beginnings and endings of further keys of this kind. */
const IGNORED_PARTS =
  /^_|dropout|drop$|_pdrop$|_token_ids?$|_range$|_words_ids$|^(?:output|summary|pooler|tf|encoder_no|forced|use_b)_|^return_dict/;

/** Keys that can change the numbers, with a test for the values that qkv supports. */
const SUPPORTED_VALUES: Readonly<Record<string, (value: unknown) => boolean>> = {
  partial_rotary_factor: (value) => value === 1,
  rotary_pct: (value) => value === 1,
  pruned_heads: isEmpty,
  quantization_config: isEmpty,
  add_cross_attention: isEmpty,
  is_decoder: () => true,
  attention_factor: () => false,
  mscale: () => false,
  mscale_all_dim: () => false,
  use_scaled_rope: isEmpty,
  truncate: (value) => value === true,
  enable_bias: (value) => value === true,
  layer_norm_elementwise_affine: (value) => value === true,
};

/**
 * Returns a warning about keys of a config that were not read, if there are any. A key that changes the numbers must
 * not be ignored silently. Throws BAD_VALUE for values that change the numbers in a way that qkv does not support.
 */
export function warnOfUnreadKeys(config: Config): string | undefined {
  const unasked = config.unreadKeys();
  for (const { key, value, source } of unasked) {
    const name = key.slice(key.lastIndexOf(".") + 1);
    if (!Object.hasOwn(SUPPORTED_VALUES, name) || SUPPORTED_VALUES[name](value)) continue;
    const shown = JSON.stringify(value).slice(0, 60);
    refuseIn(source, "BAD_VALUE", `${key} is ${shown}, which qkv does not compute.`);
  }
  const unknown = unasked.filter(
    ({ key, value }) =>
      !isEmpty(value) &&
      !Object.hasOwn(SUPPORTED_VALUES, key) &&
      !IGNORED_KEYS.includes(key) &&
      !IGNORED_PARTS.test(key),
  );
  if (unknown.length === 0) return undefined;
  const names = unknown.map(({ key }) => key).join(", ");
  const [verb, object] = unknown.length === 1 ? ["says", "it does"] : ["say", "they do"];
  return `qkv does not use what ${names} in config.json ${verb}: if ${object} change the numbers, these are not the model's numbers.`;
}

/** Whether a value means "nothing": null, false, or an empty object or list. */
function isEmpty(value: unknown) {
  return (
    value === null ||
    value === false ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}
