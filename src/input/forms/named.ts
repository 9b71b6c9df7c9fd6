import { refuseAt, type Source } from "../source.js";
import { addEntry, type Entry, type NumbersValue, type Value } from "../value.js";
import type { Parsed } from "./form.js";

/** One of the matrices in a text, and its name: `Q = …`. */
export interface NamedMatrix {
  readonly assigned: Parsed["assigned"];
  readonly value: NumbersValue;
  readonly spanOf: Parsed["spanOf"];
}

/**
 * Combines the matrices of a text: the only one, or an object of all by name. Throws SYNTAX if one of several has no
 * name, and DUPLICATE_KEY.
 */
export function packNamed(
  source: Source,
  matrices: readonly NamedMatrix[],
): Pick<Parsed, "value" | "spanOf" | "assigned"> {
  const [first] = matrices;
  if (matrices.length === 1) {
    const { assigned, value, spanOf } = first;
    return { assigned, value, spanOf };
  }
  const value: Value = { kind: "object", start: 0, entries: entriesOf(source, matrices) };
  return {
    value,
    spanOf(numbers, cell) {
      const found = matrices.find((one) => one.value.start === numbers.start) ?? first;
      return found.spanOf(numbers, cell);
    },
  };
}

function entriesOf(source: Source, matrices: readonly NamedMatrix[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { assigned, value } of matrices) {
    if (!assigned) {
      const message = "there are several matrices, and this one has no name.";
      return refuseAt(source, value.start, "SYNTAX", message, "Give one matrix, or every one with its name.");
    }
    addEntry(entries, assigned.name, { source, keyStart: assigned.start }, () => value);
  }
  return entries;
}
