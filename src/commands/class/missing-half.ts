import { UserError } from "../../errors.js";
import { findInputs } from "../../input/documents/find-inputs.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import { inputOfFile } from "../../input/lone-matrix.js";
import type { Files } from "../../input/open.js";
import { openSheet } from "../../input/open-sheet.js";
import { readArrays } from "../../runs/read/read-arrays.js";
import { quoteWords } from "../../runs/shell-quotes.js";
import type { Look } from "./content-of-words.js";
import { fileOf } from "./hand-ins.js";

// A check needs a problem and answers to it. Some files contain only one of them.

type Half = keyof typeof CONTENTS;

const CONTENTS = {
  inputs: "only inputs: qkv found no answers",
  answers: "only answers: qkv found no query, key and value",
  neither: "neither inputs nor answers that qkv knows by their names",
};

/** Returns the error for files that contain only one half of a check, with a command that works as typed. */
export async function missingHalf(words: readonly string[], look: Look, files: Files): Promise<UserError> {
  const half = await halfIn(words[0], look, files);
  const example = "qkv check --demo runs an example, and qkv help check explains what a file may contain.";
  return new UserError(
    "USAGE",
    `${words.join(" and ")}: ${CONTENTS[half]}.`,
    half === "neither" ? example : ((await lineWithOther(words, half, look, files)) ?? example),
  );
}

/** Whether all files contain only answers. */
export async function areOnlyAnswers(words: readonly string[], look: Look): Promise<boolean> {
  const looked = (await Promise.all(words.map(look))).flat();
  return looked.length > 0 && looked.every(({ contentKind }) => contentKind === "answers");
}

/** Returns what a file contains. Arrays have names. A text has answers if it has numbers that are no inputs. */
async function halfIn(word: string, look: Look, files: Files) {
  const [{ contentKind }] = await look(word);
  if (contentKind === "answers") return "answers";
  if (contentKind !== "no arrays") return contentKind === "arrays" ? "neither" : "inputs";
  if (inputOfFile(word)) return "inputs";
  const { source, text = "" } = await openSheet(word, files);
  if (findInputs(sheetText(text, source.name)).length > 0) return "inputs";
  return /\d/.test(text) ? "answers" : "neither";
}

/** Returns a command for inputs, or for answers and the problem in their folder. Two outputs can be compared. */
async function lineWithOther(words: readonly string[], half: Half, look: Look, files: Files) {
  if (half === "inputs" && !inputOfFile(words[0])) return `qkv attend ${quoteWords(words)} computes them.`;
  if (words.length === 2 && (await haveSameShape(words, files)))
    return `To compare them with each other: qkv diff ${quoteWords(words.toReversed())}.`;
  const problem = await problemBeside(words[0], look, files);
  if (problem.length === 0) return undefined;
  return half === "inputs"
    ? `qkv attend ${quoteWords(problem)} computes them.`
    : `Name both: qkv check ${quoteWords([...problem, ...words])}.`;
}

/** The maximum number of files in a folder that are looked into. */
const MAX_LOOKED = 20;

/** Returns the files of a problem in the folder of a file: query, key and value by their names, or one with all. */
async function problemBeside(file: string, look: Look, files: Files) {
  const folder = file.slice(0, -fileOf(file).length);
  const [ending = ""] = /\.\w+$/.exec(file) ?? [];
  const beside = (files.listFolder?.(folder || ".") ?? []).map((name) => folder + name);
  // Files with the same ending belong together.
  const parts = ["query", "key", "value"].flatMap(
    (role) => beside.find((path) => path.endsWith(ending) && inputOfFile(path) === role) ?? [],
  );
  if (parts.length > 1) return parts;
  for (const path of beside.slice(0, MAX_LOOKED))
    if ((await look(path))[0]?.contentKind === "problem") return [path];
  return [];
}

/** Whether files are arrays of the same shape. */
async function haveSameShape(words: readonly string[], files: Files) {
  const read = await Promise.all(words.map((word) => readArrays(word, files, "the array", word)));
  const shapes = read.map(({ arrays }) => arrays.map(({ value }) => value.array.shape.join()));
  return shapes.every((one) => one.length === 1 && one[0] === shapes[0][0]);
}
