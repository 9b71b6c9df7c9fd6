import type { HeadFinder } from "./heads.js";

/**
 * The names of each scoring function. A word that may also mean a step or an operation counts only at the end of a
 * text.
 */
const SCORING_WORDS: Readonly<Record<string, string>> = {
  "scaled-dot":
    "scaled[ _-]dot(?:[ -]product)?|scaled(?=[^\\p{L}]*$)|skaliert(?=[^\\p{L}]*$)|skaliertes skalarprodukt|produit scalaire normalisé|producto (?:punto|escalar) escalado|prodotto scalare scalato|缩放点积",
  dot: "(?:unscaled[ -])?dot(?![ -]product)|dot[ -]product (?:attention|scor\\p{L}+)|(?:unscaled[ -])?dot[ -]product(?=[^\\p{L}]*$)|unscaled(?=[^\\p{L}]*$)|skalarprodukt|produit scalaire|producto (?:punto|escalar)|prodotto scalare|点积",
  cosine: "cosines?|cos|kosinus|cosinus|coseno|余弦",
  additive: "additi[vf]\\p{L}*|bahdanau|加性",
  general: "general|bilinear|multiplicative",
};

/** Builds a finder for scoring functions. The last name in a text counts. */
export function scoringsIn(ids: readonly string[] = Object.keys(SCORING_WORDS)): HeadFinder {
  const names = ids.map((id) => `(${SCORING_WORDS[id] ?? id})`).join("|");
  const pattern = new RegExp(`(?<!\\p{L})(?:${names})(?!\\p{L})`, "giu");
  return {
    in(text) {
      const [, ...found] = [...text.matchAll(pattern)].at(-1) ?? [];
      const index = found.findIndex((word) => word !== undefined);
      return index < 0 ? undefined : index;
    },
    without: (text) => text.replace(pattern, " "),
  };
}
