import type { InputName } from "../attention/inputs.js";
import type { Fact, Trace } from "../trace/trace.js";
import { DRAWS } from "./drawn/draws.js";
import { settingsOfPreset } from "./preset.js";
import type { NamedSystem } from "./registry.js";
import type { Sizes } from "./system.js";

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

const PARAMETERS: readonly InputName[] = [
  ...(["wq", "wk", "wv", "wo", "bq", "bk", "bv", "bo", "biasK", "biasV"] as const),
  ...(["wa", "ua", "va", "wc"] as const),
];

/** The numbers that training learns in one attention of a system, at one of its sizes. */
export function attentionParameters(named: NamedSystem): number {
  const { system, size } = named;
  const command = system.settings.multihead ? "multihead" : "attend";
  const sourceLength = { ...(size.context !== undefined && { sourceLength: size.context }) };
  const settings = { ...settingsOfPreset(named, command), ...sourceLength };
  const draws = DRAWS[command]({ problem: { matrices: {}, settings }, start: system.start, size });
  return draws
    .filter(({ input }) => PARAMETERS.includes(input))
    .reduce((sum, { rows, cols }) => sum + rows * cols, 0);
}

/** Bytes that a KV cache in float16 holds for a token in a layer; undefined for a system without heads. */
export function cacheBytes({ heads, kvHeads = heads, headSize }: Sizes): number | undefined {
  return kvHeads === undefined || headSize === undefined ? undefined : 2 * kvHeads * headSize * BYTES;
}
