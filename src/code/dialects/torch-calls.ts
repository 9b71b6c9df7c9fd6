import type { Attention, FoundAttention } from "../attentions.js";
import { obstacleLines } from "../obstacles.js";
import type { CallContext } from "../script.js";

/** `F.scaled_dot_product_attention` of every attention that it can do, asserted equal. */
export function torchCalls(found: readonly FoundAttention[], context: CallContext): readonly string[] {
  if (found.length === 0) return [];
  const lines = found.flatMap((one) =>
    "attention" in one && one.attention.softcap === undefined ? callLines(one.attention, context) : [],
  );
  return [
    "# The library's own call. Its axes: batch × head × row × column; its mask: true = may attend.",
    ...(lines.length > 0 ? lines : []),
    ...obstacleLines("F.scaled_dot_product_attention", found, (attention) =>
      attention.softcap === undefined ? undefined : "it has no softcap",
    ),
  ];
}

function callLines(attention: Attention, context: CallContext): readonly string[] {
  const { nameOf, scaleName } = context;
  const { query, key, value, bias, blocked, scale, output } = attention;
  const wrap = (name: string) => `${nameOf(name)}[None, None]`;
  const mask = blocked && context.blockedName(blocked);
  const added = bias && nameOf(bias);
  const given = mask && added ? `torch.where(${mask}, -torch.inf, ${added})` : mask ? `~${mask}` : added;
  const rest = given === undefined ? "" : `, attn_mask=${given}`;
  const call = (more: string) =>
    `F.scaled_dot_product_attention(${wrap(query)}, ${wrap(key)}, ${wrap(value)}${more}, scale=${scaleName(scale)})[0, 0]`;
  const name = `${attention.scope || output} by F.scaled_dot_product_attention`;
  return [
    `check("${name}", ${call(rest)}, ${nameOf(output)})`,
    ...(blocked && !added && isTopLeftCausal(blocked)
      ? [`check("${name}, is_causal", ${call(", is_causal=True")}, ${nameOf(output)})`]
      : []),
  ];
}

/** Whether the mask is what `is_causal` means: query i sees the keys 0 … i, wherever the last query stands. */
function isTopLeftCausal({ rows, cols, numRuled, low, high, cells }: NonNullable<Attention["blocked"]>) {
  if (cells !== undefined || numRuled !== cols) return false;
  return Array.from({ length: rows }, (_, row) => row).every(
    (row) => low[row] === 0 && high[row] === Math.min(cols, row + 1),
  );
}
