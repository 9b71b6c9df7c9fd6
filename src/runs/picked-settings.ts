import type { AnySettingTable } from "../attention/setting.js";
import { type Location, UserError } from "../errors.js";
import type { Invocation } from "./invocation.js";

/** The options of a table that were given, checked; an error names the option. */
export function pickSettings(
  table: AnySettingTable,
  options: Invocation["options"],
): Readonly<Record<string, unknown>> {
  const picked: Record<string, unknown> = {};
  for (const name in table) {
    const typed = name === "color" && options.color === false ? "never" : options[name];
    if (typed === undefined) continue;
    const { parse, flag } = table[name];
    picked[name] = locateErrors(
      () => parse(typed),
      () => ({ source: /--[a-z-]+/.exec(flag)?.[0] ?? flag }),
    );
  }
  return picked;
}

/** Adds where it was to an error that does not know. */
export function locateErrors<T>(body: () => T, locate: (error: UserError) => Location | undefined): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof UserError) || error.details.location) throw error;
    const location = locate(error);
    throw location ? new UserError(error.code, error.message, { ...error.details, location }) : error;
  }
}
