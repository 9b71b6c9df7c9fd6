import { spelledError, UserError, withOptions } from "../../src/errors.js";

/** Returns the error of a run that qkv refuses, given its settings as options. Undefined if it runs. */
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
