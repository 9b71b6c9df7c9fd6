import { distance } from "fastest-levenshtein";

/** The candidate nearest to a mistyped word, or undefined when none is at most so many letters off. The first one wins a tie. */
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

/** Whether letters were swapped, which is one slip. */
export const haveSameLetters = (one: string, other: string): boolean =>
  [...one].sort().join("") === [...other].sort().join("");

/** `Did you mean "scaled-dot"?`, also for the beginning of one alone, or the whole choice when nothing is near. */
export function suggest(word: string, candidates: readonly string[]): string {
  const [begun, another] = candidates.filter((one) => one.startsWith(word.toLowerCase()));
  const near = nearest(word, candidates) ?? (another === undefined ? begun : undefined);
  return near ? `Did you mean "${near}"?` : `Choose one of: ${candidates.join(", ")}.`;
}
