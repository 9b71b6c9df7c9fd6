import type { Check } from "../check/check.js";
import { causesOf } from "../check/diagnose.js";
import type { MachineCheck } from "../check/machine/check-dump.js";
import { type Block, heading, pairsOf } from "./document.js";

/** A checked sheet, or what a machine computed, and the name it came with. */
export interface NamedCheck {
  readonly name: string;
  readonly check: Check | MachineCheck;
}

/** Whether it was judged as a machine's. */
export const isOfMachine = (check: NamedCheck["check"]): check is MachineCheck => "judgedAs" in check;

/** The mistakes that a sheet shows, by their ids: of several that fit alike the likeliest. Of a machine it is the first. */
export function mistakesOf(check: NamedCheck["check"]): readonly string[] {
  if (isOfMachine(check)) return check.diagnosis.slice(0, 1).map(({ mistake }) => mistake.id);
  return [...new Set(causesOf(check.diagnosis).map(([{ mistake }]) => mistake.id))];
}

/** How many sheets show each mistake, the commonest first. */
export function tallyMistakes(
  checks: readonly NamedCheck[],
): readonly (readonly [id: string, count: number])[] {
  const tally = new Map<string, number>();
  for (const { check } of checks) {
    for (const id of mistakesOf(check)) tally.set(id, (tally.get(id) ?? 0) + 1);
  }
  return [...tally].sort(([, a], [, b]) => b - a);
}

/** The mistakes that sheets show, for people; nothing where there are none. */
export function describeTally(checks: readonly NamedCheck[]): readonly Block[] {
  const tally = tallyMistakes(checks).map(([name, count]) => ({ name, value: String(count) }));
  return tally.length > 0 ? [heading("Mistakes"), pairsOf(tally)] : [];
}
