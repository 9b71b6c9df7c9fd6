import type { Check } from "../check/check.js";

/** A checked sheet and the name it came with. */
export interface NamedCheck {
  readonly name: string;
  readonly check: Check;
}

/** How many sheets show each mistake first, or as one of the first two, the commonest mistake first. */
export function tallyMistakes(
  checks: readonly NamedCheck[],
): readonly (readonly [id: string, count: number])[] {
  const tally = new Map<string, number>();
  for (const { check } of checks) {
    const [first] = check.diagnosis;
    for (const id of first ? [first.mistake.id, first.with] : [])
      if (id !== undefined) tally.set(id, (tally.get(id) ?? 0) + 1);
  }
  return [...tally].sort(([, a], [, b]) => b - a);
}
