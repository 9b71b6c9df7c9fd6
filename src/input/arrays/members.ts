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
  return isBinary ? withLists(withTuples(withoutStart(flat))) : flat;
}

/** Where all stands in one dictionary, what stands in it. */
function withoutStart(flat: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  const [first = ""] = flat.keys();
  const start = first.slice(0, first.indexOf(".") + 1);
  const isShared =
    start !== "" && !/^\d/.test(start) && [...flat.keys()].every((key) => key.startsWith(start));
  return isShared
    ? withoutStart(new Map(Array.from(flat, ([key, entry]) => [key.slice(start.length), entry])))
    : flat;
}

/** What tuples of query, key and value are in. */
const OF_INPUTS = /^(?:inputs?|args|qkv|tensors)$/i;

/** A tuple of three or four arrays as query, key, value and what came out: the file itself, or one beside other things. */
function withTuples(flat: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  const keys = [...flat.keys()];
  const start = keys.find((key) => key.endsWith(".0") && OF_INPUTS.test(key.slice(0, -2)))?.slice(0, -1);
  const own = keys.filter((key) => (start === undefined ? true : key.startsWith(start)));
  const isTuple =
    (own.length === 3 || own.length === 4) &&
    own.every((key, index) => isPlace(key.slice(start?.length ?? 0), index)) &&
    own.every((key) => flat.get(key)?.value.kind !== "scalar");
  if (!isTuple) return flat;
  return new Map(Array.from(flat, ([key, entry]) => [OF_TUPLE[own.indexOf(key)] ?? key, entry]));
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
  /^(?:(?:problem|example|exercise|question|task)[-_ ]?\d{0,2}|given|matrices|inputs?|outputs?|expected|answers?|solution|results?|kwargs|args|arrays|tensors|dump|data|state|params|attrs|config|cfg|meta|metadata|model|module|(?:self_?|cross_?)?attn|(?:self_?|cross_?)?attention|mha)$/i;

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
  if (last < 0) return path;
  const before = names.slice(0, last);
  const around = before.filter((name) => !GRADIENTS.test(name));
  if (!around.every((name) => OPENED.test(name) || saysNothing(name))) return path;
  if (around.length < before.length) return `${names[last]}_grad`;
  return names.length === 1 || before.length > 0 ? names[last] : path;
}
