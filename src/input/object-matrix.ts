import { INPUTS, type InputName } from "../attention/inputs.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed } from "./names.js";
import { refuseAt } from "./source.js";
import type { ObjectValue, Value } from "./value.js";

/**
 * The matrix of an object where one matrix is expected: its key of that name, else its `output`, so that the JSON of
 * one run is the input of another. Throws MISSING_INPUT when it has neither.
 */
export function matrixInObject(object: ObjectValue, name: InputName, parsed: Parsed): Value {
  for (const [key, entry] of object.entries) {
    if (inputNamed(key) === name) return entry.value;
  }
  const output = object.entries.get("output");
  if (output) return output.value;
  const keys = [...object.entries.keys()].join(", ");
  const message = `${parsed.source.name} has no "${name}" and no "output"${keys === "" ? "" : `; its keys are ${keys}`}.`;
  return refuseAt(parsed.source, object.start, "MISSING_INPUT", message, `Expected ${INPUTS[name].help}.`);
}
