import { isNameOfAnswer } from "../attention/answer-names.js";
import type { InputName } from "../attention/inputs.js";
import type { Setting } from "../attention/setting.js";
import { UserError } from "../errors.js";
import { suggest } from "../suggestion.js";
import { recogniseTensors } from "../systems/checkpoints/libraries.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed, plainName, suggestInput } from "./names.js";
import { locationOf, refuseAt, refuseIn } from "./source.js";
import { addMatrix, type Gathered } from "./source-matrices.js";
import { tokensFromValue } from "./tokens.js";
import { type Entry, type ObjectValue, plainValue, type Value } from "./value.js";

/** What a command takes from a bundle. */
export interface BundleRules {
  readonly accepts: readonly InputName[];
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** Whether what came out may stand beside what went in: it is to be checked. */
  readonly takesAnswers?: boolean | undefined;
  /** Which layer is meant, of tensors of several. */
  readonly layer?: number | undefined;
}

/** What a key of a bundle is for. */
type Role = InputName | "tokens" | "keyTokens" | "settings" | undefined;

const OTHER_KEYS = ["tokens", "keyTokens", "settings"];

/** One bundle while it is taken in. */
interface Taking {
  readonly parsed: Parsed;
  readonly rules: BundleRules;
  readonly gathered: Gathered;
}

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
  const tensors = isRun ? new Map() : takeTensorNames(object, taking);
  const seen = new Map<Role, string>();
  for (const [key, entry] of object.entries) {
    const role = isRun ? roleInRun(key) : (tensors.get(key) ?? roleOf(key));
    if (role === undefined && tensors.size > 0 && key.includes(".")) {
      if (gathered.layers === undefined)
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

/**
 * The keys that a library's own tensor names make inputs of, such as `in_proj_weight`. How that library stores W is
 * the layout unless something else is said.
 */
function takeTensorNames(object: ObjectValue, taking: Taking): ReadonlyMap<string, InputName> {
  const { parsed, gathered } = taking;
  const tensors = new Map<string, InputName>();
  // Every name of a tensor has one of these signs: most bundles need no list of the names that libraries give.
  const names = Array.from(object.entries.keys()).filter((key) => /[._]/.test(key) && !inputNamed(key));
  if (names.length === 0) return tensors;
  const recognised = recogniseTensors(names, taking.rules.accepts);
  const isPicked = pickLayer([...recognised.keys()], taking);
  for (const [key, found] of recognised) {
    if (!isPicked(key)) continue;
    const { name, layout, storage } = found.checkpoint;
    if (tensors.size === 0) gathered.notices.push(`${parsed.source.name} is read as ${name}: ${storage}`);
    gathered.layout = layout;
    tensors.set(key, found.input);
  }
  return tensors;
}

/** The number of the layer that a tensor is of: 2 of `h.2.attn.c_attn.weight`. */
function layerOf(tensor: string): number | undefined {
  const number = tensor.split(".").find((module) => /^\d+$/.test(module));
  return number === undefined ? undefined : Number(number);
}

/**
 * Which tensors are of the layer that is meant; those that have no number are of every layer. Throws MISSING_INPUT where there
 * are several and nothing says which, and BAD_VALUE for one that is not there.
 */
function pickLayer(tensors: readonly string[], taking: Taking): (tensor: string) => boolean {
  const { layer } = taking.rules;
  const { source } = taking.parsed;
  const layers = [...new Set(tensors.flatMap((name) => layerOf(name) ?? []))].sort((a, b) => a - b);
  const [first, last] = [layers[0], layers[layers.length - 1]];
  const hint = first === last ? `Give --layer ${first}.` : `Give --layer ${first} … ${last}.`;
  if (layer === undefined) {
    if (layers.length < 2) return () => true;
    const message = `it has ${layers.length} layers, and nothing says which one is worked.`;
    refuseIn(source.name, "MISSING_INPUT", message, hint);
  }
  if (layers.length === 0) return () => true;
  if (!layers.includes(layer)) {
    refuseIn("--layer", "BAD_VALUE", `${source.name} has no layer ${layer}.`, hint);
  }
  taking.gathered.layers = layers.length;
  return (tensor) => (layerOf(tensor) ?? layer) === layer;
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
  else if (role && rules.accepts.includes(role)) addMatrix(gathered, { name: role, value, parsed });
  else refuseKey(key, keyStart, role, taking);
}

function refuseKey(key: string, keyStart: number, role: Role, { parsed, rules }: Taking): never {
  const location = locationOf(parsed.source, keyStart);
  if (role) {
    throw new UserError("UNKNOWN_KEY", `"${key}" is no input of this command.`, {
      location,
      unaccepted: role,
    });
  }
  const isAnswer = isNameOfAnswer(key);
  const hint = isAnswer
    ? `What came out is compared with --check, which then needs no value: qkv … ${parsed.source.name} --check.`
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
