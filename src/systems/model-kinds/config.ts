import { ACTIVATION_NAMES, type ActivationName } from "../../attention/layer/activations.js";
import { UserError } from "../../errors.js";
import { remember } from "../../math/remember.js";
import { suggest } from "../../suggestion.js";

/** What a `config.json` says, read by name: of several names the first that is there counts. */
export interface Config {
  readonly source: string;
  has(name: string): boolean;
  /** Throws MISSING_INPUT when none is there and there is no default. */
  number(names: readonly string[], otherwise?: number): number;
  flag(name: string, otherwise: boolean): boolean;
  text(name: string, otherwise: string): string;
  /** Whether `architectures` names a class with such an end: "ForCausalLM". */
  isBuiltFor(ending: string): boolean;
  /** The items of a list; undefined when there is none. */
  list(name: string): readonly unknown[] | undefined;
  /** Whether a key is there and says that there is nothing: null. */
  isNull(name: string): boolean;
  /** An object within it; empty when there is none. */
  part(name: string): Config;
  /** The keys that nobody has asked for, also those within parts, as `part.key`. */
  unasked(): readonly UnaskedKey[];
}

/** A key of a config whose value nobody has asked for. */
interface UnaskedKey {
  readonly key: string;
  readonly value: unknown;
  readonly source: string;
}

/** Reads a parsed `config.json`. What is null counts as absent. */
export function readConfig(given: Readonly<Record<string, unknown>>, source: string): Config {
  const asked = new Set<string>();
  const parts = new Map<string, Config>();
  const at = (name: string) => {
    asked.add(name);
    return given[name] ?? undefined;
  };
  const refuse = (name: string, expected: string): never => {
    throw new UserError("BAD_VALUE", `${name} is ${JSON.stringify(given[name])}, not ${expected}.`, {
      location: { source },
    });
  };
  return {
    source,
    has: (name) => at(name) !== undefined,
    number(names, otherwise) {
      const name = names.find((one) => at(one) !== undefined);
      const value = name === undefined ? otherwise : at(name);
      if (value === undefined) throw missing(names[0], given, source);
      return typeof value === "number" && Number.isFinite(value)
        ? value
        : refuse(name ?? names[0], "a number");
    },
    flag(name, otherwise) {
      const value = at(name) ?? otherwise;
      return typeof value === "boolean" ? value : refuse(name, "true or false");
    },
    text(name, otherwise) {
      const value = at(name) ?? otherwise;
      return typeof value === "string" ? value : refuse(name, "text");
    },
    isBuiltFor(ending) {
      const architectures = at("architectures");
      return Array.isArray(architectures) && architectures.some((name) => String(name).endsWith(ending));
    },
    part(name) {
      const value = at(name) ?? {};
      if (typeof value !== "object" || Array.isArray(value)) return refuse(name, "an object");
      return remember(parts, name, () =>
        readConfig(value as Readonly<Record<string, unknown>>, `${source}: ${name}`),
      );
    },
    list(name) {
      const value = at(name);
      return value === undefined || Array.isArray(value) ? value : refuse(name, "a list");
    },
    isNull: (name) => given[name] === null,
    unasked: () => [
      ...Object.entries(given).flatMap(([key, value]) => (asked.has(key) ? [] : [{ key, value, source }])),
      ...[...parts].flatMap(([name, part]) =>
        part.unasked().map(({ key, ...rest }) => ({ key: `${name}.${key}`, ...rest })),
      ),
    ],
  };
}

function missing(name: string, given: Readonly<Record<string, unknown>>, source: string): UserError {
  return new UserError("MISSING_INPUT", `there is no ${name}.`, {
    hint: suggest(name, Object.keys(given)),
    location: { source },
  });
}

/** Activations by the names of Hugging Face, where those differ from ours. */
const OTHER_NAMES: Readonly<Record<string, ActivationName>> = {
  gelu_new: "gelu-tanh",
  gelu_pytorch_tanh: "gelu-tanh",
  gelu_fast: "gelu-tanh",
  gelu_python: "gelu",
  swish: "silu",
};

/** The activation that a config names. Throws BAD_VALUE for one that is not known. */
export function activationOf(config: Config, name: string, otherwise: string): ActivationName {
  const given = config.text(name, otherwise);
  const own = OTHER_NAMES[given] ?? ACTIVATION_NAMES.find((known) => known === given);
  if (own) return own;
  throw new UserError("BAD_VALUE", `${name} is "${given}", which is no activation that is known.`, {
    hint: `Known are ${[...ACTIVATION_NAMES, ...Object.keys(OTHER_NAMES)].join(", ")}.`,
    location: { source: config.source },
  });
}
