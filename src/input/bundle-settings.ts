import type { InputName } from "../attention/inputs.js";
import { settingNamed } from "../attention/names.js";
import { flag, type Setting } from "../attention/setting.js";
import { UserError } from "../errors.js";
import { readCell } from "./cell.js";
import type { Parsed } from "./forms/form.js";
import { locationOf } from "./source.js";
import type { Gathered } from "./source-matrices.js";
import type { Entry, Value } from "./value.js";

/** What a command takes from a bundle. */
export interface BundleRules {
  readonly accepts: readonly InputName[];
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** Which layer is meant, of tensors of several. */
  readonly layer?: number | undefined;
  /** The matrices that options give beside it, by name. */
  readonly matrices?: Readonly<Partial<Record<InputName, string>>>;
}

/** One bundle while it is taken in. */
export interface Taking {
  readonly parsed: Parsed;
  readonly rules: BundleRules;
  readonly gathered: Gathered;
}

/** The setting of a command that a key of a bundle names. */
export function findSetting(key: string, { settings }: BundleRules) {
  const name = settingNamed(key, Object.keys(settings));
  return name === undefined ? undefined : { name, setting: settings[name] };
}

/** What a parse gives; what it throws names the key and its place. */
export function parseSetting(key: string, entry: Entry, { source }: Parsed, parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UserError) || error.details.location) throw error;
    const location = locationOf(source, entry.value.start);
    throw new UserError(error.code, `${key}: ${error.message}`, { ...error.details, location });
  }
}

/**
 * Takes a number, word or truth that stands beside the arrays of a dump for the setting that is called so, here or by a library.
 * Says whether it was one. Throws BAD_VALUE.
 */
export function takePlainSetting(key: string, entry: Entry, { parsed, rules, gathered }: Taking): boolean {
  const plain = plainOf(entry.value);
  if (plain === undefined) return false;
  const give = (name: string, value: unknown) => {
    const known = rules.settings[name];
    if (!known) return;
    gathered.settings[name] = parseSetting(key, entry, parsed, () => known.parse(asAsked(known, value)));
  };
  const window = /^(?:window_?size|local_?window|window)$/i.test(key) ? [plain].flat() : [];
  if (window.length === 2 && "windowLeft" in rules.settings) {
    const [left, right] = window.map(Number);
    if (left >= 0) give("windowLeft", left);
    if (right >= 0 && !(right === 0 && gathered.settings.causal === true)) give("windowRight", right);
    return true;
  }
  if (/^sliding_?window$/i.test(key) && "window" in rules.settings) {
    give("window", plain);
    return true;
  }
  // What is off, and what libraries are told of their own work, changes no number.
  if (plain === 0 && /^(?:dropout_?p?|p_?dropout|softcap|.*soft_?cap(?:ping)?)$/i.test(key)) return true;
  // Hugging Face's layers call the scale so; as an option it is that of RoPE.
  const isScale = typeof plain === "number" && /^scaling$/i.test(key);
  const name = isScale ? "scale" : settingNamed(key, SETTINGS_OF_DUMPS);
  // How columns are shared out among heads is said of arrays, whatever the command.
  if ((name === "heads" || name === "kvHeads") && Number.isInteger(plain))
    gathered.counts[name] = Number(plain);
  if (name === undefined || !(name in rules.settings)) return name !== undefined && name in gathered.counts;
  give(name, plain);
  return true;
}

/** The settings that dumps hold beside their arrays, under their own name or that of a library. */
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
];

/** Whether a word names one of them. */
export const isPlainSetting = (key: string): boolean => settingNamed(key, SETTINGS_OF_DUMPS) !== undefined;

/** One number, word or truth, or a few numbers; files write one number as an array. */
function plainOf(value: Value): unknown {
  // Metadata says as text: True, 0.125.
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
const asAsked = ({ parse }: Setting<unknown>, value: unknown) =>
  parse === flag && (value === 0 || value === 1) ? value === 1 : value;
