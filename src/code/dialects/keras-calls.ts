import type { FoundAttention } from "../attentions.js";
import type { Heads } from "../heads.js";
import { obstacleLines } from "../obstacles.js";
import type { CallContext } from "../script.js";
import { quoted } from "../words.js";

/** `keras.ops.dot_product_attention` of every attention that it can do, asserted equal. */
export function kerasCalls(
  found: readonly FoundAttention[],
  _heads: readonly Heads[],
  { nameOf, scaleName, blockedName }: CallContext,
) {
  if (found.length === 0) return [];
  const lines = found.flatMap((one) => {
    if (!("attention" in one) || one.attention.softcap !== undefined) return [];
    const { scope, query, key, value, bias, blocked, scale, output } = one.attention;
    const wrap = (name: string) => `${nameOf(name)}[None, :, None, :]`;
    const more = [
      ...(bias ? [`bias=${nameOf(bias)}[None, None]`] : []),
      ...(blocked ? [`mask=ops.logical_not(${blockedName(blocked)})[None, None]`] : []),
      `scale=${scaleName(scale)}`,
    ].join(", ");
    const call = `ops.dot_product_attention(${wrap(query)}, ${wrap(key)}, ${wrap(value)}, ${more})[0, :, 0]`;
    return [
      `check(${quoted(`${scope || output} by ops.dot_product_attention`)}, ${call}, ${nameOf(output)})`,
    ];
  });
  return [
    "# The library's own call. Its axes: batch × row × head × column; its mask: true = may attend; without a scale it",
    "# takes 1/√(size of a head), where keras.layers.Attention takes none.",
    ...lines,
    ...obstacleLines("ops.dot_product_attention", found, ({ softcap }) =>
      softcap === undefined ? undefined : "it has no softcap",
    ),
  ];
}
