import type { Check } from "../check/check.js";
import { causesOf } from "../check/diagnosis.js";
import type { MachineCheck } from "../check/machine/check-dump.js";
import type { MistakeText } from "../check/mistakes/mistake.js";
import { type Block, heading, pairsOf } from "./document.js";

/** A checked sheet, or what a machine computed, and the name it came with. */
export interface NamedCheck {
  readonly name: string;
  readonly check: Check | MachineCheck;
}

/** Whether it was judged as a machine's. */
export const isOfMachine = (check: NamedCheck["check"]): check is MachineCheck => "judgedAs" in check;

/** The mistakes that a sheet shows, each once: of several that fit alike the likeliest. */
export function mistakesIn({ diagnosis }: Check): readonly MistakeText[] {
  const found = causesOf(diagnosis).map(([{ mistake }]) => mistake);
  return found.filter(({ id }, at) => found.findIndex((other) => other.id === id) === at);
}

/** The same by their ids. Of a machine it is the first. */
export function mistakesOf(check: NamedCheck["check"]): readonly string[] {
  const found = isOfMachine(check)
    ? check.diagnosis.slice(0, 1).map(({ mistake }) => mistake)
    : mistakesIn(check);
  return found.map(({ id }) => id);
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
  const titles = new Map(
    checks.flatMap(({ check }) => check.diagnosis.map(({ mistake: { id, title } }) => [id, title] as const)),
  );
  const tally = tallyMistakes(checks).map(([id, count]) => ({
    name: `${count} ×`,
    value: titles.get(id) ?? id,
  }));
  return tally.length > 0 ? [heading("Mistakes"), pairsOf(tally)] : [];
}
