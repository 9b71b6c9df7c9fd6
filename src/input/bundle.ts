import { isNameOfAnswer } from "../attention/answer-names.js";
import type { InputName } from "../attention/inputs.js";
import { plainName } from "../attention/names.js";
import { UserError } from "../errors.js";
import { setting } from "../setting-names.js";
import { suggest } from "../suggestion.js";
import type { BundleRules, Taking } from "./bundle-rules.js";
import { type TensorNames, takeTensorNames } from "./bundle-tensors.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed, suggestInput } from "./names.js";
import { locationOf, refuseAt } from "./source.js";
import { addMatrix, type Gathered } from "./source-matrices.js";
import { tokensFromValue } from "./tokens.js";
import { type Entry, type ObjectValue, plainValue, type Value } from "./value.js";

/** What a key of a bundle is for. */
type Role = InputName | "tokens" | "keyTokens" | "settings" | "dropoutP" | undefined;

const OTHER_KEYS = ["tokens", "keyTokens", "settings"];

const NO_TENSORS: TensorNames = { tensors: new Map(), told: new Set() };

/**
 * Takes in everything that a JSON object names. One with a `schema` is the JSON of a run: its inputs, settings and
 * tokens are taken and the rest is ignored. Throws UNKNOWN_KEY, DUPLICATE_KEY or BAD_VALUE, with the place.
 */
export function takeBundle(
  object: ObjectValue,
  parsed: Parsed,
  rules: BundleRules,
  gathered: Gathered,
): void {
  const taking = { parsed, rules, gathered };
  const isRun = object.entries.has("schema");
  const { tensors, told } = isRun ? NO_TENSORS : takeTensorNames(object, taking);
  const seen = new Map<Role, string>();
  for (const [key, entry] of object.entries) {
    const role = isRun ? roleInRun(key) : (tensors.get(key) ?? roleOf(key));
    if (role === undefined && tensors.size > 0 && key.includes(".")) {
      if (gathered.layers === undefined && !told.has(key))
        gathered.notices.push(`${key} is no part of an attention layer and was left out`);
      continue;
    }
    if (isRun && role === undefined) {
      if (key === "inputs") takeInputs(entry.value, taking);
      continue;
    }
    if (role === undefined && rules.takesAnswers && isNameOfAnswer(key)) {
      gathered.answers.push({ key, value: entry.value, parsed });
      continue;
    }
    if (entry.value.kind === "scalar" && entry.value.value === null) continue;
    refuseSecond(role, key, entry, seen, parsed);
    takeEntry(key, role, entry, taking);
  }
}

function roleInRun(key: string): Role {
  return key === "tokens" || key === "keyTokens" || key === "settings" ? key : undefined;
}

/** What a key is for that names no input, by its plain name. */
const OTHER_ROLES: ReadonlyMap<string, Role> = new Map([
  ["tokens", "tokens"],
  ["labels", "tokens"],
  ["keytokens", "keyTokens"],
  ["keylabels", "keyTokens"],
  ["settings", "settings"],
  // The one setting that dumps hold beside their arrays: a mask of 1 and 0 means nothing without it.
  ["dropoutp", "dropoutP"],
]);

const roleOf = (key: string): Role => OTHER_ROLES.get(plainName(key)) ?? inputNamed(key);

function takeInputs(value: Value, taking: Taking): void {
  if (value.kind !== "object") {
    refuseAt(taking.parsed.source, value.start, "BAD_VALUE", "inputs must be an object of named matrices.");
  }
  for (const [key, entry] of value.entries) takeEntry(key, inputNamed(key), entry, taking);
}

function takeEntry(key: string, role: Role, { keyStart, value }: Entry, taking: Taking): void {
  const { parsed, rules, gathered } = taking;
  if (role === "tokens" || role === "keyTokens") gathered[role] = tokensFromValue(value, parsed.source, key);
  else if (role === "settings") takeSettings(value, taking);
  else if (role === "dropoutP" && findSetting(role, rules)) {
    const { source } = parsed;
    const plain = [plainValue(value)].flat(MOST_AXES);
    const parse = () => findSetting(role, rules)?.setting.parse(plain.length === 1 ? plain[0] : plain);
    gathered.settings[role] = parseSetting(key, { keyStart, value }, { ...parsed, source }, parse);
  } else if (role && role !== "dropoutP" && rules.accepts.includes(role))
    addMatrix(gathered, { name: role, value, parsed });
  else refuseKey(key, keyStart, role, taking);
}

/** Files write one number as an array with axes of length 1. */
const MOST_AXES = 4;

function refuseKey(key: string, keyStart: number, role: Role, { parsed, rules }: Taking): never {
  const location = locationOf(parsed.source, keyStart);
  if (role && role !== "dropoutP") {
    throw new UserError("UNKNOWN_KEY", `"${key}" is no input of this command.`, {
      location,
      unaccepted: role,
    });
  }
  const isAnswer = isNameOfAnswer(key);
  const hint = isAnswer
    ? `What came out is compared with ${setting("check")}, which then needs no value: qkv … ${parsed.source.name} ${setting("check")}.`
    : findSetting(key, rules)
      ? `"${key}" is a setting: write {"settings": {"${key}": …}}.`
      : suggestInput(key, rules.accepts, OTHER_KEYS);
  throw new UserError("UNKNOWN_KEY", `"${key}" is no name of an input.`, { location, hint });
}

/** `q` and `query` in one object name the same matrix. */
function refuseSecond(role: Role, key: string, entry: Entry, seen: Map<Role, string>, parsed: Parsed): void {
  const first = seen.get(role);
  if (role !== undefined && first !== undefined) {
    const message = `"${first}" and "${key}" both name ${role}.`;
    refuseAt(parsed.source, entry.keyStart, "DUPLICATE_KEY", message, "Remove one of the two.");
  }
  seen.set(role, key);
}

function takeSettings(value: Value, { parsed, rules, gathered }: Taking): void {
  if (value.kind !== "object") {
    const message = "settings must be an object.";
    refuseAt(parsed.source, value.start, "BAD_VALUE", message, 'Write {"settings": {"causal": true}}.');
  }
  for (const [key, entry] of value.entries) {
    const found = findSetting(key, rules);
    if (!found) {
      const hint = suggest(key, Object.keys(rules.settings));
      refuseAt(parsed.source, entry.keyStart, "UNKNOWN_KEY", `"${key}" is no setting of this command.`, hint);
    }
    const plain = plainValue(entry.value);
    if (plain === null) continue;
    gathered.settings[found.name] = parseSetting(key, entry, parsed, () => found.setting.parse(plain));
  }
}

function findSetting(key: string, { settings }: BundleRules) {
  const plain = plainName(key);
  const name = Object.keys(settings).find((candidate) => plainName(candidate) === plain);
  return name === undefined ? undefined : { name, setting: settings[name] };
}

function parseSetting(key: string, entry: Entry, { source }: Parsed, parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UserError) || error.details.location) throw error;
    const location = locationOf(source, entry.value.start);
    throw new UserError(error.code, `${key}: ${error.message}`, { ...error.details, location });
  }
}
