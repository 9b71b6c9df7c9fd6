import type { Entry, ObjectValue, Value } from "../value.js";
import { saysNothing } from "./member-names.js";

/** The names that the parts of a tuple have: query, key, value, and what came out. */
const OF_TUPLE = ["query", "key", "value", "output"];

/**
 * The members of a bundle, of a dump with what stands within others: dictionaries in dictionaries are opened, their names joined by
 * points; a tuple of three or four is query, key, value, output; numbers that are called window_size.0 and window_size.1 are a pair.
 */
export function membersOf(object: ObjectValue, isBinary: boolean): ReadonlyMap<string, Entry> {
  const flat = new Map<string, Entry>();
  flatten(object, "", isBinary, flat);
  const names = [...flat.keys()];
  const isTuple =
    isBinary &&
    (names.length === 3 || names.length === 4) &&
    names.every((name, index) => isPlace(name, index));
  if (isTuple) return new Map(Array.from(flat.values(), (entry, index) => [OF_TUPLE[index], entry]));
  return isBinary ? withLists(flat) : flat;
}

const isPlace = (name: string, index: number) => name === String(index) || name === `arr_${index}`;

function flatten(object: ObjectValue, path: string, isBinary: boolean, flat: Map<string, Entry>): void {
  for (const [key, entry] of object.entries) {
    const name = path === "" ? key : `${path}.${key}`;
    const opens = isBinary || OPENED.test(key);
    const value = opens ? entry.value : undefined;
    if (value?.kind === "object") flatten(value, name, isBinary, flat);
    else flat.set(name, entry);
  }
}

/** What people put arrays and settings in. */
const OPENED =
  /^(?:inputs?|outputs?|kwargs|args|arrays|tensors|dump|data|state|params|attrs|config|cfg|meta|metadata|model|module|(?:self_?|cross_?)?attn|(?:self_?|cross_?)?attention|mha)$/i;

/** What the gradients of arrays stand in, under the names of these. */
const GRADIENTS = /^(?:grads?|gradients?)$/i;

/** Numbers that are called name.0, name.1, as a list that is called name. */
function withLists(flat: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  const joined = new Map<string, Entry>();
  for (const [key, entry] of flat) {
    const [, name, index] = /^(.*)\.(\d)$/.exec(key) ?? [];
    // Most members of a dump are arrays, which are not opened to see what they are.
    const first = index !== undefined ? entry.value : undefined;
    if (name === undefined || first?.kind !== "scalar") joined.set(key, entry);
    else joined.set(name, { keyStart: 0, value: listWith(joined.get(name)?.value, first) });
  }
  return joined;
}

const listWith = (before: Value | undefined, item: Value): Value => ({
  kind: "list",
  start: 0,
  items: [...(before?.kind === "list" ? before.items : []), item],
});

/** The name behind what it stands in: `q` of `inputs.q`, and of `layer0.0.q`; of a gradient `q_grad`, as `q.grad` or within `grads`. Names of tensors (norm2.bias) are whole. */
export function nameInPath(path: string): string {
  const names = path.replace(/\.grad$/i, "_grad").split(".");
  const last = names.findLastIndex((name) => !/^\d+$/.test(name));
  const before = names.slice(0, Math.max(0, last));
  const around = before.filter((name) => !GRADIENTS.test(name));
  if (!around.every((name) => OPENED.test(name) || saysNothing(name))) return path;
  if (around.length < before.length) return `${names[last]}_grad`;
  return names.length === 1 || before.length > 0 ? names[last] : path;
}
