import type { InputName } from "../../attention/inputs.js";
import { stemOf } from "../../input/lone-matrix.js";
import { inputNamed } from "../../input/names.js";
import { type Io, writeNotes } from "../../runs/io.js";
import { withNamedWords } from "../../runs/read/named-words.js";
import { refuse } from "../../runs/refuse.js";
import type { Request, Values } from "../../runs/request.js";
import type { ViewSettings } from "../../runs/views.js";
import { CLASS_SETTINGS } from "./class-settings.js";

// Decides which words of a command line are the problem, its sheets, and outputs.

/**
 * Returns a request whose words are only files, with options for a class. Throws USAGE for an input that is named
 * twice.
 */
export const withWordsPlaced = (request: Request, io: Io): Request =>
  withSheetsNamed(withAnswerNamed(withNamedWords(request, io.files), io));

/** Takes an array file after `--output` as the output of the run, because `qkv check` never writes arrays. */
function withAnswerNamed({ words, values }: Request, io: Io): Request {
  const { output, ...others } = values as Values & Partial<ViewSettings>;
  if (output === undefined || !isBinaryName(output)) return { words, values };
  const check = [...(others.check ?? []), `output=${output}`];
  if (values.quiet !== true) writeNotes(io, [`${output} is read as the output`]);
  return { words, values: { ...others, check } };
}

/** Adds the sheets of `--check` to the words after the problem, if an option for a class is given. */
function withSheetsNamed({ words, values }: Request): Request {
  const { check = [], ...others } = values as Values & Partial<ViewSettings>;
  const isOfSheets = Object.keys(others).some((name) => Object.hasOwn(CLASS_SETTINGS, name));
  return isOfSheets ? { words: [...words, ...check], values: others } : { words, values };
}

/** The sheet that is marked for the built-in example if no sheet is named. */
const DEMO_SHEET = "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]";

export const HOW = "Write qkv check problem.json sheets/*.txt; qkv check --demo runs an example.";

/**
 * Returns the sheets of a problem that options give. The built-in example has its own sheet. Throws USAGE if there is
 * no sheet.
 */
export function sheetsOfOptions(words: readonly string[], isDemo: boolean): readonly string[] {
  if (words.length > 0) return words;
  return isDemo ? [DEMO_SHEET] : refuse("The options give a problem, but no sheet is named.", HOW);
}

/** Splits words into the problem and its sheets, if no option gives the problem. Throws USAGE if either is missing. */
export function problemAndSheets(words: readonly string[]) {
  const problem = filesOfProblem(words);
  const sheets = words.filter((word) => !problem.includes(word));
  if (sheets.length > 0) return { problem, sheets };
  const [file, another] = problem;
  if (file === undefined) refuse("No problem is named for the sheets.", HOW);
  if (another !== undefined)
    refuse(
      `${problem.join(", ")} are the problem, but no sheet is named.`,
      `Name one: qkv check ${problem.join(" ")} sheet.txt. To see the attention itself: qkv attend ${problem.join(" ")}.`,
    );
  return refuseAlone(file);
}

/** Throws USAGE for a single file that may be a problem or a sheet. */
export const refuseAlone = (file: string): never =>
  refuse(
    `Only ${file} is named: a problem without a sheet, or a sheet without its problem.`,
    isBinaryName(file) ? judgedAlone(file) : NAME_BOTH,
  );

/**
 * Returns the files of the problem. Usually it is the first word. It may also be all files with names of inputs (`Q.csv
 * K.csv V.csv`), if the first word is such a file, or if a query and a key follow a sheet. After a problem in JSON,
 * `x.txt` is a person's sheet, and after K.csv so is `k.txt`.
 */
export function filesOfProblem(words: readonly string[]): readonly string[] {
  const files = new Map<InputName, string>();
  for (const word of words) {
    const name = /\.\w+$/.test(word) ? inputNamed(stemOf(word)) : undefined;
    if (name !== undefined && name !== "scores" && !files.has(name)) files.set(name, word);
  }
  const [first] = files.values();
  const isBehind = !/\.json$/i.test(words[0] ?? "") && files.has("query") && files.has("key");
  return first === words[0] || isBehind ? [...files.values()] : words.slice(0, 1);
}

const NAME_BOTH =
  "Name both: qkv check problem.json sheet.txt. A sheet without a problem must contain its own Q, K and V, or X and its projections, with their names, or be a table of positions.";

const isBinaryName = (name: string) => /\.(?:npz|npy|pt|pth|pkl|pickle|safetensors)$/i.test(name);

/** Returns what a dump without a problem must contain. */
const judgedAlone = (name: string) =>
  `A dump without a problem contains q, k, v and the output, as o. If the output is in another file, name both: qkv check ${name} o.npy.`;
