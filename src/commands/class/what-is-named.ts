import type { InputName } from "../../attention/inputs.js";
import { stemOf } from "../../input/lone-matrix.js";
import { inputNamed } from "../../input/names.js";
import { type Io, writeNotes } from "../../runs/io.js";
import { withNamedWords } from "../../runs/read/named-words.js";
import { refuse } from "../../runs/refuse.js";
import type { Request, Values } from "../../runs/request.js";
import type { ViewSettings } from "../../runs/views.js";
import { CLASS_SETTINGS } from "./class-settings.js";

// Which words of a command line are the problem, which its sheets, and which what came out.

/** A request whose words are files, and whose options are those of a class. Throws USAGE for an input that is named twice. */
export const withWordsPlaced = (request: Request, io: Io): Request =>
  withSheetsNamed(withAnswerNamed(withNamedWords(request, io.files), io));

/** Nothing here is written as arrays: such a file behind `--output` is what came out. */
function withAnswerNamed({ words, values }: Request, io: Io): Request {
  const { output, ...others } = values as Values & Partial<ViewSettings>;
  if (output === undefined || !isBinaryName(output)) return { words, values };
  const check = [...(others.check ?? []), `output=${output}`];
  if (values.quiet !== true) writeNotes(io, [`${output} is read as what came out`]);
  return { words, values: { ...others, check } };
}

/** Sheets that `--check` names stand behind the problem, where what is asked is about a class. */
function withSheetsNamed({ words, values }: Request): Request {
  const { check = [], ...others } = values as Values & Partial<ViewSettings>;
  const isOfSheets = Object.keys(others).some((name) => Object.hasOwn(CLASS_SETTINGS, name));
  return isOfSheets ? { words: [...words, ...check], values: others } : { words, values };
}

/** What is marked when the built-in example is asked for, and no sheet. */
const DEMO_SHEET = "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]";

export const HOW = "Write qkv check problem.json sheets/*.txt; qkv check --demo works an example.";

/** The sheets of a problem that options give; the built-in example has one of its own. Throws USAGE where there is none. */
export function sheetsOfOptions(words: readonly string[], isDemo: boolean): readonly string[] {
  if (words.length > 0) return words;
  return isDemo ? [DEMO_SHEET] : refuse("What the options give is the problem, and no sheet is named.", HOW);
}

/** Which of the words are the problem, where no option gives it, and which its sheets. Throws USAGE where either is missing. */
export function problemAndSheets(words: readonly string[]) {
  const problem = filesOfProblem(words);
  const sheets = words.filter((word) => !problem.includes(word));
  if (sheets.length > 0) return { problem, sheets };
  const [file, another] = problem;
  if (file === undefined) refuse("Nothing says which problem the sheets are about.", HOW);
  if (another !== undefined)
    refuse(
      `${problem.join(", ")} are the problem, and no sheet is named.`,
      `Name one: qkv check ${problem.join(" ")} sheet.txt. To see the attention itself: qkv attend ${problem.join(" ")}.`,
    );
  return refuseAlone(file);
}

/** Refuses a file of which nothing says whether it is a problem or a sheet. */
export const refuseAlone = (file: string): never =>
  refuse(
    `Only ${file} is named: a problem without a sheet, or a sheet without its problem.`,
    isBinaryName(file) ? judgedAlone(file) : NAME_BOTH,
  );

/**
 * The first word is the problem, or all files that are called like inputs of one, `Q.csv K.csv V.csv`: where the first is one of them, or a query and
 * a key stand behind a sheet. Behind a problem `x.txt` is the sheet of somebody, and behind K.csv `k.txt`.
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
  "Name both: qkv check problem.json sheet.txt. A sheet alone gives its own Q, K and V, or X and its projections, under their names, or is a table of positions.";

const isBinaryName = (name: string) => /\.(?:npz|npy|pt|pth|pkl|pickle|safetensors)$/i.test(name);

/** What a dump needs that is judged alone. */
const judgedAlone = (name: string) =>
  `A dump that is judged alone holds q, k, v and what came out, as o. Where that is in another file, name both: qkv check ${name} o.npy.`;
