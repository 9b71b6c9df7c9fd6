import { loadSpecs } from "../commands/registry.js";
import { UserError } from "../errors.js";

/** An error about an input that a command does not take, with a hint that names the commands that do; others as they are. */
export async function namingCommandOf(error: unknown): Promise<unknown> {
  if (!(error instanceof UserError) || error.details.unaccepted === undefined) return error;
  const { code, message, details } = error;
  const { unaccepted } = details;
  const takers = (await loadSpecs()).filter(({ inputs }) => inputs.some((name) => name === unaccepted));
  const names = takers.map(({ name }) => `qkv ${name}`).join(" or ");
  return new UserError(code, message, {
    ...details,
    hint: `${unaccepted} is for ${names}: use that command.`,
  });
}
