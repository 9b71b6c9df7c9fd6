import { userError } from "../../errors.js";
import { answerInText, answerNamed } from "../../input/arrays/answer-named.js";
import { memberNamed, withinName } from "../../input/arrays/member-names.js";
import { membersOf, nameInPath } from "../../input/arrays/members.js";
import { arrayInputNamed } from "../../input/bundle.js";
import { entriesOf } from "../../input/json/pick.js";
import { stemOf } from "../../input/lone-matrix.js";
import { inputNamed } from "../../input/names.js";
import { isText } from "../../input/open.js";
import type { ObjectValue, Value } from "../../input/value.js";
import type { ClassRow } from "../../render/class-row.js";
import { judgeRead } from "../../runs/check/judge-run.js";
import { type Io, writeNotes } from "../../runs/io.js";
import type { Values } from "../../runs/request.js";
import { readWhole } from "../read-whole.js";
import { recording } from "../recording.js";
import { KINDS, withoutClass } from "./class-settings.js";
import { rowOfError } from "./class-sheets.js";
import { kindSaid, kindsThatTake } from "./command-of-problem.js";

/** What a file holds: a whole problem with what came out, a whole problem, one array of it, or what came out alone. */
type Holds = "dump" | "problem" | "part" | "answers" | "other";

/** Dumps among the words of a command: one in several files, or one each. */
export interface Dumps {
  readonly words: readonly string[];
  readonly isOne: boolean;
}

/**
 * Whether all words name files of arrays that say by themselves what is to be judged; undefined for a problem and its sheets. Among dumps a
 * file without an answer has a row that says so.
 */
export async function dumpsAmong(
  given: readonly string[],
  values: Values,
  io: Io,
): Promise<Dumps | undefined> {
  if (given.length === 0 || values.demo === true) return undefined;
  const words = (await Promise.all(given.map((word) => dumpsIn(word, io)))).flat();
  const held = await heldBy(words, io);
  if (!held) return undefined;
  const areWhole = held.every((one) => one === "dump" || one === "problem");
  // One that lacks an answer and stands first is the problem of the others.
  const isTheirs = held.indexOf("problem") === 0 && held.lastIndexOf("problem") === 0;
  if (areWhole && held.includes("dump") && !isTheirs) return { words, isOne: words.length === 1 };
  const parts = held.filter((one) => one === "part").length;
  const isOne = parts >= 2 && held.every((one) => one === "part" || one === "answers" || one === "other");
  const isPacked =
    held[0] === "part" && held.slice(1).includes("answers") && parts === 1 && (await isPackedFile(words[0]));
  // Query, key, value and what came out of them, in this order.
  const areNameless = held.length === 4 && parts === 0 && held.every((one) => one === "other");
  return isOne || isPacked || areNameless ? { words, isOne: true } : undefined;
}

/** The row of a dump behind a problem that is not its own: it is judged by itself where it has query, key and value, and cannot be a sheet. */
export async function ownRow(row: ClassRow, values: Values, io: Io): Promise<ClassRow> {
  const { name: file } = row;
  if (!("error" in row) || !ARRAYS.test(file) || (await holds(file, io).catch(() => "other")) !== "dump")
    return row;
  const [judged] = await judgeDumps({ words: [file], isOne: false }, values, io);
  if ("error" in judged) return row;
  if (values.quiet !== true)
    writeNotes(io, [
      `${file} has its own query, key and value, and is judged by these: they are not those of the problem`,
    ]);
  return judged;
}

/** A problem and what came out of it, a file each, in either order: for a check they are a problem and its sheet. */
export async function dumpInTwo(words: readonly string[], io: Io): Promise<Dumps | undefined> {
  const held = words.length === 2 ? await heldBy(words, io) : undefined;
  return held?.includes("problem") && held.includes("answers") ? { words, isOne: true } : undefined;
}

/** What files of arrays hold; undefined where one is none. */
async function heldBy(words: readonly string[], io: Io): Promise<readonly Holds[] | undefined> {
  const held: Holds[] = [];
  for (const word of words) {
    if (!ARRAYS.test(word) || isText(word, io.files) || io.files.listFolder?.(word)) return undefined;
    const found = await holds(word, io).catch(userError);
    // What is said of a file that is no dump depends on what the others are.
    if (typeof found !== "string" && words.length > 1) return undefined;
    if (typeof found !== "string") throw found;
    held.push(found);
  }
  return held;
}

/** The dumps in a file, each in a dictionary of its own: cases.pt:0 and cases.pt:1; the file itself where it holds one. */
async function dumpsIn(word: string, io: Io): Promise<readonly string[]> {
  const inFolder = isText(word, io.files) ? undefined : io.files.listFolder?.(word);
  if (inFolder && inFolder.length > 0 && inFolder.every((name) => SEVERAL.test(name)))
    return inFolder.toSorted().map((name) => `${word.replace(/[\\/]$/, "")}/${name}`);
  if (!SEVERAL.test(word) || isText(word, io.files)) return [word];
  const { value } = await readWhole(word, io.files, "the dump").catch((error) => {
    userError(error);
    return { value: undefined };
  });
  const written = value && /\.(?:json|jsonl|ndjson)$/i.test(word) ? casesIn(value) : [];
  if (written.length > 0) return written.map((name) => `${word}:${name}`);
  const names = value?.kind === "object" ? [...value.entries.keys()] : [];
  const starts = [...new Set(names.map((name) => name.split(".", 1)[0]))];
  const isWhole = (start: string) =>
    names.some(
      (name) =>
        name.startsWith(`${start}.`) && inputNamed(nameInPath(name.slice(start.length + 1))) === "query",
    );
  return starts.length > 1 && starts.every(isWhole) ? starts.map((start) => `${word}:${start}`) : [word];
}

/** Where the cases of a JSON file stand in it, each with a query of its own, in a list or by their names: none where it is one case. */
function casesIn(value: Value): readonly string[] {
  const parts = entriesOf(value);
  const isCase = (part: Value) =>
    part.kind === "object" && [...part.entries.keys()].some((name) => inputNamed(name) === "query");
  if (parts.length > 0 && parts.every(([, part]) => isCase(part))) return parts.map(([name]) => name);
  const [[name, only], another] = parts.length > 0 ? parts : [["", value] as const];
  return only !== value && !another ? casesIn(only).map((inner) => `${name}.${inner}`) : [];
}

/** Files in which dictionaries stand within others. */
const SEVERAL = /\.(?:npz|npy|pt|pth|pkl|pickle|json|jsonl|ndjson)$/i;

const ARRAYS = /\.(?:npz|npy|pt|pth|pkl|pickle|safetensors|json|jsonl|ndjson)(?::[^/]*)?$/i;

const isPackedFile = async (word: string) => memberOf(stemOf(word)) === "qkv";

const memberOf = (name: string) => memberNamed(name) ?? withinName(name, memberNamed);

async function holds(word: string, io: Io): Promise<Holds> {
  const { source, value } = await readWhole(word, io.files, "the dump");
  if (value.kind !== "object") {
    if (answerNamed(stemOf(word))) return "answers";
    const isInput =
      inputNamed(stemOf(word)) ?? withinName(stemOf(word), arrayInputNamed) ?? memberOf(stemOf(word));
    return isInput ? "part" : "other";
  }
  if (value.entries.has("schema")) return "problem";
  const names = [...membersOf(value, source.isBinary === true).keys()];
  const roles = names.map((name) => inputNamed(nameInPath(name)) ?? memberNamed(nameInPath(name)));
  // Scores beside queries are a step of a sheet in JSON.
  if (source.isBinary !== true && roles.includes("query") && roles.includes("scores")) return "problem";
  const hasInputs = roles.some((role) => role !== undefined && WHOLE.includes(role));
  const isAnswered = names.some(
    (name, index) =>
      roles[index] === undefined &&
      (source.isBinary ? answerNamed : answerInText)(name) !== undefined &&
      !isOfObjects(value.entries.get(name)?.value),
  );
  const hasOthers =
    source.isBinary === true &&
    names.some((name, index) => roles[index] === undefined && isArray(value, name));
  if (hasInputs) return isAnswered || hasOthers ? "dump" : "problem";
  return isAnswered ? "answers" : "other";
}

const isArray = (object: ObjectValue, name: string) => object.entries.get(name)?.value.kind === "array";

/** What a problem begins with. */
const WHOLE: readonly string[] = ["query", "qkv", "scores"];

/** The command that works a dump: one attention, unless an option says otherwise. */
const commandFor = (values: Values) => kindSaid(values) ?? kindsThatTake(values)[0] ?? KINDS[0];

/** Judges one dump, as `--check` does. Gives the exit code. */
export function judgeOneDump({ words }: Dumps, values: Values, io: Io): Promise<number> {
  return recording(commandFor(values)).run({ words, values: { check: [], ...withoutClass(values) } }, io);
}

/** Judges each of several dumps: a row for each. What cannot be read is said in its row. */
export async function judgeDumps(
  { words, isOne }: Dumps,
  values: Values,
  io: Io,
): Promise<readonly ClassRow[]> {
  const command = commandFor(values);
  const rows: ClassRow[] = [];
  for (const files of isOne ? [words] : words.map((word) => [word])) {
    const name = files.join(" ");
    const judged = judgeRead({ command, words: files, values: withoutClass(values) }, io).then(
      ({ check }) => ({ name, check }),
    );
    rows.push(await judged.catch((error) => rowOfError(name, error)));
  }
  return rows;
}

/** Whether the steps of a sheet stand in a list: `"answers": [{"step": "scores", …}]`. */
const isOfObjects = (value: Value | undefined) =>
  value?.kind === "list" && value.items.some(({ kind }) => kind === "object");
