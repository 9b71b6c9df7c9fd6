import { UserError } from "../errors.js";
import { evaluateArithmetic } from "../math/arithmetic.js";
import type { Scale } from "../ops/elementwise.js";
import { setting } from "../setting-names.js";

/** A scale with the formula of the step that applies it. */
export interface ResolvedScale extends Scale {
  readonly formula: string;
}

/**
 * The number that multiplies the scores, or undefined for none. `asked` is what was given, else `fallback`
 * (the scoring's own). d_k is undefined when scores were given instead of queries and keys.
 * Throws BAD_VALUE for an expression on a d_k that does not exist, and for a scale that is not finite.
 */
export function resolveScale(
  asked: number | string | undefined,
  fallback: string,
  dK: number | undefined,
): ResolvedScale | undefined {
  const given = asked ?? (dK === undefined ? "none" : fallback);
  if (given === "none") return undefined;
  if (typeof given === "number") return checked(given, { text: String(given), formula: `S′ = ${given} · S` });
  const usesDk = /\bd_k\b/.test(given);
  if (usesDk && dK === undefined) {
    throw new UserError(
      "BAD_VALUE",
      `${setting("scale")} ${given} needs d_k, but scores were given instead of a query and a key.`,
      {
        hint: `Give the scale as a number, for example ${setting("scale")} 1/sqrt(64).`,
      },
    );
  }
  const isRoot = /^1\/(?:sqrt\(d_k\)|√d_k)$/.test(given.replaceAll(" ", ""));
  if (isRoot && dK !== undefined) {
    return checked(1 / Math.sqrt(dK), { text: `1/√${dK}`, formula: "S′ = S / √d_k", root: dK });
  }
  const factor = evaluateArithmetic(given, dK === undefined ? {} : { d_k: dK });
  return checked(factor, { text: given, formula: `S′ = ${given} · S` });
}

function checked(factor: number, written: Omit<ResolvedScale, "factor">): ResolvedScale {
  if (!Number.isFinite(factor)) {
    throw new UserError("BAD_VALUE", `The scale ${written.text} is ${factor}; it must be a finite number.`, {
      hint: "Give a number or an expression such as 1/sqrt(8), 1/d_k, or none.",
    });
  }
  return { factor, ...written };
}
