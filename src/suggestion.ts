import { distance } from "fastest-levenshtein";

/**
 * Returns the candidate nearest to a mistyped word, or undefined if every candidate differs by more than `most`
 * letters. The first one wins a tie.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  most = word.length < 5 ? 1 : Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const edits = haveSameLetters(typed, other) ? 1 : distance(typed, other);
    if (edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}

/** Whether two words consist of the same letters. Swapped letters count as one slip. */
export const haveSameLetters = (one: string, other: string): boolean =>
  [...one].sort().join("") === [...other].sort().join("");

/**
 * Returns `Did you mean "scaled-dot"?`, or all candidates if none is near. The beginning of exactly one candidate, or
 * exactly one with more letters behind it, counts as near.
 */
export function suggest(word: string, candidates: readonly string[]): string {
  const typed = word.toLowerCase();
  const [begun, another] = candidates.filter((one) => one.startsWith(typed) || typed.startsWith(one));
  const near = nearest(word, candidates) ?? (another === undefined ? begun : undefined);
  return near ? `Did you mean "${near}"?` : `Choose one of: ${candidates.join(", ")}.`;
}
