import type { Check } from "../check/check.js";
import { causesOf } from "../check/diagnosis.js";
import type { MachineCheck } from "../check/machine/check-dump.js";
import type { MistakeText } from "../check/mistakes/mistake.js";
import { type Block, heading, pairsOf } from "./document.js";

/** A checked sheet, or a machine's numbers, with its name. */
export interface NamedCheck {
  readonly name: string;
  readonly check: Check | MachineCheck;
}

/** Whether it was judged as a machine's numbers. */
export const isOfMachine = (check: NamedCheck["check"]): check is MachineCheck => "judgedAs" in check;

/** Returns the mistakes of a sheet, each once. If several fit equally, it is the likeliest; of a dump only the first. */
export function mistakesIn(check: NamedCheck["check"]): readonly MistakeText[] {
  const found = isOfMachine(check)
    ? check.diagnosis.slice(0, 1)
    : causesOf(check.diagnosis).map(([one]) => one);
  const mistakes = found.map(({ mistake }) => mistake);
  return mistakes.filter(({ id }, at) => mistakes.findIndex((other) => other.id === id) === at);
}

/** Returns the ids of the mistakes of a sheet or dump. */
export const mistakesOf = (check: NamedCheck["check"]): readonly string[] =>
  mistakesIn(check).map(({ id }) => id);

/** Counts how many sheets have each mistake, the most frequent first. */
export function tallyMistakes(
  checks: readonly NamedCheck[],
): readonly (readonly [id: string, count: number])[] {
  const tally = new Map<string, number>();
  for (const { check } of checks) {
    for (const id of mistakesOf(check)) tally.set(id, (tally.get(id) ?? 0) + 1);
  }
  return [...tally].sort(([, a], [, b]) => b - a);
}

/** Describes the mistakes of all sheets for people. Returns nothing if there are none. */
export function describeTally(checks: readonly NamedCheck[]): readonly Block[] {
  const titles = new Map(
    checks.flatMap(({ check }) => check.diagnosis.map(({ mistake: { id, title } }) => [id, title] as const)),
  );
  const tally = tallyMistakes(checks).map(([id, count]) => ({
    name: `${count} ×`,
    value: titles.get(id) ?? id,
  }));
  return tally.length > 0 ? [heading("Mistakes"), pairsOf(tally)] : [];
}
