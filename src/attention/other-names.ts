import { plainName } from "./names.js";

/** What other libraries call settings, in small letters with dashes: in options, and in the files that kernels dump. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  causal: "is-causal causal-mask use-causal-mask causal-attention masked look-ahead",
  keyLength: "valid-length valid-len",
  scale: "softmax-scale sm-scale attn-scale attention-scale qk-scale logits-scale",
  softcap: "soft-cap logits-soft-cap logit-soft-cap logit-softcap attn-logit-softcapping softcapping",
  heads: "num-heads n-heads nheads n-head num-attention-heads num-query-heads num-qo-heads",
  kvHeads: "num-kv-heads n-kv-heads num-key-value-heads num-heads-kv",
  headSize: "head-dim d-head",
  dropoutP: "p-dropout",
};

/** The setting that a name of another library is, or its own name. */
export function settingNamed(word: string, names: readonly string[]): string | undefined {
  const plain = plainName(word);
  return names.find(
    (name) =>
      plainName(name) === plain ||
      (OTHER_NAMES[name]?.split(" ").some((other) => plainName(other) === plain) ?? false),
  );
}
