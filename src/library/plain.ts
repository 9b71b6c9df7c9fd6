import type { InputName } from "../attention/inputs.js";
import { parseSettings } from "../attention/setting.js";
import { refuseAs, UserError } from "../errors.js";
import { memberNamed } from "../input/arrays/member-names.js";
import { inputNamed, nearInput } from "../input/names.js";
import { type CommandSpec, settingsOf } from "../runs/command-spec.js";
import type { LibraryName } from "../runs/libraries/registry.js";
import { suggest } from "../suggestion.js";
import { type GivenArray, toArray } from "./arrays.js";

/** Short names that are also allowed in files. */
type ShortName = "q" | "k" | "v";

/**
 * The inputs of an attention, by the names of docs/reference.md or any other name that is allowed in a file: `{ q, k, v
 * }`.
 */
export interface AttendInputs
  extends Partial<Record<Exclude<InputName, "mask" | "backward"> | ShortName, GivenArray>> {
  /** The gradient of a loss with respect to the output, n×d_v. With it, all other gradients are recorded too. */
  readonly backward?: GivenArray | "ones";
  /** n×m or 1×m. True means may attend, unless the setting `maskTrue` is "drop". */
  readonly mask?: GivenArray;
  /** One name per query row. The keys have them too if there are as many, and `keyTokens` is absent. */
  readonly tokens?: readonly string[];
  readonly keyTokens?: readonly string[];
}

/** The inputs of `posenc`. `encoding` is a table to examine. */
export type PosencInputs = Pick<AttendInputs, "positions" | "x" | "table" | "encoding" | "tokens">;

/** How arrays are read. */
export interface ArraysSettings {
  /** "bhsd" (batch, head, position, column), "bshd", "hsd", "shd". By default it is found from the shapes. */
  readonly axes?: string | undefined;
  /** The inputs that are used transposed: "key", ["wq", "wk"]. */
  readonly transpose?: string | readonly string[];
}

/** The library whose conventions a run follows. */
export interface ConventionSettings {
  /** Follows the conventions of a library's own call, such as "torch" or "flash", instead of other settings. */
  readonly as?: LibraryName;
}

/** Throws MISSING_INPUT if inputs have no names. */
export function requireNamed(spec: CommandSpec, inputs: AttendInputs): AttendInputs {
  if (isNamed(inputs)) return inputs;
  refuseAs("MISSING_INPUT", `${spec.name} takes inputs by name, and got none.`, `Write ${exampleOf(spec)}.`);
}

/** Returns the inputs by their main names. Throws UNKNOWN_KEY and CONFLICTING_INPUTS. */
export function namedInputs(spec: CommandSpec, given: object): Partial<Record<InputName, unknown>> {
  const named: Partial<Record<InputName, unknown>> = {};
  for (const [word, rows] of Object.entries(given)) {
    const name = inputCalled(word, rows);
    if (!name || !spec.inputs.includes(name)) throw unknownInput(spec, word);
    if (rows === undefined) continue;
    if (named[name]) {
      refuseAs(
        "CONFLICTING_INPUTS",
        `${name} is given twice, the second time as "${word}".`,
        "Give it once.",
      );
    }
    named[name] = rows;
  }
  return named;
}

/** Returns the input of a name. An attention mask with other numbers than 1 and 0 is added to the scores. */
function inputCalled(word: string, rows: unknown) {
  if (memberNamed(word) !== "attentionMask") return inputNamed(word);
  const { data } = toArray(word, rows as GivenArray);
  return Array.from(data).every((value) => value === 0 || value === 1) ? "mask" : "bias";
}

/** Whether a value has named members, and is no array. */
export const isNamed = (given: unknown): given is object =>
  typeof given === "object" &&
  given !== null &&
  !Array.isArray(given) &&
  !ArrayBuffer.isView(given) &&
  !("data" in given);

/** Parses settings. Throws the errors of parseSettings, and says where inputs belong. */
export function toSettings(spec: CommandSpec, settings: object): Readonly<Record<string, unknown>> {
  const known = settingsOf(spec);
  const input = isNamed(settings)
    ? Object.keys(settings).find((word) => !Object.hasOwn(known, word) && isInputOf(spec, word))
    : undefined;
  if (isNamed(settings) && input === undefined) return parseSettings(known, { ...settings });
  const message = input === undefined ? "Settings need names." : `"${input}" is an input, not a setting.`;
  refuseAs(
    input === undefined ? "BAD_VALUE" : "UNKNOWN_KEY",
    message,
    `Inputs are the first argument, settings the second: ${exampleOf(spec)}.`,
  );
}

const isInputOf = ({ inputs }: CommandSpec, word: string) => {
  const name = inputNamed(word);
  return name !== undefined && inputs.includes(name);
};

function unknownInput(spec: CommandSpec, word: string) {
  const isSetting = Object.hasOwn(settingsOf(spec), word);
  const near = nearInput(word, spec.inputs, ["tokens", "keyTokens"]);
  return new UserError(
    "UNKNOWN_KEY",
    `${spec.name} takes no "${word}"${isSetting ? " among its inputs" : ""}.`,
    isSetting
      ? `It is a setting, and settings are the second argument: ${exampleOf(spec, word)}.`
      : near
        ? `Did you mean "${near}"?`
        : suggest(word, spec.inputs),
  );
}

/** Returns a call that works, for a hint. */
function exampleOf({ name, inputs }: CommandSpec, setting?: string) {
  const call = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const given = inputs.includes("query") ? "{ q, k, v }" : `{ ${inputs.includes("x") ? "x" : ""} }`;
  return `${call}(${given}${setting === undefined ? "" : `, { ${setting}: … }`})`;
}
