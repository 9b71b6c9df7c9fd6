import { ACTIVATION_NAMES, type ActivationName } from "../../attention/layer/activations.js";
import type { HeadRules } from "../../attention/model/architecture.js";
import { type ErrorCode, refuseIn } from "../../errors.js";
import { remember } from "../../math/remember.js";
import { suggest } from "../../suggestion.js";

/** A `config.json`, read by key. Of several keys, the first that exists is used. */
export interface Config {
  readonly source: string;
  has(name: string): boolean;
  /** Returns a number. Throws MISSING_INPUT if none of the keys exists and there is no default. */
  number(names: readonly string[], fallback?: number): number;
  flag(name: string, fallback: boolean): boolean;
  text(name: string, fallback: string): string;
  /** Whether `architectures` contains a class name with this ending: "ForCausalLM". */
  isBuiltFor(ending: string): boolean;
  /** Returns the items of a list; undefined if the key is absent. */
  list(name: string): readonly unknown[] | undefined;
  /** Whether a key exists with the value null. */
  isNull(name: string): boolean;
  /** Throws an error about a value that cannot be used. */
  refuse(message: string, hint?: string, code?: ErrorCode): never;
  /** Returns a nested object; an empty config if the key is absent. */
  part(name: string): Config;
  /** Returns the keys that were never read. Keys in nested objects are written `part.key`. */
  unreadKeys(): readonly UnreadKey[];
}

/** A key of a config whose value was never read. */
interface UnreadKey {
  readonly key: string;
  readonly value: unknown;
  readonly source: string;
}

/** Reads a parsed `config.json`. A null value counts as absent. */
export function readConfig(given: Readonly<Record<string, unknown>>, source: string): Config {
  const readKeys = new Set<string>();
  const parts = new Map<string, Config>();
  const at = (name: string) => {
    readKeys.add(name);
    return given[name] ?? undefined;
  };
  const refuse: Config["refuse"] = (message, hint, code = "BAD_VALUE") => {
    refuseIn(source, code, message, hint);
  };
  const refuseValue = (name: string, expected: string): never =>
    refuse(`${name} is ${JSON.stringify(given[name])}, not ${expected}.`);
  return {
    source,
    refuse,
    has: (name) => at(name) !== undefined,
    number(names, fallback) {
      const name = names.find((one) => at(one) !== undefined);
      const value = name === undefined ? fallback : at(name);
      if (value === undefined)
        refuse(`there is no ${names.join(" or ")}.`, suggest(names[0], Object.keys(given)), "MISSING_INPUT");
      return typeof value === "number" && Number.isFinite(value)
        ? value
        : refuseValue(name ?? names[0], "a number");
    },
    flag(name, fallback) {
      const value = at(name) ?? fallback;
      return typeof value === "boolean" ? value : refuseValue(name, "true or false");
    },
    text(name, fallback) {
      const value = at(name) ?? fallback;
      return typeof value === "string" ? value : refuseValue(name, "text");
    },
    isBuiltFor(ending) {
      const architectures = at("architectures");
      return Array.isArray(architectures) && architectures.some((name) => String(name).endsWith(ending));
    },
    part(name) {
      const value = at(name) ?? {};
      if (typeof value !== "object" || Array.isArray(value)) return refuseValue(name, "an object");
      return remember(parts, name, () =>
        readConfig(value as Readonly<Record<string, unknown>>, `${source}: ${name}`),
      );
    },
    list(name) {
      const value = at(name);
      return value === undefined || Array.isArray(value) ? value : refuseValue(name, "a list");
    },
    isNull: (name) => given[name] === null,
    unreadKeys: () => [
      ...Object.entries(given).flatMap(([key, value]) => (readKeys.has(key) ? [] : [{ key, value, source }])),
      ...[...parts].flatMap(([name, part]) =>
        part.unreadKeys().map(({ key, ...rest }) => ({ key: `${name}.${key}`, ...rest })),
      ),
    ],
  };
}

/**
 * Returns the sizes of a model, under the keys that libraries use. `usual` has the defaults for keys that a kind may
 * leave out.
 */
export function sizesOf(config: Config, defaults: DefaultSizes = {}) {
  const dModel = config.number(["hidden_size", "n_embd", "d_model", "dim"]);
  const heads = config.number(
    ["num_attention_heads", "n_head", "n_heads", "heads", "nhead", "num_heads"],
    defaults.heads,
  );
  return {
    dModel,
    heads,
    kvHeads: config.number(["num_key_value_heads", "n_kv_heads"], defaults.kvHeads ?? heads),
    headSize: config.number(["head_dim", "dim_head"], defaults.headSize ?? dModel / heads),
    numLayers: config.number(["num_hidden_layers", "n_layer", "n_layers", "depth"], defaults.numLayers),
    dFf: config.number(
      ["intermediate_size", "n_inner", "ffn_dim", "hidden_dim", "dim_feedforward", "d_ff"],
      defaults.dFf ?? (defaults.widening && defaults.widening * dModel),
    ),
    vocabulary: config.number(["vocab_size", "num_tokens"]),
  };
}

/** The sizes of a kind of model that its config may leave out. */
export interface DefaultSizes {
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly headSize?: number;
  readonly numLayers?: number;
  readonly dFf?: number;
  /** The width of the feed-forward divided by d_model. */
  readonly widening?: number;
}

/** Returns the head of a decoder. It is the embedding, unless the config says otherwise. */
export const headOf = (config: Config): HeadRules => ({
  predicts: "next",
  isTied: config.flag("tie_word_embeddings", true),
});

/** The activation names of Hugging Face that differ from ours. */
const OTHER_NAMES: Readonly<Record<string, ActivationName>> = {
  gelu_new: "gelu-tanh",
  gelu_pytorch_tanh: "gelu-tanh",
  gelu_fast: "gelu-tanh",
  gelu_python: "gelu",
  swish: "silu",
};

/** Returns the activation that a config names. Throws BAD_VALUE for an unknown one. */
export function activationOf(config: Config, name: string, fallback: string): ActivationName {
  const given = config.text(name, fallback);
  const activation = OTHER_NAMES[given] ?? ACTIVATION_NAMES.find((known) => known === given);
  if (activation) return activation;
  return config.refuse(
    `${name} is "${given}", which is not a known activation.`,
    `Known are ${[...ACTIVATION_NAMES, ...Object.keys(OTHER_NAMES)].join(", ")}.`,
  );
}
