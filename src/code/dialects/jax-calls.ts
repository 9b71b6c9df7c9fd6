import type { CallSpelling } from "../float-calls.js";

/** `jax.nn.dot_product_attention`. */
export const JAX_CALL: CallSpelling = {
  name: "jax.nn.dot_product_attention",
  says: ["# The library's own call. Its axes: batch × row × head × column; its mask: true = may attend."],
  stack: (parts, axis) => `jnp.stack([${parts.join(", ")}], axis=${axis})`,
  not: (mask) => `~${mask}`,
  share: (keys) => keys,
  saysShared: "# All heads at once: query head h reads kv head ⌊h·G/H⌋, as the call has it.",
};
