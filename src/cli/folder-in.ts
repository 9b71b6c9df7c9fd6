import { UserError } from "../errors.js";
import { reasonFor } from "../input/open.js";

/** Returns the result of `make`, which creates a folder in `place`. Throws FILE_UNWRITABLE with this hint. */
export function folderIn<Made>(place: string, hint: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw new UserError("FILE_UNWRITABLE", `no folder can be created there: ${reasonFor(error)}.`, {
      hint,
      location: { source: place },
    });
  }
}
