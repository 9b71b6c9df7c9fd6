import type { Problem } from "../attention/problem.js";
import { optionOf } from "../attention/setting.js";
import { UserError } from "../errors.js";
import type { CommandSpec } from "./command-spec.js";
import type { AnySettings } from "./companions.js";

/**
 * Throws USAGE for an option that changes nothing, since what it belongs to is not there, and gives a note for each such
 * setting or input of a bundle. `given` names what is typed and what stands in bundles; `problem` has the settings that
 * are in force, those of a preset too.
 */
export function refuseIdleSettings(
  { companions = [], settings }: CommandSpec,
  given: Readonly<Record<"options" | "bundle", Readonly<Record<string, unknown>>>>,
  problem: Problem<object>,
): readonly string[] {
  const notes: string[] = [];
  for (const { names, inputs = [], of, isThere } of companions) {
    if (isThere(problem as Problem<AnySettings>)) continue;
    for (const name of [...names, ...inputs]) {
      if (isGiven(given.options[name])) {
        const flag = settings[name]?.flag.split(" ")[0] ?? optionOf(name);
        throw new UserError("USAGE", `${flag} changes nothing here: it is about ${of}.`, {
          hint: `Leave out ${flag}, or give what it is about.`,
        });
      }
      if (isGiven(given.bundle[name])) notes.push(`${name} changes nothing here: it is about ${of}`);
    }
  }
  return notes;
}

/** What is off asks for nothing. */
const isGiven = (value: unknown) => value !== undefined && value !== false;
