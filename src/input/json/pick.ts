import { suggest } from "../../suggestion.js";
import { refuseIn, type Source } from "../source.js";
import type { Value } from "../value.js";

/**
 * Returns the part of a JSON value that the pick after the file's name selects: `cases.json:0`, `cases.json:causal.q`.
 * Throws UNKNOWN_KEY.
 */
export function pickedOf(value: Value, { name, pick }: Source): Value {
  if (pick === undefined) return value;
  const found = partAt(value, pick);
  if (found) return found;
  const names = entriesOf(value).map(([key]) => key);
  const hint = names.length === 0 ? "It has only numbers." : suggest(pick, names);
  return refuseIn(name, "UNKNOWN_KEY", `it holds no "${pick}".`, hint);
}

/** Returns the value at a path, whose parts are separated by colons or dots. */
function partAt(value: Value, path: string): Value | undefined {
  for (const [key, part] of entriesOf(value)) {
    if (path === key) return part;
    const isWithin = path.startsWith(`${key}:`) || path.startsWith(`${key}.`);
    const found = isWithin ? partAt(part, path.slice(key.length + 1)) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Returns the parts of a value by name; the names in a list are its indices. */
export function entriesOf(value: Value): readonly (readonly [name: string, value: Value])[] {
  if (value.kind === "object") return Array.from(value.entries, ([key, entry]) => [key, entry.value]);
  return value.kind === "list" ? value.items.map((item, at) => [String(at), item]) : [];
}
