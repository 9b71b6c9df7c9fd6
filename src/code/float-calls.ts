import { shapeOf } from "../trace/trace.js";
import {
  type Attention,
  callable,
  type GroupedHeads,
  inOneCall,
  obstacleLines,
  sharingAttentions,
} from "./attentions.js";
import { pythonString } from "./names.js";
import type { CallContext, WriteCalls } from "./script.js";

// The common part of `jax.nn.dot_product_attention` and `keras.ops.dot_product_attention`, by their documentation and
// source.

/** How a library writes its call. */
export interface CallSpelling {
  readonly name: string;
  /** The lines before the first call: its conventions. */
  readonly conventionComment: string;
  stack(parts: readonly string[], axis: number): string;
  not(mask: string): string;
  /** Shares keys or values (row × kv head × column) among several query heads. `sharingComment` is the comment about it. */
  share(keys: string, times: number): string;
  readonly sharingComment: string;
}

/**
 * Writes the library's own call for every attention that it supports, and for all heads that share keys. Each is
 * asserted equal.
 */
export const floatCalls =
  (spelling: CallSpelling): WriteCalls =>
  (found, heads, context) => {
    if (found.length === 0) return [];
    const { nameOf, fresh } = context;
    const cannot = cannotCall(context);
    const tolerance = fresh("call tolerance");
    const lines = callable(found, cannot).map((attention) => {
      const { scope, query, key, value, output, bias } = attention;
      const wrap = (name: string) => `${nameOf(name)}[None, :, None, :]`;
      const passed = [query, key, value].map(wrap);
      const call = callOf(spelling, passed, attention, bias && `${nameOf(bias)}[None, None]`, context);
      return `check(${pythonString(`${scope || output} by ${spelling.name}`)}, ${call}[0, :, 0], ${nameOf(output)}, ${tolerance})`;
    });
    return [
      spelling.conventionComment,
      ...(lines.length > 0
        ? [
            `# The call always computes its softmax in float32, so e^s contains the rounding error of s.
${tolerance} = max(1e-5, TOLERANCE * 2**23)`,
          ]
        : []),
      ...lines,
      ...obstacleLines(spelling.name, found, cannot),
      ...heads.flatMap((group) => groupedCall(spelling, group, context, tolerance)),
    ];
  };

/** Returns why such a call cannot express an attention, or undefined. */
const cannotCall =
  ({ trace }: CallContext) =>
  ({ softcap, key, value }: Attention): string | undefined => {
    const [keys, values] = [shapeOf(trace, key).cols, shapeOf(trace, value).cols];
    if (softcap !== undefined) return "it has no softcap";
    if (keys !== values)
      return `it needs values as wide as keys, and here they have ${values} and ${keys} columns`;
    return undefined;
  };

function callOf(
  { name, not }: CallSpelling,
  passed: readonly string[],
  { blocked, scale }: Attention,
  bias: string | undefined,
  { scaleName, blockedName }: CallContext,
): string {
  const more = [
    ...(bias ? [`bias=${bias}`] : []),
    ...(blocked ? [`mask=${not(blockedName(blocked))}[None, None]`] : []),
    `scale=${scaleName(scale)}`,
  ];
  return `${name}(${[...passed, ...more].join(", ")})`;
}

/** Writes one call for all heads of a group, in which several query heads share the keys and values of one kv head. */
function groupedCall(spelling: CallSpelling, group: GroupedHeads, context: CallContext, tolerance: string) {
  const attentions = sharingAttentions(group, cannotCall(context));
  if (attentions.length === 0) return [];
  const { times, query, key, value, output } = inOneCall(attentions, group.numKvHeads);
  const stack = (keys: readonly string[], axis = 1) => spelling.stack(keys.map(context.nameOf), axis);
  const share = (keys: readonly string[]) => `${spelling.share(stack(keys), times)}[None]`;
  const biases = attentions.flatMap(({ bias }) => bias ?? []);
  const passed = [`${stack(query)}[None]`, share(key), share(value)];
  const bias = biases.length > 0 ? `${stack(biases, 0)}[None]` : undefined;
  const call = callOf(spelling, passed, attentions[0], bias, context);
  return [
    spelling.sharingComment,
    `check(${pythonString(`${group.scope || "all heads"} by ${spelling.name}`)}, ${call}[0], ${stack(output)}, ${tolerance})`,
  ];
}
