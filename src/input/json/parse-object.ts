import { refuseIn } from "../source.js";
import { type Fields, isFields } from "../value.js";

/** Parses the text of a JSON file that must be an object. `hint` is the hint of the error. Throws SYNTAX. */
export function parseObject(text: string, source: string, hint?: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    refuseIn(source, "SYNTAX", `it is not JSON: ${error.message}.`, hint);
  }
  return refuseIn(source, "SYNTAX", "it is not a JSON object.", hint);
}
