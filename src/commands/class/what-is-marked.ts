import type { InputName } from "../../attention/inputs.js";
import { refuse, userError } from "../../errors.js";
import { inputOfFile, inputsBehindPrefix } from "../../input/lone-matrix.js";
import { inputNamed } from "../../input/names.js";
import type { Request, Values } from "../../runs/command-spec.js";
import { type Io, rereading, withPiped, writeNotes } from "../../runs/io.js";
import { withNamedWords } from "../../runs/read/named-words.js";
import type { ViewSettings } from "../../runs/views.js";
import { bundleIn, CLASS_SETTINGS, isGivenBy } from "./command-of-problem.js";
import { type ContentKind, dumpsAmong, type Look } from "./content-of-words.js";
import { withHandIns } from "./hand-ins.js";
import { areOnlyAnswers, missingHalf } from "./missing-half.js";
import { type OwnSheet, sheetsNamed } from "./own-sheets.js";
import { problemsApart } from "./problems-apart.js";

/** The files that are marked together: a problem and its sheets, a sheet with its own problem, or a dump. */
export interface Marking {
  /** The files of the problem, or of the dump. */
  readonly problem: readonly string[];
  /** The sheets. Empty for a dump, which contains its answers. */
  readonly sheets: readonly string[];
  readonly io: Io;
  /** The name of its row. Set if it has a row even if it cannot be read. */
  readonly name?: string;
  /** The problem that its only sheet contains. */
  readonly ownProblem?: OwnSheet["problem"];
}

/** Decides what the words of a command line are: dumps, sheets of a problem that options give, or both. */
export async function whatIsMarked(
  { words, values }: Request,
  look: Look,
  given: Io,
): Promise<readonly Marking[]> {
  const io = { ...given, files: await withHandIns(words, given.files) };
  const { check = [], demo = false } = values as Partial<ViewSettings> & { readonly demo?: boolean };
  const dumpIn = (files: readonly string[]) => ({ problem: files, sheets: [], io, name: files.join(" ") });
  // A dump, if `--check` names its output.
  if (check.length > 0) return [dumpIn(words)];
  const looked = demo ? [] : (await Promise.all(words.map(look))).flat();
  // Dumps that contain both inputs and outputs.
  const dumps = dumpsAmong(looked);
  if (dumps) return dumps.map(dumpIn);
  // Sheets of a problem that options give.
  if (isGivenBy(values)) return [{ problem: [], sheets: sheetsOfOptions(words, demo), io }];
  return problemAmong(words, values, look, io);
}

/** Decides which of the words are the problem, from the contents of the files. The first rule that fits is used. */
async function problemAmong(words: readonly string[], values: Values, look: Look, io: Io) {
  const anew = rereading(io);
  const inOrder = async (ordered: readonly string[]) => {
    const { problem, sheets } = problemAndSheets(ordered);
    const isHalf = sheets.length === 0 || (await areOnlyAnswers(ordered, look));
    if (isHalf) throw await missingHalf(ordered, look, anew().files);
    return [{ problem, sheets, io: anew() }];
  };
  if (words.length === 0 && io.isTerminal("stdin")) return inOrder(words);
  const sheets = sheetsNamed(words.length > 0 ? words : ["-"], values, anew().files);
  const [first, ...others] = sheets;
  const [word = "-", second] = words;
  const isOne = second === undefined && first.file === word;
  // One sheet that contains several problems.
  const parts = isOne ? await partsApart(first, values, anew()) : [];
  if (parts.length > 0) return parts;
  // One sheet that contains its own problem.
  if (isOne && (await first.problem()))
    return [{ problem: [], sheets: [word], io: anew(), ownProblem: first.problem }];
  const last = second && words[words.length - 1];
  const lastFirst = () => inOrder([...words.slice(-1), ...words.slice(0, -1)]);
  // A problem in JSON after its sheets. It counts even if they contain a problem, too.
  const holdsProblem = async (one: string) => (await look(one))[0].contentKind === "problem";
  if (last && (await holdsProblem(last)) && !(await holdsProblem(word))) return lastFirst();
  const isProblem = (one: string) => mayBeProblem(one, look, anew());
  const [usual = "-", another] = filesOfProblem(words);
  const isUsual = async () => another !== undefined || (await isProblem(usual));
  // Sheets that contain their own problems: several do, or the first does and is no problem of the others. In a folder,
  // the first may be a file that cannot be read.
  const givesOwn = !words.includes("-") && (await anyGivesItsOwn(first.file === word ? [first] : sheets));
  if (givesOwn && ((await anyGivesItsOwn(others)) || !(await isUsual())))
    return (await Promise.all(sheets.map((sheet) => withPartsApart(sheet, values, io)))).flat();
  // A file or folder, and a pipe: one of them is the problem.
  if (second === undefined && word !== "-" && withPiped(anew()))
    return inOrder((await isProblem(word)) ? [word, "-"] : ["-", word]);
  // A problem in text after its sheets.
  if (last && (await isProblem(last)) && !(await isUsual())) return lastFirst();
  // A problem before its sheets.
  return inOrder(words);
}

const ofOwnProblem = ({ file, name, problem }: OwnSheet, io: Io) => ({
  problem: [],
  sheets: [file],
  io,
  name,
  ownProblem: problem,
});

/** Returns the exercises of a sheet that contain different problems. */
const partsApart = async (sheet: OwnSheet, values: Values, io: Io): Promise<readonly Marking[]> =>
  (await problemsApart(sheet, values, io.files)).map((part) =>
    ofOwnProblem(part, { ...io, files: part.files }),
  );

/** Returns a sheet with its own problem, or each of its exercises. A sheet that cannot be read keeps its row. */
async function withPartsApart(sheet: OwnSheet, values: Values, io: Io): Promise<readonly Marking[]> {
  const [first, ...others] = (await partsApart(sheet, values, io).catch(isUnread)) || [];
  return [first ?? ofOwnProblem(sheet, io), ...others];
}

/** Whether a file is a problem, if its contents decide that. A file that cannot be read may be one. */
const IS_PROBLEM: Partial<Record<ContentKind, boolean>> = {
  problem: true,
  dump: true,
  packed: true,
  unreadable: true,
  part: false,
  answers: false,
};

/** Whether a file, a text or a folder contains inputs or settings of a problem. */
async function mayBeProblem(word: string, look: Look, io: Io) {
  const [{ contentKind }] = await look(word);
  const isOfProblem = (name: string) =>
    name === "settings" || !["scores", undefined].includes(inputNamed(name));
  return (
    IS_PROBLEM[contentKind] ??
    bundleIn(word, io).then((entries) => [...(entries?.keys() ?? [])].some(isOfProblem), isUnread)
  );
}

async function anyGivesItsOwn(sheets: readonly OwnSheet[]) {
  for (const { problem } of sheets) if (await problem().catch(isUnread)) return true;
  return false;
}

function isUnread(error: unknown): false {
  userError(error);
  return false;
}

// Decides which words of a command line are the problem, its sheets, and outputs.

/**
 * Returns a request whose words are only files, with options for a class. Throws USAGE for an input that is named
 * twice.
 */
export const withWordsPlaced = (request: Request, io: Io) =>
  withSheetsNamed(withAnswerNamed(withNamedWords(request, io.files), io));

/** Takes an array file after `--output` as the output of the run, because `qkv check` never writes arrays. */
function withAnswerNamed(request: Request, io: Io) {
  const { output, check = [], ...others } = request.values as Values & Partial<ViewSettings>;
  if (output === undefined || !/\.(?:npz|npy|pt|pth|pkl|pickle|safetensors)$/i.test(output)) return request;
  writeNotes(io, [`${output} is read as the output`]);
  return { ...request, values: { ...others, check: [...check, `output=${output}`] } };
}

/** Adds the sheets of `--check` to the words after the problem, if an option for a class is given. */
function withSheetsNamed(request: Request) {
  const { check = [], ...values } = request.values as Values & Partial<ViewSettings>;
  const isOfSheets = Object.keys(values).some((name) => Object.hasOwn(CLASS_SETTINGS, name));
  return isOfSheets ? { words: [...request.words, ...check], values } : request;
}

/** The sheet that is marked for the built-in example if no sheet is named. */
const DEMO_SHEET = "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]";

export const HOW = "Write qkv check problem.json sheets/*.txt; qkv check --demo runs an example.";

/**
 * Returns the sheets of a problem that options give. The built-in example has its own sheet. Throws USAGE if there is
 * no sheet.
 */
function sheetsOfOptions(words: readonly string[], isDemo: boolean) {
  if (words.length > 0) return words;
  return isDemo ? [DEMO_SHEET] : refuse("The options give a problem, but no sheet is named.", HOW);
}

/**
 * Splits words into the problem and its sheets, if no option gives the problem. A single file may be either. Throws
 * USAGE if there are only files of inputs, or none.
 */
function problemAndSheets(words: readonly string[]) {
  const problem = filesOfProblem(words);
  const sheets = words.filter((word) => !problem.includes(word));
  if (sheets.length > 0) return { problem, sheets };
  const [file, another] = problem;
  if (file === undefined)
    refuse(
      "There is nothing to check: no sheet and no dump is named.",
      "Write qkv check sheet.txt for a sheet with its own Q, K and V, qkv check dump.npz, or qkv check problem.json sheet.txt; qkv check --demo runs an example.",
    );
  if (another !== undefined)
    refuse(
      `${problem.join(", ")} are the problem, but no sheet is named.`,
      `Name one: qkv check ${problem.join(" ")} sheet.txt. To see the attention itself: qkv attend ${problem.join(" ")}.`,
    );
  return { problem, sheets };
}

/**
 * Returns the files of the problem. Usually it is the first word. It may also be all files with names of inputs (`Q.csv
 * K.csv V.csv`), if the first word is such a file, or if a query and a key follow a sheet. After a problem in JSON,
 * `x.txt` is a person's sheet, and after K.csv so is `k.txt`.
 */
function filesOfProblem(words: readonly string[]) {
  const files = new Map<InputName, string>();
  const prefixed = inputsBehindPrefix(words);
  for (const word of words) {
    const name = inputOfFile(word) ?? prefixed.get(word);
    if (name !== undefined && name !== "scores" && !files.has(name)) files.set(name, word);
  }
  const [first] = files.values();
  const isBehind = !/\.json$/i.test(words[0] ?? "") && files.has("query") && files.has("key");
  return first === words[0] || isBehind ? [...files.values()] : words.slice(0, 1);
}
