import type { MultiheadSettings } from "../attention/heads/multihead-settings.js";
import type { PositionKind } from "../attention/positions/kind.js";
import type { PosencSettings } from "../attention/positions/posenc-settings.js";
import { POSITION_KINDS } from "../attention/positions/registry.js";
import type { Problem } from "../attention/problem.js";
import type { Setting } from "../attention/setting.js";
import { UserError } from "../errors.js";
import { settleSizes } from "./drawn/sizes.js";
import { type NamedSystem, presetName, SYSTEMS } from "./registry.js";
import type { PresetCommand, System } from "./system.js";

/** Settings of any command, as a preset sets them. */
export type FilledSettings = MultiheadSettings & PosencSettings;
type Settings = Readonly<Record<string, unknown>>;
type GivenProblem = Problem<FilledSettings>;

const NOTHING_GIVEN: GivenProblem = { matrices: {}, settings: {} };

/** What a preset sets for a command; nothing when the system has nothing for it. */
export function settingsOfPreset(
  named: NamedSystem,
  command: PresetCommand,
  problem: GivenProblem = NOTHING_GIVEN,
): Settings {
  const own = named.system.settings[command];
  return own ? { ...own, ...SIZE_SETTINGS[command](named, problem) } : {};
}

/**
 * What a preset sets for a problem, before what was given wins over it. Throws BAD_VALUE for a command that the system
 * has nothing for, and MISSING_INPUT for a setting that nobody published.
 */
export function presetFor(named: NamedSystem, command: PresetCommand, problem: GivenProblem): Settings {
  const { system } = named;
  if (!system.settings[command]) throw nothingFor(system, command);
  requireUnpublished(system, problem.settings);
  const set = settingsOfPreset(named, command, problem);
  const { kind } = problem.settings;
  // Another kind of positions than the system's: the rest is about that one.
  return kind === undefined || kind === set.kind ? set : {};
}

/** The options with which someone could have said the same, for those settings that are in force. */
export function describePreset(
  named: NamedSystem,
  set: Settings,
  inForce: Settings,
  table: Readonly<Record<string, Setting<unknown>>>,
): { readonly kept: Settings; readonly text: string } {
  const isKept = ([name, value]: readonly [string, unknown]) =>
    JSON.stringify(inForce[name]) === JSON.stringify(value);
  const kept = Object.entries(set).filter(isKept);
  const options = optionsOf(Object.fromEntries(kept), table);
  const name = presetName(named.system, named.size);
  const sets = options ? `sets ${options}` : "sets nothing that was not given";
  return { kept: Object.fromEntries(kept), text: `preset ${name} (${named.system.source}) ${sets}` };
}

/** Settings as they are typed: "--causal --heads 12". */
export function optionsOf(settings: Settings, table: Readonly<Record<string, Setting<unknown>>>): string {
  const options = Object.entries(settings).map(([name, value]) => {
    const flag = table[name].flag.split(" ")[0];
    return value === true ? flag : `${flag} ${value}`;
  });
  return options.join(" ");
}

/** Sizes that are options of a command; those of W follow from the matrices. */
const SIZE_SETTINGS: Readonly<Record<PresetCommand, (named: NamedSystem, given: GivenProblem) => Settings>> =
  {
    attend: () => ({}),
    // The size that the preset has for these vectors, whatever is given: what was given wins later.
    "compare-scoring": ({ size }, { settings: { dA: _, ...settings }, ...given }) =>
      size.features === undefined ? {} : { dA: settleSizes({ ...given, settings }, size).features },
    multihead: ({ size: { heads = 1, kvHeads = heads } }) => ({
      heads,
      ...(kvHeads !== heads && { kvHeads }),
    }),
    posenc: ({ system, size }, { matrices: { x, encoding } }) => {
      const kind: PositionKind = POSITION_KINDS[system.settings.posenc?.kind ?? "sinusoidal"];
      if (x || encoding || kind.hasTable) return {};
      return { dModel: (kind.turnsHeads && size.headSize) ?? size.dModel };
    },
  };

function requireUnpublished(
  { name, unpublished = {} }: System,
  given: Readonly<Partial<MultiheadSettings>>,
): void {
  for (const [setting, reason] of Object.entries(unpublished)) {
    if (given[setting as keyof MultiheadSettings] !== undefined) continue;
    throw new UserError("MISSING_INPUT", `${name} needs --${setting}: ${reason}.`, {
      hint: `Give it, for example --${setting} 128.`,
    });
  }
}

const NOTHING: Readonly<Record<PresetCommand, string>> = {
  attend: "no attention",
  multihead: "one attention, which is not split into heads",
  posenc: "no positions of its own",
  "compare-scoring": "no scoring",
};

function nothingFor({ name, settings }: System, command: PresetCommand): UserError {
  const commands = Object.keys(settings).map((other) => `qkv ${other}`);
  const others = SYSTEMS.filter((system) => system.settings[command]).map((system) => system.name);
  return new UserError("BAD_VALUE", `${name} has ${NOTHING[command]}.`, {
    hint: `It is for ${commands.join(", ")}. For ${command} there are ${others.join(", ")}.`,
  });
}
