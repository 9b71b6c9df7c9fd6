import { OPS } from "../../ops/registry.js";
import { findStep, paramsOf, shapeOf, type Trace } from "../../trace/trace.js";
import {
  type Attention,
  attentionsOf,
  callable,
  type GroupedHeads,
  inOneCall,
  isTopLeftCausal,
  obstacleLines,
  type Projection,
  sharingAttentions,
} from "../attentions.js";
import { pythonString } from "../names.js";
import type { CallContext, WriteCalls } from "../script.js";

/**
 * Writes `nn.MultiheadAttention` for every group of heads that it supports, asserted equal. For other groups it writes
 * the reason.
 */
function multiheadCalls(groups: readonly GroupedHeads[], context: CallContext): readonly string[] {
  return groups.flatMap((group) => {
    const attentions = attentionsOf(group);
    const obstacle =
      typeof attentions === "string" ? attentions : obstacleOf(context.trace, group, attentions);
    if (obstacle === undefined && typeof attentions !== "string")
      return moduleCall(group, attentions, context);
    return [
      `# nn.MultiheadAttention cannot do this${group.scope === "" ? "" : ` (${group.scope})`}: ${obstacle}.`,
    ];
  });
}

/** Extra keys or values of a head, besides its own columns. */
interface Extra {
  readonly bias: string | undefined;
  readonly hasZero: boolean;
}

/** Returns the rows added to a head's own keys or values, or undefined if torch does not support them. */
function extraOf(trace: Trace, all: string, own: string): Extra | undefined {
  if (all === own) return { bias: undefined, hasZero: false };
  const step = findStep(trace, all);
  const stack = paramsOf(step, OPS.stackRows);
  if (!step || !stack || stack.zeroRows > 1 || step.inputs[0] !== own || step.inputs.length > 2)
    return undefined;
  const bias = step.inputs[1] === undefined ? undefined : findStep(trace, step.inputs[1])?.inputs[0];
  return { bias, hasZero: stack.zeroRows === 1 };
}

function obstacleOf(
  trace: Trace,
  { heads, numKvHeads, query, output }: GroupedHeads,
  attentions: readonly Attention[],
): string | undefined {
  const [head] = heads;
  const [headSize, valueSize] = [head.query.shape.cols, head.value.shape.cols];
  const embedded = heads.length * headSize;
  if (numKvHeads !== heads.length) return "it needs a key and a value for every query head";
  if (valueSize !== headSize)
    return `it needs values as wide as keys, and here they have ${valueSize} and ${headSize} columns`;
  if (shapeOf(trace, query.input).cols !== embedded || shapeOf(trace, output.result).cols !== embedded) {
    return `its inputs and its output have H·d_k = ${embedded} columns`;
  }
  if (trace.inputs.some(({ name }) => name === "sinks")) return "it has no sinks";
  for (const [at, attention] of attentions.entries()) {
    if (attention.softcap !== undefined) return "it has no softcap";
    if (attention.query !== heads[at].query.key) return "it does not rotate queries and keys by position";
    const [keys, values] = [
      extraOf(trace, attention.key, heads[at].key.key),
      extraOf(trace, attention.value, heads[at].value.key),
    ];
    if (!keys || !values) return "it does not rotate keys by position, and has no KV cache";
    if (attention.scale !== 1 / Math.sqrt(headSize)) {
      return `its scale is 1/√${headSize}, and here the scale is ${attention.scale}`;
    }
  }
  return undefined;
}

function moduleCall(
  group: GroupedHeads,
  attentions: readonly Attention[],
  context: CallContext,
): readonly string[] {
  const { trace, nameOf, fresh } = context;
  const { heads, query, key, value, output, scope } = group;
  const shape = (own: string) => shapeOf(trace, own);
  const size = heads.length * heads[0].query.shape.cols;
  const [keySize, valueSize] = [shape(key.input).cols, shape(value.input).cols];
  const keys = extraOf(trace, attentions[0].key, heads[0].key.key);
  const values = extraOf(trace, attentions[0].value, heads[0].value.key);
  const name = fresh(scope === "" ? "mha" : `${scope} mha`);
  const made = fresh(`${name} output`);
  const weights = fresh(`${name} weights`);
  const projections = [query, key, value];
  const hasBias = [...projections, output].some(({ bias }) => bias !== undefined);
  const options = [
    `bias=${hasBias ? "True" : "False"}`,
    "batch_first=True",
    ...(keys?.bias === undefined ? [] : ["add_bias_kv=True"]),
    ...(keys?.hasZero ? ["add_zero_attn=True"] : []),
    ...(keySize === size && valueSize === size ? [] : [`kdim=${keySize}`, `vdim=${valueSize}`]),
  ];
  const weightOf = (projection: Projection) => weightCode(projection, context, size);
  const biasOf = ({ bias }: Projection) =>
    bias === undefined ? `torch.zeros(${size})` : `${nameOf(bias)}.reshape(-1)`;
  const assigned: (readonly [string, string])[] = [
    ...(keySize === size && valueSize === size
      ? [["in_proj_weight", `torch.cat([${projections.map(weightOf).join(", ")}])`] as const]
      : (["q", "k", "v"] as const).map(
          (letter, at) => [`${letter}_proj_weight`, weightOf(projections[at])] as const,
        )),
    ["out_proj.weight", weightOf(output)],
    ...(hasBias
      ? ([
          ["in_proj_bias", `torch.cat([${projections.map(biasOf).join(", ")}])`],
          ["out_proj.bias", biasOf(output)],
        ] as const)
      : []),
    ...(keys?.bias === undefined ? [] : [["bias_k", `${nameOf(keys.bias)}[None]`] as const]),
    ...(values?.bias === undefined ? [] : [["bias_v", `${nameOf(values.bias)}[None]`] as const]),
  ];
  const mask = maskOf(group, attentions, context);
  const passed = [query, key, value].map(({ input }) => `${nameOf(input)}[None]`).join(", ");
  const prefix = scope === "" ? "" : `${scope} `;
  return [
    "# One module for all heads. It stores weights as out × in, with W^Q, W^K and W^V stacked. Mask: true = may NOT attend.",
    `${name} = torch.nn.MultiheadAttention(${size}, ${heads.length}, ${options.join(", ")})`,
    "with torch.no_grad():",
    ...assigned.map(([parameter, code]) => `    ${name}.${parameter}.copy_(${code})`),
    `${made}, ${weights} = ${name}(${passed}${mask === undefined ? "" : `, attn_mask=${mask}`}, average_attn_weights=False)`,
    `check(${pythonString(`${prefix}output by nn.MultiheadAttention`)}, ${made}[0], ${nameOf(output.result)})`,
    `check(${pythonString(`${prefix}weights by nn.MultiheadAttention`)}, ${weights}[0], torch.stack([${heads.map(({ context: { inputs } }) => nameOf(inputs[0])).join(", ")}]))`,
  ];
}

/** Returns W as torch stores it, out × in. Without a projection it is the identity. */
export function weightCode(
  { weight, isOutIn }: Projection,
  { nameOf }: Pick<CallContext, "nameOf">,
  size: number,
): string {
  if (weight === undefined) return `torch.eye(${size})`;
  return isOutIn ? nameOf(weight) : `${nameOf(weight)}.T`;
}

/**
 * Returns the mask of one call for all heads. It covers only the given keys, because the keys that torch adds are never
 * masked.
 */
function maskOf(
  { heads }: GroupedHeads,
  attentions: readonly Attention[],
  { blockedName, nameOf }: CallContext,
): string | undefined {
  const [n, m] = [heads[0].query.shape.rows, heads[0].key.shape.rows];
  const [{ blocked, bias }] = attentions;
  const cut = (name: string) => `${name}[:, :${m}]`;
  // A mask that is the same for all queries has one row, which the module does not expand itself.
  const flags = blocked && `${cut(blockedName(blocked))}.expand(${n}, ${m})`;
  if (bias === undefined) return flags;
  const each = attentions.map(({ bias: own = bias }) => {
    const added = `${cut(nameOf(own))}.expand(${n}, ${m})`;
    return flags ? `torch.where(${flags}, -torch.inf, ${added})` : added;
  });
  return `torch.stack([${each.join(", ")}])`;
}

/** Returns why such a call cannot express an attention, or undefined. */
export const withoutSoftcap = ({ softcap }: Attention): string | undefined =>
  softcap === undefined ? undefined : "it has no softcap";

/**
 * Writes `F.scaled_dot_product_attention` and `nn.MultiheadAttention` for everything that they support, asserted equal.
 */
export const torchCalls: WriteCalls = (found, heads, context) => {
  if (found.length === 0) return [];
  const lines = callable(found, withoutSoftcap).flatMap((attention) => functionCall(attention, context));
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
export function fullSize(mask: string, { query, key }: Attention, { trace }: CallContext): string {
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

function functionCall(attention: Attention, context: CallContext): readonly string[] {
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
