import { type UserError, userError } from "../../errors.js";
import { answerInText, answerNamed, isStepOfSheet } from "../../input/arrays/answer-named.js";
import { memberNamed, withinName } from "../../input/arrays/member-names.js";
import { membersOf, nameInPath } from "../../input/arrays/members.js";
import { arrayInputNamed } from "../../input/bundle.js";
import { entriesOf } from "../../input/json/pick.js";
import { stemOf } from "../../input/lone-matrix.js";
import { inputNamed } from "../../input/names.js";
import { type Files, isText } from "../../input/open.js";
import type { Entry, ObjectValue, Value } from "../../input/value.js";
import { remember } from "../../math/remember.js";
import { readWhole } from "../../runs/read/read-arrays.js";
import { joined } from "./hand-ins.js";

/**
 * The content of a file or folder: a problem with its output ("dump"), a problem, one array of a problem ("part"), its
 * query, key and value in one array ("packed"), only outputs ("answers"), or arrays with unknown names. A text, a sheet
 * and a folder contain "no arrays".
 */
export type ContentKind =
  | "dump"
  | "problem"
  | "part"
  | "packed"
  | "answers"
  | "arrays"
  | "no arrays"
  | "unreadable";

/** A word with its content. */
export interface Looked {
  readonly word: string;
  readonly contentKind: ContentKind;
  /** The error of reading it. */
  readonly error?: UserError;
}

/**
 * Looks into a word only once. A folder of arrays, or a file of several cases, becomes several words: cases.pt:0 and
 * cases.pt:1.
 */
export type Look = (word: string) => Promise<readonly Looked[]>;

/** Returns a function that looks into words among these files. */
export function lookAmong(files: Files): Look {
  const known = new Map<string, Promise<readonly Looked[]>>();
  const look: Look = (word) => remember(known, word, () => lookInto(word, files, look));
  return look;
}

const ARRAYS = /\.(?:npz|npy|pt|pth|pkl|pickle|safetensors|json|jsonl|ndjson)(?::[^/]*)?$/i;

async function lookInto(word: string, files: Files, look: Look): Promise<readonly Looked[]> {
  const inside = isText(word, files) ? [] : files.listFolder?.(word);
  if (inside && inside.length > 0 && inside.every((name) => ARRAYS.test(name)))
    return (await Promise.all(inside.toSorted().map((name) => look(joined(word, name))))).flat();
  if (inside || !ARRAYS.test(word)) return [{ word, contentKind: "no arrays" }];
  try {
    const { source, value } = await readWhole(word, files, "the dump");
    const isBinary = source.isBinary === true;
    return casesIn(value, isBinary).map(([name, one]) => ({
      word: name === "" ? word : `${word}:${name}`,
      contentKind: contentKindOf(one, stemOf(word), isBinary),
    }));
  } catch (error) {
    return [{ word, contentKind: "unreadable", error: userError(error) }];
  }
}

/**
 * Returns the cases in a file, each with its own query. They may be in a list or have names, and may be inside another
 * object. If there are none, returns the whole file without a name.
 */
function casesIn(whole: Value, isBinary: boolean): ReturnType<typeof entriesOf> {
  const parts = isBinary ? dictionariesIn(whole) : entriesOf(whole);
  if (parts.length > 0 && parts.every(([, part]) => isCase(part))) return parts;
  const [[name, only] = [], another] = parts;
  const within = only && !another ? casesIn(only, isBinary) : [];
  return within.some(([inner]) => inner !== "")
    ? within.map(([inner, one]) => [`${name}.${inner}`, one])
    : [["", whole]];
}

/** Returns the dictionaries that the arrays of a file belong to: `0` and `1` for 0.q, 0.k, 1.q. */
function dictionariesIn(value: Value): ReturnType<typeof entriesOf> {
  if (value.kind !== "object") return [];
  const parts = new Map<string, Map<string, Entry>>();
  for (const [path, entry] of value.entries) {
    const [start, ...rest] = path.split(".");
    const part = remember(parts, start, () => new Map());
    if (rest.length > 0) part.set(rest.join("."), entry);
  }
  return Array.from(parts, ([start, entries]) => [start, { ...value, entries }]);
}

const isCase = (value: Value) =>
  value.kind === "object" &&
  [...value.entries.keys()].some((name) => inputNamed(nameInPath(name)) === "query");

function contentKindOf(value: Value, stem: string, isBinary: boolean): ContentKind {
  if (value.kind !== "object") {
    if (answerNamed(stem)) return "answers";
    const member = memberNamed(stem) ?? withinName(stem, memberNamed);
    if (member === "qkv") return "packed";
    return (inputNamed(stem) ?? withinName(stem, arrayInputNamed) ?? member) ? "part" : "arrays";
  }
  if (value.entries.has("schema")) return "problem";
  const names = [...membersOf(value, isBinary).keys()];
  const roles = names.map((name) => inputNamed(nameInPath(name)) ?? memberNamed(nameInPath(name)));
  const others = names.filter((_, index) => roles[index] === undefined);
  const isOfSheet = roles.includes("scores") || others.some(isStepOfSheet);
  if (!isBinary && roles.includes("query") && isOfSheet) return "problem";
  const isAnswered = others.some(
    (name) =>
      (isBinary ? answerNamed : answerInText)(name) !== undefined &&
      !isOfObjects(value.entries.get(name)?.value),
  );
  if (!WHOLE.some((role) => roles.includes(role))) return isAnswered ? "answers" : "arrays";
  return isAnswered || (isBinary && others.some((name) => isArray(value, name))) ? "dump" : "problem";
}

const isArray = (object: ObjectValue, name: string) => object.entries.get(name)?.value.kind === "array";

/** Whether a value is a list with the steps of a sheet: `"answers": [{"step": "scores", …}]`. */
const isOfObjects = (value: Value | undefined) =>
  value?.kind === "list" && value.items.some(({ kind }) => kind === "object");

/** The inputs that a problem begins with. */
const WHOLE = ["query", "qkv", "scores"] as const;

/**
 * Returns the files of each dump among the files that words name. Returns undefined if the files are a problem and its
 * sheets. Throws the error of a single file that cannot be read.
 */
export function dumpsAmong(looked: readonly Looked[]): readonly (readonly string[])[] | undefined {
  const [kinds, words] = [looked.map(({ contentKind }) => contentKind), looked.map(({ word }) => word)];
  const count = (kind: ContentKind) => kinds.filter((one) => one === kind).length;
  const areAll = (...allowed: readonly ContentKind[]) => kinds.every((kind) => allowed.includes(kind));
  const [{ error } = {}, another] = looked;
  // If there are other files, they decide how a file that cannot be read is reported.
  if (error && !another) throw error;
  // Each file is a dump of its own. A file without an output gets a row that says so. But if only the first file has
  // none, it is the problem of the others.
  const isProblemFirst = kinds[0] === "problem" && count("problem") === 1;
  if (areAll("dump", "problem") && count("dump") > 0 && !isProblemFirst) return words.map((word) => [word]);
  // The files together are one dump: one array per file, or packed inputs in one file and outputs in another.
  const areParts = count("part") > 1 || (count("packed") > 0 && count("answers") > 0);
  // Four arrays without known names are query, key, value and output in this order.
  const areNameless = kinds.length === 4 && areAll("arrays");
  return areNameless || (areParts && areAll("part", "packed", "answers", "arrays")) ? [words] : undefined;
}

/**
 * Whether two files are a problem and its outputs, in either order. `qkv check` takes such files as a problem and its
 * sheet.
 */
export function isDumpInTwo(looked: readonly Looked[]): boolean {
  const kinds = looked.map(({ contentKind }) => contentKind);
  return kinds.length === 2 && kinds.includes("problem") && kinds.includes("answers");
}
