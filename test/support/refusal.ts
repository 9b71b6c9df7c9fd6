import { UserError } from "../../src/errors.js";

/** What a run is refused with; undefined when it is not. */
export function refusal(run: () => unknown): UserError | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return undefined;
}
