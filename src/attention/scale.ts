import { setting, UserError } from "../errors.js";
import { evaluateArithmetic } from "../math/arithmetic.js";
import type { Scale } from "../ops/elementwise.js";

/** A scale and the formula of its step. */
export interface ResolvedScale extends Scale {
  readonly formula: string;
}

/** The settings of the scale. */
interface ScaleSettings {
  readonly scale?: number | string | undefined;
  /** Divides the scores in addition. */
  readonly temperature: number;
}

/**
 * Returns the factor of the scores: the scale that is set, or else `fallback` (the scoring's own), divided by the
 * temperature. Returns undefined if there is none. d_k is undefined if scores were given instead of queries and keys.
 * Throws BAD_VALUE for an expression with a d_k that does not exist, and for a scale that is not finite.
 */
export function resolveScale(
  { scale, temperature }: ScaleSettings,
  fallback: string,
  dK: number | undefined,
): ResolvedScale | undefined {
  const given = scale ?? (dK === undefined ? "none" : fallback);
  const isTempered = temperature !== 1;
  if (given === "none") {
    return isTempered
      ? requireFinite(1 / temperature, { text: `1/${temperature}`, formula: `S′ = S / ${temperature}` })
      : undefined;
  }
  const isRoot = typeof given === "string" && /^1\/(?:sqrt\(d_k\)|√d_k)$/.test(given.replaceAll(" ", ""));
  if (isRoot && dK !== undefined) {
    const root = Math.sqrt(dK);
    return isTempered
      ? requireFinite(1 / (temperature * root), {
          text: `1/(${temperature}·√${dK})`,
          formula: `S′ = S / (${temperature} √d_k)`,
        })
      : requireFinite(1 / root, { text: `1/√${dK}`, formula: "S′ = S / √d_k", root: dK });
  }
  const factor = typeof given === "number" ? given : factorOf(given, dK);
  const text = isTempered
    ? `${/[-+*/]/.test(String(given)) ? `(${given})` : given}/${temperature}`
    : String(given);
  return requireFinite(factor / temperature, { text, formula: `S′ = ${text} · S` });
}

function factorOf(given: string, dK: number | undefined): number {
  if (dK === undefined && /\bd_k\b/.test(given)) {
    throw new UserError(
      "BAD_VALUE",
      `${setting("scale")} ${given} needs d_k, but scores were given instead of a query and a key.`,
      `Give the scale as a number, for example ${setting("scale")} 1/sqrt(64).`,
    );
  }
  return evaluateArithmetic(given, dK === undefined ? {} : { d_k: dK });
}

function requireFinite(factor: number, written: Omit<ResolvedScale, "factor">): ResolvedScale {
  if (!Number.isFinite(factor)) {
    throw new UserError(
      "BAD_VALUE",
      `The scale ${written.text} is ${factor}; it must be a finite number.`,
      "Give a number or an expression such as 1/sqrt(8), 1/d_k, or none.",
    );
  }
  return { factor, ...written };
}
