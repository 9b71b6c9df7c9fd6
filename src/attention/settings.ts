import { UserError } from "../errors.js";
import { evaluateArithmetic } from "../math/arithmetic.js";
import { suggest } from "../suggestion.js";
import { SCORING_NAMES, type ScoringName } from "./scoring/registry.js";

/**
 * One setting of a command: how it is written on the command line, what it means, and how a value that
 * someone typed (text) or put in a bundle (text, number, true or false) is understood.
 */
export interface Setting<T> {
  /** As commander writes it: "--key-length <n>". */
  readonly flag: string;
  readonly help: string;
  readonly group: string;
  /** Throws BAD_VALUE when the value makes no sense. */
  parse(given: unknown): T;
}

/** Settings of `attend`, by the names they have in a bundle's `settings` and in JSON output. */
export interface AttendSettings {
  readonly scoring: ScoringName;
  /** A number, "none", or arithmetic on d_k such as "1/sqrt(d_k)". */
  readonly scale: number | string;
  readonly softcap: number;
  readonly maskTrue: "keep" | "drop";
  readonly causal: boolean;
  readonly align: "top-left" | "bottom-right";
  readonly queryOffset: number;
  readonly window: number;
  readonly windowLeft: number;
  readonly windowRight: number;
  readonly keyLength: number;
  readonly emptyRow: "zero" | "nan" | "uniform" | "error";
  readonly layout: "in-out" | "out-in";
  /** D of local-m and local-p: keys p − D … p + D. */
  readonly localWindow: number;
  readonly localRenormalize: boolean;
}

const refuse = (given: unknown, expected: string, hint?: string): never => {
  const text = typeof given === "string" ? given : JSON.stringify(given);
  throw new UserError("BAD_VALUE", `"${text}" is not ${expected}.`, hint === undefined ? {} : { hint });
};

/** One of these words. */
export function choice<const T extends string>(...words: readonly T[]): (given: unknown) => T {
  return (given) =>
    words.find((word) => word === given) ??
    refuse(given, "one of the choices", suggest(String(given), words));
}

/** A number or arithmetic such as `1/sqrt(8)`. */
export function number(given: unknown): number {
  if (typeof given === "number" && !Number.isNaN(given)) return given;
  if (typeof given !== "string") return refuse(given, "a number");
  try {
    return evaluateArithmetic(given);
  } catch (error) {
    return refuse(given, `a number: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (given: unknown) => number {
  return (given) => {
    const value = number(given);
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    if (max !== Number.MAX_SAFE_INTEGER) return refuse(given, `a whole number from ${min} to ${max}`);
    return refuse(
      given,
      min === Number.MIN_SAFE_INTEGER ? "a whole number" : `a whole number from ${min} up`,
    );
  };
}

/** A number above zero. */
export function positive(given: unknown): number {
  const value = number(given);
  return value > 0 && Number.isFinite(value) ? value : refuse(given, "a number above 0");
}

/** An option without a value. */
export function flag(given: unknown): boolean {
  return typeof given === "boolean" ? given : refuse(given, "true or false");
}

/** Kept as text when it holds d_k, which is known only once the problem is. */
function scale(given: unknown): number | string {
  if (typeof given !== "string") return number(given);
  if (given === "none") return given;
  try {
    const value = evaluateArithmetic(given, { d_k: 1 });
    if (!Number.isFinite(value)) refuse(given, "a finite scale");
    return given;
  } catch (error) {
    if (error instanceof UserError) throw error;
    return refuse(
      given,
      `a scale: ${error instanceof Error ? error.message : String(error)}`,
      "Give a number or an expression such as 1/sqrt(8), 1/d_k, or none.",
    );
  }
}

/** Settings by name, as a command declares them. */
export type SettingTable<Settings> = { readonly [Name in keyof Settings]-?: Setting<Settings[Name]> };

/**
 * Settings as someone gave them, checked one by one. Throws UNKNOWN_KEY for a name that is not in the table, and
 * what the setting's own `parse` throws, with the name in front.
 */
export function parseSettings<Settings extends object>(
  table: SettingTable<Settings>,
  given: Readonly<Record<string, unknown>>,
): Partial<Settings> {
  const names = Object.keys(table);
  const parsed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) {
      throw new UserError("UNKNOWN_KEY", `There is no setting "${name}".`, { hint: suggest(name, names) });
    }
    if (value !== undefined) parsed[name] = table[name as keyof Settings].parse(value);
  }
  return parsed as Partial<Settings>;
}

const anyWholeNumber = wholeNumber(Number.MIN_SAFE_INTEGER);

/** The settings of `attend`: its options, their help and the checks on a bundle follow from this table. */
export const ATTEND_SETTINGS: SettingTable<AttendSettings> = {
  scoring: {
    flag: "--scoring <name>",
    help: `how a query and a key make a score: ${SCORING_NAMES.join(", ")}`,
    group: "Scores",
    parse: choice(...SCORING_NAMES),
  },
  scale: {
    flag: "--scale <s>",
    help: "multiplies the scores: a number, 1/sqrt(8), 1/d_k, none (default 1/sqrt(d_k) for scaled-dot, none for the others)",
    group: "Scores",
    parse: scale,
  },
  softcap: {
    flag: "--softcap <c>",
    help: "C·tanh(s/C), before bias and mask",
    group: "Scores",
    parse: positive,
  },
  maskTrue: {
    flag: "--mask-true <meaning>",
    help: "what true means in the mask: keep (may attend, the default) or drop",
    group: "Masks",
    parse: choice("keep", "drop"),
  },
  causal: {
    flag: "--causal",
    help: "query i sees the keys j ≤ i + offset",
    group: "Masks",
    parse: flag,
  },
  align: {
    flag: "--align <corner>",
    help: "where query 0 stands among the keys: top-left (offset 0) or bottom-right (keys − queries)",
    group: "Masks",
    parse: choice("top-left", "bottom-right"),
  },
  queryOffset: {
    flag: "--query-offset <n>",
    help: "where query 0 stands among the keys, as a number",
    group: "Masks",
    parse: anyWholeNumber,
  },
  window: {
    flag: "--window <w>",
    help: "exactly W keys a row, itself included: i + offset − W < j ≤ i + offset",
    group: "Masks",
    parse: wholeNumber(1),
  },
  windowLeft: {
    flag: "--window-left <a>",
    help: "keys j ≥ i + offset − A",
    group: "Masks",
    parse: wholeNumber(0),
  },
  windowRight: {
    flag: "--window-right <b>",
    help: "keys j ≤ i + offset + B",
    group: "Masks",
    parse: wholeNumber(0),
  },
  keyLength: {
    flag: "--key-length <n>",
    help: "only the first N keys exist (padding)",
    group: "Masks",
    parse: wholeNumber(0),
  },
  emptyRow: {
    flag: "--empty-row <policy>",
    help: "a row that may attend to nothing: zero (default), nan, uniform, error",
    group: "Masks",
    parse: choice("zero", "nan", "uniform", "error"),
  },
  layout: {
    flag: "--layout <layout>",
    help: "how W is stored: in-out (x·W, the default) or out-in (torch)",
    group: "Reading",
    parse: choice("in-out", "out-in"),
  },
  localWindow: {
    flag: "--local-window <d>",
    help: "D of local-m and local-p: keys p − D … p + D, σ = D/2 (default 10)",
    group: "Scores",
    parse: positive,
  },
  localRenormalize: {
    flag: "--local-renormalize",
    help: "divide the weights of local-m and local-p by their row's sum (default: rows sum below 1)",
    group: "Scores",
    parse: flag,
  },
};
