import { suggest } from "../../suggestion.js";
import { refuseIn, type Source } from "../source.js";
import type { Value } from "../value.js";

/** The part of a JSON value that stands behind the name of its file: `cases.json:0`, `cases.json:causal.q`. Throws UNKNOWN_KEY. */
export function pickedOf(value: Value, { name, pick }: Source): Value {
  if (pick === undefined) return value;
  const found = partAt(value, pick);
  if (found) return found;
  const names = entriesOf(value).map(([key]) => key);
  const hint = names.length === 0 ? "It has only numbers." : suggest(pick, names);
  return refuseIn(name, "UNKNOWN_KEY", `it holds no "${pick}".`, hint);
}

/** What stands at a path, whose parts a colon or a dot divides. */
function partAt(value: Value, path: string): Value | undefined {
  for (const [key, part] of entriesOf(value)) {
    if (path === key) return part;
    const isWithin = path.startsWith(`${key}:`) || path.startsWith(`${key}.`);
    const found = isWithin ? partAt(part, path.slice(key.length + 1)) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The parts of a value by their names, those of a list by their numbers. */
export function entriesOf(value: Value): readonly (readonly [name: string, value: Value])[] {
  if (value.kind === "object") return Array.from(value.entries, ([key, entry]) => [key, entry.value]);
  return value.kind === "list" ? value.items.map((item, at) => [String(at), item]) : [];
}
