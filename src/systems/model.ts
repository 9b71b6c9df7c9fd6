import type { Fact, Trace } from "../trace/trace.js";
import type { NamedSystem, Sizes } from "./system.js";

/** Bytes of a float16. */
const BYTES = 2;

/** What the layers of a model come to, when a layer of it has been recorded. */
export function stateModel(
  { system, size: { layers, context } }: NamedSystem,
  { facts }: Trace,
): Readonly<Record<string, Fact>> {
  const [parameters, cached] = [facts.parameters?.value, facts.cachedNumbersPerToken?.value];
  if (layers === undefined || typeof parameters !== "number" || typeof cached !== "number") return {};
  const perToken = layers * cached * BYTES;
  const isCached = system.settings.multihead?.causal === true;
  const cache = isCached ? cacheText(layers, cached, context) : "";
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

function cacheText(layers: number, cached: number, context: number | undefined): string {
  const perToken = layers * cached * BYTES;
  const whole =
    context === undefined ? "" : `, ${context * perToken} bytes for the whole context of ${context} tokens`;
  return `; a KV cache of ${perToken} bytes a token in float16 (${cached * BYTES} a layer)${whole}`;
}

/** Bytes that a KV cache in float16 holds for a token in a layer; undefined for a system without heads. */
export function cacheBytes({ heads, kvHeads = heads, headSize }: Sizes): number | undefined {
  return kvHeads === undefined || headSize === undefined ? undefined : 2 * kvHeads * headSize * BYTES;
}
