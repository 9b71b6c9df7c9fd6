import { UserError } from "../../src/errors.js";
import { spelledError, withOptions } from "../../src/setting-names.js";

/** What a run is refused with, settings as options; undefined when it is not. */
export function refusal(run: () => unknown): UserError | undefined {
  try {
    run();
  } catch (error) {
    const spelled = spelledError(error, withOptions);
    if (spelled instanceof UserError) return spelled;
    throw error;
  }
  return undefined;
}
