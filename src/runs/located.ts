import { type Location, UserError } from "../errors.js";

/** Adds a place to an error that has none. */
export function locateErrors<T>(body: () => T, locate: (error: UserError) => Location | undefined): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof UserError) || error.details.location) throw error;
    const location = locate(error);
    throw location ? error.with({ location }) : error;
  }
}
