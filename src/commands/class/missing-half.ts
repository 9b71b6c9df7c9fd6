import { UserError } from "../../errors.js";
import { findInputs } from "../../input/documents/find-inputs.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import { inputOfFile } from "../../input/lone-matrix.js";
import type { Files } from "../../input/open.js";
import { openSheet } from "../../input/open-sheet.js";
import { readArrays } from "../../runs/read/read-arrays.js";
import { quoteWords } from "../../runs/shell-quotes.js";
import type { ContentKind, Look } from "./content-of-words.js";
import { fileOf } from "./hand-ins.js";

// A check needs a problem and answers to it. Some files contain only one of them.

type Half = keyof typeof CONTENTS;

const CONTENTS = {
  inputs: "only inputs: the answers are missing",
  answers: "only answers: the query, key and value are missing",
  neither: "neither inputs nor answers that qkv knows by their names",
};

/** Returns the error for files that contain only one half of a check, with a command that works as typed. */
export async function missingHalf(words: readonly string[], look: Look, files: Files): Promise<UserError> {
  const half = await halfIn(words[0], look, files);
  const usual =
    half === "inputs" && !inputOfFile(words[0])
      ? `qkv attend ${quoteWords(words)} computes them.`
      : "qkv check --demo runs an example, and qkv help check explains what a file may contain.";
  return new UserError(
    "USAGE",
    `${words.join(" and ")} ${words.length > 1 ? "contain" : "contains"} ${CONTENTS[half]}.`,
    (await lineWithOther(words, half, look, files)) ?? usual,
  );
}

/** Whether all files contain only answers. */
export async function areOnlyAnswers(words: readonly string[], look: Look): Promise<boolean> {
  const looked = (await Promise.all(words.map(look))).flat();
  return looked.length > 0 && looked.every(({ contentKind }) => contentKind === "answers");
}

/** Returns what a file contains. Arrays have names. A text has answers if it has numbers that are no inputs. */
async function halfIn(word: string, look: Look, files: Files): Promise<Half> {
  const [{ contentKind }] = await look(word);
  if (contentKind === "answers") return "answers";
  if (contentKind !== "no arrays") return contentKind === "arrays" ? "neither" : "inputs";
  if (inputOfFile(word)) return "inputs";
  const { source, text = "" } = await openSheet(word, files);
  if (findInputs(sheetText(text, source.name)).length > 0) return "inputs";
  return /\d/.test(text) ? "answers" : "neither";
}

/** The maximum number of files in a folder that are looked into. */
const MAX_LOOKED = 20;

/** Returns a command for these files and the other half, if their folder contains it. Two outputs can be compared. */
async function lineWithOther(words: readonly string[], half: Half, look: Look, files: Files) {
  if (half === "neither") return undefined;
  if (words.length === 2 && half === "answers" && (await haveSameShape(words, files)))
    return `To compare them with each other: qkv diff ${quoteWords(words.toReversed())}.`;
  const beside = filesBeside(words[0], files);
  const holding = async (kind: ContentKind) => {
    for (const path of beside.filter((one) => !words.includes(one)).slice(0, MAX_LOOKED))
      if ((await look(path))[0]?.contentKind === kind) return [path];
    return [];
  };
  const parts = (["query", "key", "value"] as const).flatMap(
    (role) => beside.find((path) => inputOfFile(path) === role) ?? [],
  );
  const isWhole = half === "inputs" && !inputOfFile(words[0]);
  const inputs = isWhole ? words : parts.length > 1 ? parts : await holding("problem");
  const answers = half === "answers" ? words : await holding("answers");
  return inputs.length > 0 && answers.length > 0
    ? `Name both: qkv check ${quoteWords([...inputs, ...answers])}.`
    : undefined;
}

/** Returns the files in the folder of a file, those with its ending first. */
function filesBeside(file: string, files: Files): readonly string[] {
  const folder = file.slice(0, -fileOf(file).length);
  const [ending = ""] = /\.\w+$/.exec(file) ?? [];
  const others = (name: string) => Number(!name.endsWith(ending));
  const names = files.listFolder?.(folder || ".") ?? [];
  return names.toSorted((one, other) => others(one) - others(other)).map((name) => folder + name);
}

/** Whether files are arrays of the same shape. */
async function haveSameShape(words: readonly string[], files: Files): Promise<boolean> {
  const read = await Promise.all(words.map((word) => readArrays(word, files, "the array", word)));
  const shapes = read.map(({ arrays }) => arrays.map(({ value }) => value.array.shape.join()));
  return shapes.every((one) => one.length === 1 && one[0] === shapes[0][0]);
}
