import { parseText } from "../input/forms/registry.js";
import type { Source } from "../input/source.js";

/** Reads a source to see what it is: arrays with all their axes. Throws what reading throws. */
export async function parseWhole(source: Source, subject: string) {
  return (await parseText(source, { subject, decimalComma: false, header: undefined, emptyCells: "nan" }))
    .value;
}
