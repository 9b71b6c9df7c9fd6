import type { Fact, Trace } from "../trace/trace.js";
import type { NamedSystem, Sizes } from "./system.js";

/** The size of a float16 in bytes. */
const BYTES = 2;

/** Returns the totals over all layers of a model, from the facts of one recorded layer. */
export function stateModel(
  { system, size: { layers, context } }: NamedSystem,
  { facts }: Trace,
): Readonly<Record<string, Fact>> {
  const [parameters, cached] = [facts.parameters?.value, facts.cachedNumbersPerToken?.value];
  if (layers === undefined || typeof parameters !== "number" || typeof cached !== "number") return {};
  const perToken = layers * cached * BYTES;
  const isCached = system.settings.multihead?.causal === true;
  const cache = isCached ? cacheText(perToken, cached * BYTES, context) : "";
  return {
    model: {
      value: {
        layers,
        attentionParameters: layers * parameters,
        ...(isCached && { cacheBytesPerToken: perToken }),
        ...(isCached && context !== undefined && { context, cacheBytes: context * perToken }),
      },
      text: `${layers} such layers: ${layers * parameters} parameters${cache}`,
    },
  };
}

function cacheText(perToken: number, perLayer: number, context: number | undefined) {
  const whole =
    context === undefined ? "" : `, ${context * perToken} bytes for the whole context of ${context} tokens`;
  return `; a KV cache of ${perToken} bytes per token in float16 (${perLayer} per layer)${whole}`;
}

/** Returns the bytes of a KV cache in float16 per token and layer; undefined for a system without heads. */
export function cacheBytes({ heads, kvHeads = heads, headSize }: Sizes): number | undefined {
  return kvHeads === undefined || headSize === undefined ? undefined : 2 * kvHeads * headSize * BYTES;
}
