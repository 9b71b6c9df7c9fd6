import { UserError } from "../errors.js";

/** Throws USAGE for what is asked and cannot be done, with what to do instead. */
export function refuse(message: string, hint: string): never {
  throw new UserError("USAGE", message, hint);
}
