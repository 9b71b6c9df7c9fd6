import { shapeOf } from "../../trace/trace.js";
import { type Attention, callable, isTopLeftCausal, obstacleLines } from "../attentions.js";
import { type GroupedHeads, inOneCall, sharingAttentions } from "../heads.js";
import { pythonString } from "../python-text.js";
import type { CallContext, WriteCalls } from "../script.js";
import { multiheadCalls } from "./torch-multihead.js";

/** Returns why such a call cannot express an attention, or undefined. */
export const withoutSoftcap = ({ softcap }: Attention): string | undefined =>
  softcap === undefined ? undefined : "it has no softcap";

/**
 * Writes `F.scaled_dot_product_attention` and `nn.MultiheadAttention` for everything that they support, asserted equal.
 */
export const torchCalls: WriteCalls = (found, heads, context) => {
  if (found.length === 0) return [];
  const lines = callable(found, withoutSoftcap).flatMap((attention) => callLines(attention, context));
  return [
    "# The library's own call. Axes: batch × head × row × column. Mask: true = may attend.",
    ...lines,
    ...obstacleLines("F.scaled_dot_product_attention", found, withoutSoftcap),
    ...heads.flatMap((group) => groupedCall(group, context)),
    ...multiheadCalls(heads, context),
  ];
};

/** Writes one call for all heads of a group, in which several query heads share the keys and values of one kv head. */
function groupedCall(group: GroupedHeads, context: CallContext): readonly string[] {
  const attentions = sharingAttentions(group, withoutSoftcap);
  if (attentions.length === 0) return [];
  const { nameOf, scaleName } = context;
  const { query, key, value, output } = inOneCall(attentions, group.numKvHeads);
  const stack = (keys: readonly string[]) => `torch.stack([${keys.map(nameOf).join(", ")}])[None]`;
  const masks = attentions.map((attention) => maskCode(attention, context));
  const rest =
    masks[0] === undefined
      ? ""
      : `, attn_mask=torch.stack([${masks.map((mask) => fullSize(`${mask}`, attentions[0], context)).join(", ")}])[None]`;
  const call = `F.scaled_dot_product_attention(${stack(query)}, ${stack(key)}, ${stack(value)}${rest}, scale=${scaleName(attentions[0].scale)}, enable_gqa=True)[0]`;
  return [
    "# All heads at once: with enable_gqa, query head h reads kv head ⌊h·G/H⌋.",
    `check(${pythonString(`${group.scope || "all heads"} by F.scaled_dot_product_attention, enable_gqa`)}, ${call}, torch.stack([${output.map(nameOf).join(", ")}]))`,
  ];
}

/** Expands a mask to every query and every key. */
function fullSize(mask: string, { query, key }: Attention, { trace }: CallContext): string {
  return `(${mask}).expand(${shapeOf(trace, query).rows}, ${shapeOf(trace, key).rows})`;
}

/**
 * Returns the code of `attn_mask`: true where a query may attend, or what is added to the scores. Returns undefined if
 * there is no mask.
 */
export function maskCode({ blocked, bias }: Attention, { blockedName, nameOf }: CallContext) {
  const mask = blocked && blockedName(blocked);
  const added = bias && nameOf(bias);
  return mask && added ? `torch.where(${mask}, -torch.inf, ${added})` : mask ? `~${mask}` : added;
}

function callLines(attention: Attention, context: CallContext): readonly string[] {
  const { nameOf, scaleName } = context;
  const { query, key, value, bias, blocked, scale, output } = attention;
  const wrap = (name: string) => `${nameOf(name)}[None, None]`;
  const given = maskCode(attention, context);
  const rest = given === undefined ? "" : `, attn_mask=${given}`;
  const call = (more: string) =>
    `F.scaled_dot_product_attention(${wrap(query)}, ${wrap(key)}, ${wrap(value)}${more}, scale=${scaleName(scale)})[0, 0]`;
  const name = `${attention.scope || output} by F.scaled_dot_product_attention`;
  const causal =
    scale > 0
      ? `check(${pythonString(`${name}, is_causal`)}, ${call(", is_causal=True")}, ${nameOf(output)})`
      : "# Not with is_causal: torch masks scores before it scales them, and -inf · SCALE is not -inf here.";
  return [
    `check(${pythonString(name)}, ${call(rest)}, ${nameOf(output)})`,
    ...(blocked && !bias && isTopLeftCausal(blocked) ? [causal] : []),
  ];
}
