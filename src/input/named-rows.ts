import { UserError } from "../errors.js";
import type { FormOptions, Parsed } from "./forms/form.js";
import { parseText } from "./forms/registry.js";
import type { Source } from "./source.js";

/**
 * Reads a matrix in the form that it looks like; where that is refused, as rows that begin with names of the problem, which only
 * the problem tells from numbers and brackets: `[CLS] 1 0`. Throws what the first reading threw when the second reads nothing.
 */
export async function parseNamed(
  source: Source,
  options: FormOptions,
  names: () => ReadonlySet<string>,
): Promise<Parsed> {
  try {
    return await parseText(source, options);
  } catch (error) {
    if (!(error instanceof UserError) || source.isBinary || source.stored || names().size === 0) throw error;
    const { rowsWithNames } = await import("./sheet/rows-with-names.js");
    const read = rowsWithNames(source, names(), options);
    if (!read) throw error;
    return read;
  }
}
