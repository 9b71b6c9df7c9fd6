import { HEAD_WEIGHTS } from "../attention/heads/joined-heads.js";
import type { InputName } from "../attention/inputs.js";
import { completeSettings } from "../attention/setting.js";
import type { CommandSpec } from "../runs/command-spec.js";
import { settingsOfPreset } from "../systems/preset.js";
import type { NamedSystem, System } from "../systems/system.js";
import { attend } from "./attend.js";
import { multihead } from "./multihead.js";

/** Returns the command that computes everything that a system does in one attention. */
export function wholeCommand({ settings }: System): CommandSpec {
  return settings.multihead ? multihead : attend;
}

const PARAMETERS: readonly InputName[] = [...HEAD_WEIGHTS, "wa", "ua", "va", "wc"];

/**
 * Returns the number of trained parameters in one attention of a system, at one of its sizes. It counts the numbers
 * that --random would draw for them.
 */
export function attentionParameters(named: NamedSystem): number {
  const { system, size } = named;
  const command = wholeCommand(system);
  const set = { ...settingsOfPreset(named, command), ...(size.context && { sourceLength: size.context }) };
  const problem = { matrices: {}, settings: completeSettings<object>(command.settings, set) };
  const draws = command.draws?.({ problem, initial: system.initial, size }) ?? [];
  return draws
    .filter(({ input }) => PARAMETERS.includes(input))
    .reduce((sum, { rows, cols }) => sum + rows * cols, 0);
}
