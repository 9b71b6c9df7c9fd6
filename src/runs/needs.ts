import { type ErrorCode, UserError } from "../errors.js";
import { setting } from "../setting-names.js";

/** What some settings and inputs are about. Where that is not there they change nothing, and one line says so. */
export interface Need<Given> {
  /** The settings and inputs, by name. */
  readonly names: readonly string[];
  /** What they are about: "masked cells". */
  readonly of: string;
  /** Whether it is there, among all that was given. */
  isThere(given: Given): boolean;
  /** Values that ask for what is so in any case. */
  readonly met?: readonly unknown[];
}

/** A setting or input that changes nothing. */
export interface Idle {
  readonly name: string;
  readonly of: string;
}

/** What is off asks for nothing. */
const isGiven = (value: unknown) => value !== undefined && value !== false;

/** What is about another setting or input, which has to be given. */
export const besides = <Given>(name: keyof Given & string, ...names: readonly string[]): Need<Given> => ({
  names,
  of: setting(name),
  isThere: (given) => isGiven(given[name]),
});

/** Those of the given settings and inputs that change nothing, each once. */
export function idleAmong<Given extends object>(
  needs: readonly Need<Given>[],
  given: Given,
): readonly Idle[] {
  const values: ReadonlyMap<string, unknown> = new Map(Object.entries(given));
  const idle = new Map<string, Idle>();
  for (const { names, of, met = [], isThere } of needs) {
    const asked = names.filter((name) => isGiven(values.get(name)) && !met.includes(values.get(name)));
    if (asked.length === 0 || isThere(given)) continue;
    for (const name of asked) if (!idle.has(name)) idle.set(name, { name, of });
  }
  return [...idle.values()];
}

/** "--depth changes nothing here: it is about --why"; of what stands in a bundle without the dashes. */
export const idleNote = ({ name, of }: Idle, isOption = true): string =>
  `${isOption ? setting(name) : name} changes nothing here: it is about ${of}`;

/** The notes of the given settings and inputs that change nothing. */
export const idleNotes = <Given extends object>(needs: readonly Need<Given>[], given: Given) =>
  idleAmong(needs, given).map((idle) => idleNote(idle));

/** Settings that ask for different things, so that one of them would be lost. */
export interface Conflict<Given> {
  /** Each of these with each of `beside`, or, where that is absent, with each other. What is no option begins with a capital. */
  readonly names: readonly (keyof Given & string)[];
  readonly beside?: readonly (keyof Given & string)[];
  /** What the one does and what the other does: "reads one run", "compares several". */
  readonly does?: readonly [string, string];
  /** Whether they conflict as they are given; absent: in any case. */
  isSo?(given: Given): boolean;
  readonly hint?: string;
  /** USAGE without a word. */
  readonly code?: ErrorCode;
}

/** Throws for the first two settings that ask for different things. */
export function refuseConflicts<Given extends object>(
  conflicts: readonly Conflict<Given>[],
  given: Given,
): void {
  const areGiven = (names: readonly (keyof Given & string)[]) => names.filter((name) => isGiven(given[name]));
  const shown = (name: keyof Given & string) => {
    const value = given[name];
    const option = /^[A-Z]/.test(name) ? name : setting(name);
    return typeof value === "string" && /^[\w-]+$/.test(value) ? `${option} ${value}` : option;
  };
  for (const { names, beside, does, isSo, hint = "Leave one of them out.", code = "USAGE" } of conflicts) {
    const [left, another] = areGiven(names);
    const right = beside ? areGiven(beside)[0] : another;
    if (left === undefined || right === undefined || isSo?.(given) === false) continue;
    const [first, second] = [left, right].map(shown);
    const says = does
      ? `${first} ${does[0]}, and ${second} ${does[1]}.`
      : `${first} and ${second} contradict each other.`;
    throw new UserError(code, says, hint);
  }
}
