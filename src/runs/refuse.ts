import { UserError } from "../errors.js";

/** Throws USAGE for a request that cannot be done, with a hint about what to do instead. */
export function refuse(message: string, hint: string): never {
  throw new UserError("USAGE", message, hint);
}
