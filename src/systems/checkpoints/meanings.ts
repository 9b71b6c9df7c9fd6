import { setting } from "../../errors.js";
// The meaning of tensors of an attention module that are not projections.

/** What a tensor is, by its name, and whether it changes the result of the attention. */
export interface Meaning {
  readonly text: string;
  readonly changesNumbers: boolean;
}

interface NamedMeaning extends Meaning {
  readonly pattern: RegExp;
}

const harmless = (pattern: RegExp, text: string) => ({ pattern, text, changesNumbers: false });
const changing = (pattern: RegExp, text: string) => ({ pattern, text, changesNumbers: true });

/** The first pattern that matches the name within its module is used. */
const MEANINGS: readonly NamedMeaning[] = [
  harmless(/rotary|rope|inv_freq|(?:cos|sin)_cached/i, `a table of RoPE, which ${setting("rope")} asks for`),
  harmless(/^(?:output\.)?LayerNorm\.\w+$/, "the norm after the attention"),
  harmless(
    /^(?:masked_bias|bias|\w*mask|tril)$/,
    `a mask that its code keeps, for which ${setting("causal")} stands`,
  ),
  harmless(/(?:^|\.)(?:position_ids|relative_position_index|num_batches_tracked)$/, "a list of places"),
  changing(/sink/i, "attention sinks"),
  changing(/norm|(?:^|[._])ln(?:[._]|$)/i, "a norm of queries or keys"),
  changing(/relative|rel_?pos|distance|bias_table|alibi|slope/i, "a bias by distance"),
  changing(/gate|lora|adapter|scale|temperature|(?:^|\.)tau/i, "a factor"),
  changing(
    /proj|qkv|query|key|value|dense|linear|(?:^|\.)(?:w?[qkvo]|[qkvo]_lin|out_lin|fc|in|out)\./i,
    "a projection",
  ),
];

/**
 * Returns what a tensor is, by its name within the attention module. An unknown name counts as not changing the
 * numbers.
 */
export const meaningOf = (name: string): Meaning =>
  MEANINGS.find(({ pattern }) => pattern.test(name)) ?? {
    text: "a tensor that is not known",
    changesNumbers: false,
  };
