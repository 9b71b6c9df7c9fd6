import { UserError } from "../errors.js";
import { loadSpecs } from "./specs.js";

/** An error about an input that a command does not take, with a hint that names the commands that do; others as they are. */
export async function namingCommandOf(error: UserError): Promise<UserError> {
  const { code, message, details } = error;
  const { unaccepted } = details;
  if (unaccepted === undefined) return error;
  const takers = (await loadSpecs()).filter(({ inputs }) => inputs.some((name) => name === unaccepted));
  const names = takers.map(({ name }) => `qkv ${name}`).join(" or ");
  return new UserError(code, message, {
    ...details,
    hint: `${unaccepted} is for ${names}: use that command.`,
  });
}
