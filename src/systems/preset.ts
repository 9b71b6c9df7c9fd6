import type { Problem } from "../attention/problem.js";
import { refuseAs, setting, settingsText, UserError } from "../errors.js";
import type { FillableCommand } from "./fillable-command.js";
import { presetName, SYSTEMS } from "./registry.js";
import { type NamedSystem, type System, settingsFor } from "./system.js";

type Settings = Readonly<Record<string, unknown>>;
type GivenProblem = Problem<Settings>;

const NOTHING_GIVEN: GivenProblem = { matrices: {}, settings: {} };

/** Returns what a preset sets for a command; an empty object if the system has nothing for it. */
export function settingsOfPreset(
  named: NamedSystem,
  { name, presets }: FillableCommand,
  given: GivenProblem = NOTHING_GIVEN,
): Settings {
  const settings = settingsFor(named.system, name);
  if (!settings) return {};
  return { ...(presets?.settingsForProblem ? presets.settingsForProblem(settings, named, given) : settings) };
}

/**
 * Returns what a preset sets for a problem, before given settings override it. Throws BAD_VALUE if the system has
 * nothing for the command, and MISSING_INPUT for a setting that was not published.
 */
export function presetFor(named: NamedSystem, command: FillableCommand, given: GivenProblem): Settings {
  const { system } = named;
  if (!settingsFor(system, command.name)) throw noPresetError(system, command);
  requireUnpublished(system, given.settings);
  return settingsOfPreset(named, command, given);
}

/** Describes the preset by the options with the same effect. Settings that were overridden are left out. */
export function describePreset(
  named: NamedSystem,
  set: Settings,
  inForce: Settings,
): { readonly kept: Settings; readonly text: string } {
  const isKept = ([name, value]: readonly [string, unknown]) =>
    JSON.stringify(inForce[name]) === JSON.stringify(value);
  const kept = Object.entries(set).filter(isKept);
  const options = settingsText(Object.fromEntries(kept));
  const name = presetName(named.system, named.size);
  const sets = options ? `sets ${options}` : "sets nothing: all its settings were given";
  return { kept: Object.fromEntries(kept), text: `preset ${name} (${named.system.source}) ${sets}` };
}

function requireUnpublished({ name, unpublished = {} }: System, given: Settings) {
  for (const [needed, reason] of Object.entries(unpublished)) {
    if (given[needed] !== undefined) continue;
    refuseAs(
      "MISSING_INPUT",
      `${name} needs ${setting(needed)}: ${reason}.`,
      `Give it, for example ${setting(needed)} 128.`,
    );
  }
}

function noPresetError(system: System, { name, presets }: FillableCommand) {
  const commands = Object.keys(system.settings).map((other) => `qkv ${other}`);
  const others = SYSTEMS.filter((other) => settingsFor(other, name)).map((other) => other.name);
  return new UserError(
    "BAD_VALUE",
    `${system.name} has ${presets?.absence ?? `nothing for ${name}`}.`,
    `It is for ${commands.join(", ")}. For ${name} there are ${others.join(", ")}.`,
  );
}
