import type { FoundAttention } from "../attentions.js";
import { attentionsOf, type Heads } from "../heads.js";
import { obstacleLines } from "../obstacles.js";
import type { CallContext } from "../script.js";
import { quoted } from "../words.js";

/** `jax.nn.dot_product_attention` of every attention that it can do, asserted equal. */
export function jaxCalls(
  found: readonly FoundAttention[],
  heads: readonly Heads[],
  context: CallContext,
): readonly string[] {
  const { nameOf, scaleName, blockedName } = context;
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
    return [
      `check(${quoted(`${scope || output} by jax.nn.dot_product_attention`)}, ${call}, ${nameOf(output)})`,
    ];
  });
  return [
    "# The library's own call. Its axes: batch × row × head × column; its mask: true = may attend.",
    ...lines,
    ...obstacleLines("jax.nn.dot_product_attention", found, ({ softcap }) =>
      softcap === undefined ? undefined : "it has no softcap",
    ),
    ...heads.flatMap((group) => groupedCall(group, context)),
  ];
}

/** All heads of a group in one call, in which several query heads share the keys and values of one. */
function groupedCall(group: Heads, { nameOf, scaleName, blockedName }: CallContext): readonly string[] {
  const attentions = attentionsOf(group);
  const { heads, numKvHeads, scope } = group;
  if (typeof attentions === "string" || numKvHeads === heads.length) return [];
  const [{ softcap, blocked, bias, scale }] = attentions;
  if (softcap !== undefined) return [];
  const shared = attentions.filter((_, head) => head % (heads.length / numKvHeads) === 0);
  const stack = (keys: readonly string[], axis: number) =>
    `jnp.stack([${keys.map(nameOf).join(", ")}], axis=${axis})`;
  const biases = attentions.flatMap((attention) => attention.bias ?? []);
  const more = [
    ...(bias ? [`bias=${stack(biases, 0)}[None]`] : []),
    ...(blocked ? [`mask=~${blockedName(blocked)}[None, None]`] : []),
    `scale=${scaleName(scale)}`,
  ].join(", ");
  const [queries, keys, values] = [
    stack(
      attentions.map(({ query }) => query),
      1,
    ),
    stack(
      shared.map(({ key }) => key),
      1,
    ),
    stack(
      shared.map(({ value }) => value),
      1,
    ),
  ];
  const call = `jax.nn.dot_product_attention(${queries}[None], ${keys}[None], ${values}[None], ${more})[0]`;
  return [
    "# All heads at once: query head h reads kv head ⌊h·G/H⌋, as the call has it.",
    `check(${quoted(`${scope || "all heads"} by jax.nn.dot_product_attention`)}, ${call}, ${stack(
      attentions.map(({ output }) => output),
      1,
    )})`,
  ];
}
