import { distance } from "fastest-levenshtein";

/** The candidate nearest to a mistyped word, or undefined when none is at most so many letters off. The first one wins a tie. */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  most = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    const edits = distance(typed, candidate.toLowerCase());
    if (edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}

/** `Did you mean "scaled-dot"?`, or the whole choice when nothing is near. */
export function suggest(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near ? `Did you mean "${near}"?` : `Choose one of: ${candidates.join(", ")}.`;
}
