import type { InputName } from "../attention/inputs.js";
import { plainName } from "../attention/names.js";
import { refuseAs } from "../errors.js";
import { suggest } from "../suggestion.js";
import { answerInText, answerNamed } from "./arrays/answer-named.js";
import { mayBeNumber, memberNamed, withinName } from "./arrays/member-names.js";
import { membersOf, nameInPath } from "./arrays/members.js";
import {
  type BundleReading,
  type BundleRules,
  findSetting,
  giveSetting,
  readPlainSetting,
} from "./bundle-settings.js";
import { readTensorNames } from "./bundle-tensors.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed, nearInput, suggestInput } from "./names.js";
import { locationOf, refuseAt } from "./source.js";
import { addMatrix, type Gathered } from "./source-matrices.js";
import { tokensFromValue } from "./tokens.js";
import { type Entry, type ObjectValue, plainValue, type ScalarValue, type Value } from "./value.js";
import { byWord } from "./words.js";

/** The meaning of a key in a bundle. */
type Role = InputName | "tokens" | "keyTokens" | "settings" | undefined;

const OTHER_KEYS = ["tokens", "keyTokens", "settings"] as const;

/**
 * Reads everything that a JSON object names. An object with a `schema` is the JSON of a run: its inputs, settings and
 * tokens are taken, and the rest is ignored. Throws UNKNOWN_KEY, DUPLICATE_KEY or BAD_VALUE, with the place.
 */
export function readBundle(
  object: ObjectValue,
  parsed: Parsed,
  rules: BundleRules,
  gathered: Gathered,
): void {
  const reading = { parsed, rules, gathered };
  if (object.entries.has("schema")) readRunJson(object, reading);
  else readMembers(object, reading);
}

function readRunJson({ entries }: ObjectValue, reading: BundleReading): void {
  for (const [key, entry] of entries) {
    const role = OTHER_KEYS.find((one) => one === key);
    if (key === "inputs") readInputs(entry.value, reading);
    if (role === undefined) continue;
    reading.gathered.names.push(key);
    if (!isEmpty(entry.value)) readEntry(key, role, entry, reading);
  }
}

function readMembers(object: ObjectValue, reading: BundleReading): void {
  const { parsed, gathered } = reading;
  const { tensors, mentioned } = readTensorNames(object, reading);
  const isCheckpoint = tensors.size > 0;
  const entries = isCheckpoint ? object.entries : membersOf(object, parsed.source.isBinary === true);
  const taken = new Map<Role, string>();
  for (const [key, entry] of entries) {
    const role = tensors.get(key) ?? roleOf(nameInPath(key));
    if (role === undefined && isCheckpoint && key.includes(".")) {
      if (gathered.layers === undefined && !mentioned.has(key))
        gathered.notices.push(`${key} is not part of an attention layer; left out`);
      continue;
    }
    gathered.names.push(key);
    if (isEmpty(entry.value)) continue;
    if (role === "scores" && isWorkedOut(entries, parsed))
      gathered.answers.push({ key: "scores", called: key, value: entry.value, parsed });
    else if (role !== undefined) readUnique(key, role, entry, taken, reading);
    else if (!readMember(key, entry, reading)) readEntry(key, role, entry, reading);
  }
}

/**
 * Reads the entry of a key. Throws DUPLICATE_KEY if two keys have the same meaning, unless one is a cache and the other
 * is appended to it.
 */
function readUnique(
  key: string,
  role: Role,
  entry: Entry,
  taken: Map<Role, string>,
  reading: BundleReading,
): void {
  const first = taken.get(role);
  if (first === undefined) {
    taken.set(role, key);
    readEntry(key, role, entry, reading);
  } else if (!appendToCache(role, [first, key], entry, reading)) {
    const message = `"${first}" and "${key}" both name ${role}.`;
    refuseAt(reading.parsed.source, entry.keyStart, "DUPLICATE_KEY", message, "Remove one of the two.");
  }
}

const CACHED = /cache|past/i;

/** Appends new keys or values to a cache if both are given under names of the same input. Returns whether it did. */
function appendToCache(
  role: Role,
  [first, key]: readonly string[],
  { value }: Entry,
  reading: BundleReading,
): boolean {
  const { gathered, parsed } = reading;
  const earlier = role === "key" || role === "value" ? gathered.matrices.get(role) : undefined;
  if (!earlier || CACHED.test(first) === CACHED.test(key)) return false;
  const given = { name: earlier.name, value, parsed };
  const [cache, added] = CACHED.test(key) ? [given, earlier] : [earlier, given];
  gathered.matrices.set(earlier.name, cache);
  gathered.members.push({
    kind: role === "key" ? "newKeys" : "newValues",
    key: CACHED.test(key) ? first : key,
    value: added.value,
    parsed: added.parsed,
  });
  return true;
}

/** Whether scores are computed from other inputs in the text. In JSON they count as given. */
const isWorkedOut = (entries: ReadonlyMap<string, Entry>, { form }: Parsed): boolean => {
  const roles = Array.from(entries.keys(), (key) => roleOf(nameInPath(key)));
  return form !== "JSON" && roles.includes("query") && roles.includes("key");
};

const isEmpty = (value: Value) => value.kind === "scalar" && (value.value === null || value.value === "");

/**
 * Reads an entry that is not an input by its whole name: an output, lengths, a setting, or an input after words without
 * meaning. Returns whether it was one of these.
 */
export function readMember(key: string, entry: Entry, reading: BundleReading): boolean {
  const { parsed, rules, gathered } = reading;
  const { value } = entry;
  const name = nameInPath(key);
  if (!rules.accepts.includes("query")) return false;
  const isBinary = parsed.source.isBinary === true;
  const answer = isBinary ? answerNamed(key) : answerInText(key);
  if (answer !== undefined && value.kind !== "scalar") {
    gathered.answers.push({ key: answer, called: key, value, parsed });
    return true;
  }
  const named = memberNamed(name) ?? withinName(name, memberNamed);
  const kind = value.kind !== "scalar" || (named && mayBeNumber(named)) ? named : undefined;
  if (kind) {
    gathered.members.push({ kind, key, value, parsed });
    return true;
  }
  if (readPlainSetting(name, entry, reading)) return true;
  if (!isBinary) return false;
  const input = value.kind === "scalar" ? undefined : withinName(name, arrayInputNamed);
  if (input && rules.accepts.includes(input) && !gathered.matrices.has(input))
    addMatrix(gathered, { name: input, value, parsed });
  else gathered.unrecognised.push({ key, value, parsed });
  return true;
}

/** The inputs that dumps contain as arrays. Only these are recognised by one word within a name. */
const OF_DUMPS: readonly (InputName | undefined)[] = [
  "query",
  "key",
  "value",
  "mask",
  "bias",
  "backward",
  "scores",
];

/** Returns the input that a word names, if dumps contain it. */
export const arrayInputNamed = (word: string): InputName | undefined => {
  const name = inputNamed(word);
  return OF_DUMPS.includes(name) ? name : undefined;
};

/** The keys of a bundle that are not inputs, by their normalised names. */
const OTHER_ROLES = byWord({
  tokens: "tokens labels",
  keyTokens: "keytokens keylabels",
  settings: "settings",
});

const roleOf = (key: string): Role => OTHER_ROLES.get(plainName(key)) ?? inputNamed(key);

function readInputs(value: Value, reading: BundleReading): void {
  for (const [key, entry] of entriesOf(value, "inputs must be an object of named matrices.", reading))
    readEntry(key, inputNamed(key), entry, reading);
}

/** Returns the entries of an object. Throws BAD_VALUE with this message for another value. */
function entriesOf(value: Value, message: string, { parsed }: BundleReading, hint?: string) {
  if (value.kind === "object") return value.entries;
  return refuseAt(parsed.source, value.start, "BAD_VALUE", message, hint);
}

function readEntry(key: string, role: Role, { keyStart, value }: Entry, reading: BundleReading): void {
  const { parsed, rules, gathered } = reading;
  if (role === "tokens" || role === "keyTokens") gathered[role] = tokensFromValue(value, parsed.source, key);
  else if (role === "settings") readSettings(value, reading);
  else if (role && rules.accepts.includes(role)) addMatrix(gathered, { name: role, value, parsed });
  else if (role === undefined && findSetting(key, rules)) readSetting(key, { keyStart, value }, reading);
  else if (role === undefined && value.kind === "scalar" && isRemark(key, value, rules))
    gathered.notices.push(`left aside ${key}, which is text`);
  else {
    const location = locationOf(parsed.source, keyStart);
    const what = role ? "not an input of this command" : "not the name of an input";
    const hint = suggestInput(key, rules.accepts, OTHER_KEYS);
    const details = role ? { location, unaccepted: role } : { location, hint };
    refuseAs("UNKNOWN_KEY", `"${key}" is ${what}.`, details);
  }
}

/** Keys of titles and remarks, whose text may be a single word. */
const REMARKS =
  "title name id about author comment course date description note notes source subject task unit version".split(
    " ",
  );

/** Whether a member is a title or a remark. A key that looks like a misspelt input or setting is not. */
function isRemark(key: string, { value }: ScalarValue, { accepts, settings }: BundleRules): boolean {
  const isText =
    typeof value === "string" &&
    /\p{L}{2}/u.test(value) &&
    (REMARKS.includes(key.toLowerCase()) || /\s/.test(value));
  return isText && nearInput(key, accepts, [...OTHER_KEYS, ...Object.keys(settings)], 1) === undefined;
}

function readSettings(value: Value, reading: BundleReading): void {
  const hint = 'Write {"settings": {"causal": true}}.';
  for (const [key, entry] of entriesOf(value, "settings must be an object.", reading, hint))
    readSetting(key, entry, reading);
}

function readSetting(key: string, entry: Entry, reading: BundleReading): void {
  const { parsed, rules } = reading;
  const found = findSetting(key, rules);
  if (!found) {
    const hint = suggest(key, Object.keys(rules.settings));
    refuseAt(
      parsed.source,
      entry.keyStart,
      "UNKNOWN_KEY",
      `"${key}" is not a setting of this command.`,
      hint,
    );
  }
  const plain = plainValue(entry.value);
  if (plain !== null) giveSetting(found, plain, { key, entry }, reading);
}
