import type { InputName } from "../attention/inputs.js";
import type { Problem } from "../attention/problem.js";
import type { AnySettingTable, SettingTable } from "../attention/setting.js";
import type { Draw, DrawContext } from "./drawn/draws.js";
import type { NamedSystem } from "./system.js";

/** A command, as far as it matters for what it can be filled in with. */
export interface Fillable<Settings extends object = object> {
  readonly name: string;
  readonly inputs: readonly InputName[];
  readonly settings: SettingTable<Settings> & AnySettingTable;
  /** What presets are to it; absent when it takes none. */
  readonly presets?: PresetRules<Settings>;
  /** Everything that `--random` draws for it, where nothing is given; absent when it draws nothing. */
  draws?(context: DrawContext<Settings>): readonly Draw[];
}

/** What presets are to one command. */
interface PresetRules<Settings extends object = object> {
  /** What a system has that has nothing for the command: "no scoring". */
  readonly absence: string;
  /**
   * What a preset sets for a problem, before what was given wins: `own`, which the system has for the command, with its
   * sizes where they are options of the command (those of W follow from the matrices). Absent: `own` as it is.
   */
  sets?(
    own: Partial<Settings>,
    named: NamedSystem,
    given: Pick<Problem<Partial<Settings>>, "matrices" | "settings">,
  ): Partial<Settings>;
}
