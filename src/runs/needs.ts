import { setting } from "../setting-names.js";

/** What some settings and inputs are about. Where that is not there they change nothing, and one line says so. */
export interface Need<Context> {
  /** The settings and inputs, by name. */
  readonly names: readonly string[];
  /** What they are about: "masked cells". */
  readonly of: string;
  /** Whether it is there. */
  isThere(context: Context): boolean;
  /** Values that ask for what is so in any case. */
  readonly met?: readonly unknown[];
}

/** A setting or input that changes nothing. */
export interface Idle {
  readonly name: string;
  readonly of: string;
}

/** Those of the given settings and inputs that change nothing, each once. What is off asks for nothing. */
export function idleAmong<Context>(
  needs: readonly Need<Context>[],
  given: Readonly<Record<string, unknown>>,
  context: Context,
): readonly Idle[] {
  const idle = new Map<string, Idle>();
  for (const { names, of, met = [], isThere } of needs) {
    const asked = names.filter((name) => ![undefined, false, ...met].includes(given[name]));
    if (asked.length === 0 || isThere(context)) continue;
    for (const name of asked) if (!idle.has(name)) idle.set(name, { name, of });
  }
  return [...idle.values()];
}

/** "--depth changes nothing here: it is about --why"; of what stands in a bundle without the dashes. */
export const idleNote = ({ name, of }: Idle, isOption = true): string =>
  `${isOption ? setting(name) : name} changes nothing here: it is about ${of}`;

/** The notes of the given settings and inputs that change nothing. */
export const idleNotes = <Context>(
  needs: readonly Need<Context>[],
  given: Readonly<Record<string, unknown>>,
  context: Context,
): readonly string[] => idleAmong(needs, given, context).map((idle) => idleNote(idle));
