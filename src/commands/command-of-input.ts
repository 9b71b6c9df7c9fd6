import { UserError } from "../errors.js";
import type { Values } from "../runs/request.js";
import type { Command } from "./command.js";
import { loadSpecs } from "./specs.js";

/** What was asked when an error came up. */
interface Asked {
  readonly command: Command;
  readonly values: Values;
}

/**
 * An error about an input that a command does not take, with a hint that names the commands that do, and one about a check of arrays
 * with more heads than are worked, with the command that judges all of them; others as they are.
 */
export async function namingCommandOf(error: UserError, { command, values }: Asked): Promise<UserError> {
  const { code, message, details } = error;
  const { unaccepted, hasHeads, hint = "" } = details;
  const isOneOfHeads = hasHeads && "query" in command.settings && !("heads" in command.settings);
  if (isOneOfHeads && values.scores === undefined && values.check !== undefined) {
    const all = `To check all of them, write qkv multihead in place of qkv ${command.name}.`;
    return new UserError(code, message, { ...details, hint: `${all} For one: ${hint}` });
  }
  if (unaccepted === undefined) return error;
  const takers = (await loadSpecs()).filter(({ inputs }) => inputs.some((name) => name === unaccepted));
  const names = takers.map(({ name }) => `qkv ${name}`).join(" or ");
  return new UserError(code, message, {
    ...details,
    hint: `${unaccepted} is for ${names}: use that command.`,
  });
}
