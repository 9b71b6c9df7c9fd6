import type { Entry, ObjectValue, Value } from "../value.js";
import { saysNothing } from "./member-names.js";

/** The names for the parts of a tuple, in order. */
const OF_TUPLE = ["query", "key", "value", "output"];

/**
 * Returns the members of a bundle or dump. Dictionaries inside others are opened, and their names joined by dots. A
 * tuple of three or four arrays becomes query, key, value, output. Numbers named window_size.0 and window_size.1 become
 * a list.
 */
export function membersOf(object: ObjectValue, isBinary: boolean): ReadonlyMap<string, Entry> {
  const flat = new Map<string, Entry>();
  flatten(object, "", isBinary, flat);
  return isBinary ? withLists(withTuples(withoutStart(flat))) : flat;
}

/** Removes the common start of all names if everything is in one dictionary. */
function withoutStart(flat: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  const [first = ""] = flat.keys();
  const start = first.slice(0, first.indexOf(".") + 1);
  const isShared =
    start !== "" && !/^\d/.test(start) && [...flat.keys()].every((key) => key.startsWith(start));
  return isShared
    ? withoutStart(new Map(Array.from(flat, ([key, entry]) => [key.slice(start.length), entry])))
    : flat;
}

/** The names under which dumps store a tuple of query, key and value. */
const OF_INPUTS = /^(?:inputs?|args|qkv|tensors)$/i;

/**
 * Names the parts of a tuple of three or four arrays query, key, value and output. The tuple is the whole file, or one
 * beside other members.
 */
function withTuples(flat: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  const keys = [...flat.keys()];
  const first = keys.find((key) => key.endsWith(".0") && OF_INPUTS.test(key.slice(0, -2))) ?? "";
  const start = first.slice(0, -1);
  const tupleKeys = keys.filter((key) => key.startsWith(start));
  const isTuple =
    (tupleKeys.length === 3 || tupleKeys.length === 4) &&
    tupleKeys.every((key, index) => isPlace(key.slice(start.length), index)) &&
    tupleKeys.every((key) => flat.get(key)?.value.kind !== "scalar");
  if (!isTuple) return flat;
  return new Map(Array.from(flat, ([key, entry]) => [OF_TUPLE[tupleKeys.indexOf(key)] ?? key, entry]));
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

/** Names of dictionaries that contain arrays and settings. */
const OPENED =
  /^(?:(?:problem|example|exercise|question|task)[-_ ]?\d{0,2}|given|matrices|inputs?|outputs?|expected|answers?|solution|results?|kwargs|args|arrays|tensors|dump|data|state|params|attrs|config|cfg|meta|metadata|model|module|(?:self_?|cross_?)?attn|(?:self_?|cross_?)?attention|mha)$/i;

/** Names of dictionaries that contain gradients under the names of their arrays. */
const GRADIENTS = /^(?:grads?|gradients?)$/i;

/** Joins numbers named name.0, name.1 to a list named name. */
function withLists(flat: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  const joined = new Map<string, Entry>();
  for (const [key, entry] of flat) {
    const [, name, index] = /^(.*)\.(\d)$/.exec(key) ?? [];
    // Read the value only if the name has an index: most members are arrays, which would be opened for nothing.
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

/**
 * Returns the name without the dictionaries around it: `q` of `inputs.q` and of `layer0.0.q`. For a gradient (`q.grad`,
 * or `q` inside `grads`) returns `q_grad`. Names of tensors (norm2.bias) stay whole.
 */
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
