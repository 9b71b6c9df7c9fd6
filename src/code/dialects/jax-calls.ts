import type { FoundAttention } from "../attentions.js";
import { obstacleLines } from "../obstacles.js";
import type { CallContext } from "../script.js";

/** `jax.nn.dot_product_attention` of every attention that it can do, asserted equal. */
export function jaxCalls(found: readonly FoundAttention[], { nameOf, scaleName, blockedName }: CallContext) {
  if (found.length === 0) return [];
  const lines = found.flatMap((one) => {
    if (!("attention" in one) || one.attention.softcap !== undefined) return [];
    const { scope, query, key, value, bias, blocked, scale, output } = one.attention;
    const wrap = (name: string) => `${nameOf(name)}[None, :, None, :]`;
    const more = [
      ...(bias ? [`bias=${nameOf(bias)}[None, None]`] : []),
      ...(blocked ? [`mask=~${blockedName(blocked)}[None, None]`] : []),
      `scale=${scaleName(scale)}`,
    ].join(", ");
    const call = `jax.nn.dot_product_attention(${wrap(query)}, ${wrap(key)}, ${wrap(value)}, ${more})[0, :, 0]`;
    return [`check("${scope || output} by jax.nn.dot_product_attention", ${call}, ${nameOf(output)})`];
  });
  return [
    "# The library's own call. Its axes: batch × row × head × column; its mask: true = may attend.",
    ...lines,
    ...obstacleLines("jax.nn.dot_product_attention", found, ({ softcap }) =>
      softcap === undefined ? undefined : "it has no softcap",
    ),
  ];
}
