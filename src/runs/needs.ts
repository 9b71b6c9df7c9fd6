import { type ErrorCode, refuseAs, setting } from "../errors.js";

/** What some settings and inputs apply to. If that is missing, they change nothing, and one line says so. */
export interface Need<Given> {
  /** The settings and inputs, by name. */
  readonly names: readonly string[];
  /** What they apply to: "masked cells". */
  readonly of: string;
  /** Whether that is among everything that was given. */
  isThere(given: Given): boolean;
  /** Values that ask for what is always the case. They are never reported. */
  readonly met?: readonly unknown[];
}

/** A setting or input that changes nothing. */
export interface Idle {
  readonly name: string;
  readonly of: string;
}

/** Whether a setting was given. False is the same as not given. */
const isGiven = (value: unknown) => value !== undefined && value !== false;

/** Returns the need of settings and inputs that apply to something. Blanks separate their names. */
export const need = <Given>(of: string, isThere: Need<Given>["isThere"], names: string): Need<Given> => {
  return { names: names.split(" "), of, isThere };
};

/** Returns the need of settings that apply to another setting or input, which must be given. */
export const besides = <Given>(name: keyof Given & string, names: string): Need<Given> =>
  need(setting(name), (given) => isGiven(given[name]), names);

/** Returns the given settings and inputs that change nothing, each once. */
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

/**
 * Returns the note: "--depth changes nothing here: it is about --why". A setting from a bundle is written without
 * dashes.
 */
export const idleNote = ({ name, of }: Idle, isOption = true) =>
  `${isOption ? setting(name) : name} changes nothing here: it is about ${of}`;

/** Returns the notes about given settings and inputs that change nothing. */
export const idleNotes = <Given extends object>(needs: readonly Need<Given>[], given: Given) =>
  idleAmong(needs, given).map((idle) => idleNote(idle));

/** Settings that contradict each other, so that one would be ignored. */
export interface Conflict<Given> {
  /**
   * Each name conflicts with each name of `beside`. If `beside` is absent, the names conflict with each other. A name
   * that is no option begins with a capital.
   */
  readonly names: readonly (keyof Given & string)[];
  readonly beside?: readonly (keyof Given & string)[];
  /** What each of the two does: "reads one run", "compares several". */
  readonly does?: readonly [string, string];
  /** Whether the given values conflict. If absent, they always do. */
  isSo?(given: Given): boolean;
  readonly hint?: string;
  /** The error code. USAGE if absent. */
  readonly code?: ErrorCode;
}

/** Throws for the first two settings that contradict each other. */
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
    refuseAs(code, says, hint);
  }
}
