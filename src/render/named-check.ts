import type { Check } from "../check/check.js";
import type { MachineCheck } from "../check/machine/check-dump.js";
import { type Block, heading, pairsOf } from "./document.js";

/** A checked sheet, or what a machine computed, and the name it came with. */
export interface NamedCheck {
  readonly name: string;
  readonly check: Check | MachineCheck;
}

/** Whether it was judged as a machine's. */
export const isOfMachine = (check: NamedCheck["check"]): check is MachineCheck => "judgedAs" in check;

/** How many sheets show each mistake first, or as one of the first two, the commonest mistake first. */
export function tallyMistakes(
  checks: readonly NamedCheck[],
): readonly (readonly [id: string, count: number])[] {
  const tally = new Map<string, number>();
  for (const { check } of checks) {
    const [first] = check.diagnosis;
    const other = first && "with" in first ? first.with : undefined;
    for (const id of first ? [first.mistake.id, other] : [])
      if (id !== undefined) tally.set(id, (tally.get(id) ?? 0) + 1);
  }
  return [...tally].sort(([, a], [, b]) => b - a);
}

/** The mistakes that sheets show, for people; nothing where there are none. */
export function describeTally(checks: readonly NamedCheck[]): readonly Block[] {
  const tally = tallyMistakes(checks).map(([name, count]) => ({ name, value: String(count) }));
  return tally.length > 0 ? [heading("Mistakes"), pairsOf(tally)] : [];
}
