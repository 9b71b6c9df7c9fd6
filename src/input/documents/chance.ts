import type { Candidate } from "./evidence.js";
import type { Placed } from "./place.js";

/**
 * Whether numbers are unlikely to be the step: they have no name, and they do not fit. They are single numbers in a
 * sentence (`Page 1 of 2`), or have a title that names no step on a sheet that names other steps.
 */
export function isChance(from: readonly Candidate[], { candidates, lines }: Placed): boolean {
  const hasCertainSteps = candidates.some(
    ({ named, fit, item }) => !item.isInput && (named >= CLEAR_NAME || fit > SURE_FIT),
  );
  return from.every(({ named, fit, rows }) => {
    const [{ line, clause }] = rows;
    const title = clause.trim() === "" ? (lines[line - 1]?.text ?? "") : clause;
    const isTitled = hasCertainSteps && /\p{L}{3}/u.test(title.replace(PART, " "));
    const areSingle = rows.every(({ isLabelled, cells }) => isLabelled && cells.length === 1);
    return named < WEAK_NAME && fit <= 0.5 && (areSingle || isTitled);
  });
}
const WEAK_NAME = 0.2;
const CLEAR_NAME = 0.7;
const SURE_FIT = 0.93;
/** Words that only number a block: `Part b`. */
const PART =
  /(?<!\p{L})(?:part|step|question|task|problem|answer|solution|teil|teilaufgabe|aufgabe|schritt|frage|lösung|parte|paso|pregunta|étape|passo|domanda|head|token)(?!\p{L})/giu;
