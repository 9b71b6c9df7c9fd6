import type { InputName } from "../attention/inputs.js";
import { settingNamed } from "../attention/names.js";
import { flag, type Setting, valuesSetBy } from "../attention/setting.js";
import { refuseAs, UserError } from "../errors.js";
import { readCell } from "./cell.js";
import type { Parsed } from "./forms/form.js";
import { locationOf } from "./source.js";
import type { Gathered } from "./source-matrices.js";
import type { Entry, Value } from "./value.js";

/** What a command accepts from a bundle. */
export interface BundleRules {
  readonly accepts: readonly InputName[];
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** The layer that is meant, if there are tensors of several layers. */
  readonly layer?: number | undefined;
  /** The matrices given by options, by name. */
  readonly matrices?: Readonly<Partial<Record<InputName, string>>>;
}

/** The state while one bundle is read. */
export interface BundleReading {
  readonly parsed: Parsed;
  readonly rules: BundleRules;
  readonly gathered: Gathered;
}

/** Finds the setting of a command that a key of a bundle names. */
export const findSetting = (key: string, { settings }: BundleRules): string | undefined =>
  settingNamed(key, Object.keys(settings));

/**
 * Reads the value of a key as a setting, or as the several settings that one value may set: a window of [2, 0]. Throws
 * BAD_VALUE with the key and its place.
 */
export function giveSetting(
  name: string,
  value: unknown,
  { key, entry }: { readonly key: string; readonly entry: Entry },
  { parsed, rules: { settings }, gathered }: BundleReading,
): void {
  const typed = Array.isArray(value) && settings[name].unfold ? value.join() : value;
  try {
    const values = typeof typed === "string" ? valuesSetBy(name, typed, {}, settings) : { [name]: typed };
    for (const [one, given] of Object.entries(values))
      if (Object.hasOwn(settings, one)) gathered.settings[one] = settings[one].parse(given);
  } catch (error) {
    if (!(error instanceof UserError) || error.details.location) throw error;
    const location = locationOf(parsed.source, entry.value.start);
    refuseAs(error.code, `${key}: ${error.message}`, { ...error.details, location });
  }
}

/**
 * Reads a number, word or true/false beside the arrays of a dump as a setting. The key is the name of the setting in
 * qkv or in a library. Returns whether it was a setting. Throws BAD_VALUE.
 */
export function readPlainSetting(key: string, entry: Entry, reading: BundleReading): boolean {
  const { rules, gathered } = reading;
  const plain = plainOf(entry.value);
  if (plain === undefined) return false;
  // Settings that are off change no number, so they are ignored.
  if (plain === 0 && /^(?:dropout_?p?|p_?dropout|softcap|.*soft_?cap(?:ping)?)$/i.test(key)) return true;
  // Layers of Hugging Face use `scaling` for the scale. As an option, it is the scaling of RoPE.
  const isScale = typeof plain === "number" && key.toLowerCase() === "scaling";
  const name = isScale ? "scale" : settingNamed(key, SETTINGS_OF_DUMPS);
  // The number of heads describes the arrays, for any command.
  if ((name === "heads" || name === "kvHeads") && Number.isInteger(plain))
    gathered.counts[name] = Number(plain);
  if (name === undefined || !(name in rules.settings)) return name !== undefined && name in gathered.counts;
  giveSetting(name, asFlag(rules.settings[name], plain), { key, entry }, reading);
  return true;
}

/** The settings in dumps, under their own name or a library's. */
const SETTINGS_OF_DUMPS = [
  "causal",
  "scale",
  "softcap",
  "window",
  "windowLeft",
  "windowRight",
  "align",
  "queryOffset",
  "maskTrue",
  "dropoutP",
  "heads",
  "kvHeads",
  "keyLength",
  "rotarySize",
];

/** Whether a word names such a setting. */
export const isPlainSetting = (key: string): boolean => settingNamed(key, SETTINGS_OF_DUMPS) !== undefined;

/** Returns a number, a word, true/false, or up to two values. Files store a single number as an array. */
function plainOf(value: Value): unknown {
  // Metadata contains text: True, 0.125.
  if (value.kind === "scalar")
    return typeof value.value === "string" ? (readCell(value.value) ?? value.value) : value.value;
  if (value.kind === "list") {
    const items = value.items.map(plainOf);
    return items.length <= 2 && !items.includes(undefined) ? items : undefined;
  }
  if (value.kind !== "numbers" || value.data.length > 2) return undefined;
  const cells = Array.from(value.data, (cell) => (value.stored === "bool" ? cell === 1 : cell));
  return cells.length === 1 ? cells[0] : cells;
}

/** A flag may be written as 1 or 0. */
const asFlag = ({ parse }: Setting<unknown>, value: unknown) =>
  parse === flag && (value === 0 || value === 1) ? value === 1 : value;
