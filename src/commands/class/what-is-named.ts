import type { InputName } from "../../attention/inputs.js";
import type { UserError } from "../../errors.js";
import { stemOf } from "../../input/lone-matrix.js";
import { inputNamed } from "../../input/names.js";
import { type Io, writeNotes } from "../../runs/io.js";
import { withNamedWords } from "../../runs/read/named-words.js";
import { refuse } from "../../runs/refuse.js";
import type { Request, Values } from "../../runs/request.js";
import type { ViewSettings } from "../../runs/views.js";
import { CLASS_SETTINGS } from "./class-settings.js";
import { isGivenBy } from "./sheet-alone.js";

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

/** Whether the problem may stand behind its sheets, after an error: as the one bundle, or behind a file in which there is no problem. */
export const isProblemLast = ({ words, values }: Request, { code }: UserError) => {
  const [first, last] = [words[0], words.at(-1)].map((word = "") => isBundle(word) || isBinaryName(word));
  const holdsNone = code === "UNKNOWN_KEY" || code === "MISSING_INPUT";
  return words.length > 1 && !isGivenBy(values) && last && (!first || holdsNone);
};

export const lastFirst = (words: readonly string[]) => [...words.slice(-1), ...words.slice(0, -1)];

export const isBundle = (word = "") => /\.json$/i.test(word);

/** What is marked when the built-in example is asked for, and no sheet. */
const DEMO_SHEET = "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]";

export const HOW = "Write qkv check problem.json sheets/*.txt; qkv check --demo works an example.";

/** Which of the words is the problem, where no option gives it, and which are its sheets. Throws USAGE where either is missing. */
export function whatIsNamed(words: readonly string[], values: Values) {
  const isDemo = values.demo === true;
  const isGiven = isGivenBy(values);
  const [problem, given] = isGiven ? [[], words] : problemAndSheets(words);
  const sheets = given.length === 0 && isDemo ? [DEMO_SHEET] : given;
  if (sheets.length > 0) return { problem, sheets };
  if (words.length === 0 && !isGiven) refuse("Nothing says which problem the sheets are about.", HOW);
  if (problem.length === 0) refuse("What the options give is the problem, and no sheet is named.", HOW);
  if (problem.length > 1)
    refuse(
      `${problem.join(", ")} are the problem, and no sheet is named.`,
      `Name one: qkv check ${problem.join(" ")} sheet.txt. To see the attention itself: qkv attend ${problem.join(" ")}.`,
    );
  const message = `Only ${problem[0]} is named: a problem without a sheet, or a sheet without its problem.`;
  refuse(message, isBinaryName(problem[0]) ? judgedAlone(problem[0]) : NAME_BOTH);
}

/**
 * The first word is the problem, or all files that are called like inputs of one, `Q.csv K.csv V.csv`: where the first is one of them, or a query and
 * a key stand behind a sheet. Behind a problem `x.txt` is the sheet of somebody, and behind K.csv `k.txt`.
 */
function problemAndSheets(words: readonly string[]): readonly [readonly string[], readonly string[]] {
  const files = new Map<InputName, string>();
  for (const word of words) {
    const name = /\.\w+$/.test(word) ? inputNamed(stemOf(word)) : undefined;
    if (name !== undefined && name !== "scores" && !files.has(name)) files.set(name, word);
  }
  const [first] = files.values();
  const isBehind = !isBundle(words[0]) && files.has("query") && files.has("key");
  const problem = first === words[0] || isBehind ? [...files.values()] : words.slice(0, 1);
  return [problem, words.filter((word) => !problem.includes(word))];
}

const NAME_BOTH =
  "Name both: qkv check problem.json sheet.txt. A sheet alone gives its own Q, K and V, or X and its projections, under their names, or is a table of positions.";

const isBinaryName = (name: string) => /\.(?:npz|npy|pt|pth|pkl|pickle|safetensors)$/i.test(name);

/** What a dump needs that is judged alone. */
const judgedAlone = (name: string) =>
  `A dump that is judged alone holds q, k, v and what came out, as o. Where that is in another file, name both: qkv check ${name} o.npy.`;
