import type { InputName } from "../attention/inputs.js";
import type { Problem } from "../attention/problem.js";
import type { AnySettingTable, SettingTable } from "../attention/setting.js";
import type { Draw, DrawContext } from "./drawn/draws.js";
import type { NamedSystem } from "./system.js";

/** The parts of a command that matter for filling in a problem. */
export interface FillableCommand<Settings extends object = object> {
  readonly name: string;
  readonly inputs: readonly InputName[];
  readonly settings: SettingTable<Settings> & AnySettingTable;
  /** How presets apply to the command. Absent if it takes none. */
  readonly presets?: PresetRules<Settings>;
  /** Returns everything that `--random` draws if nothing is given. Absent if the command draws nothing. */
  draws?(context: DrawContext<Settings>): readonly Draw[];
}

/** How presets apply to one command. */
interface PresetRules<Settings extends object = object> {
  /** The phrase for a system that has nothing for this command: "no scoring". */
  readonly absence: string;
  /**
   * Returns what a preset sets for a problem, before given settings override it: `own`, which the system has for the
   * command, and its sizes if they are options of the command (the sizes of W follow from the matrices). Absent if
   * `own` is used unchanged.
   */
  settingsForProblem?(
    own: Partial<Settings>,
    named: NamedSystem,
    given: Pick<Problem<Partial<Settings>>, "matrices" | "settings">,
  ): Partial<Settings>;
}
