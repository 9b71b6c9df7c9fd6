import { userError } from "../../errors.js";
import { inputNamed } from "../../input/names.js";
import type { Io } from "../../runs/io.js";
import { rereading, withPiped } from "../../runs/piped.js";
import type { Request, Values } from "../../runs/request.js";
import type { ViewSettings } from "../../runs/views.js";
import { bundleIn, isGivenBy } from "./command-of-problem.js";
import { dumpsAmong } from "./dumps.js";
import { withHandIns } from "./hand-ins.js";
import { type OwnSheet, sheetsNamed } from "./own-sheets.js";
import { filesOfProblem, problemAndSheets, sheetsOfOptions } from "./what-is-named.js";
import type { Holds, Look } from "./what-words-hold.js";

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
  readonly own?: OwnSheet["problem"];
}

/** Decides what the words of a command line are, from the contents of the files. The first rule that fits is used. */
export async function whatIsMarked(
  { words, values }: Request,
  look: Look,
  given: Io,
): Promise<readonly Marking[]> {
  const io = { ...given, files: await withHandIns(words, given.files) };
  const { check = [], demo = false } = values as Values & Partial<ViewSettings> & { readonly demo?: boolean };
  const dumpIn = (files: readonly string[]): Marking => ({
    problem: files,
    sheets: [],
    io,
    name: files.join(" "),
  });
  // A dump, if `--check` names its output.
  if (check.length > 0) return [dumpIn(words)];
  const looked = demo ? [] : (await Promise.all(words.map(look))).flat();
  // Dumps that contain both inputs and outputs.
  const dumps = dumpsAmong(looked);
  if (dumps) return dumps.map(dumpIn);
  // Sheets of a problem that options give.
  if (isGivenBy(values)) return [{ problem: [], sheets: sheetsOfOptions(words, demo), io }];
  const anew = rereading(io);
  const inOrder = (ordered: readonly string[]): readonly Marking[] => [
    { ...problemAndSheets(ordered), io: anew() },
  ];
  if (words.length === 0 && io.isTerminal("stdin")) return inOrder(words);
  const sheets = sheetsNamed(words.length > 0 ? words : ["-"], values, anew().files);
  const [first, ...others] = sheets;
  const [word = "-", ...behind] = words;
  // One sheet that contains its own problem.
  if (behind.length === 0 && first.file === word && (await first.problem()))
    return [{ problem: [], sheets: [word], io: anew(), own: first.problem }];
  const isProblem = (one: string) => mayBeProblem(one, look, anew());
  const [usual = "-", ...more] = filesOfProblem(words);
  const isUsual = async () => more.length > 0 || (await isProblem(usual));
  // Sheets that contain their own problems: several do, or the first does and is no problem of the others.
  const givesOwn = !words.includes("-") && (await anyGivesItsOwn([first]));
  if (givesOwn && ((await anyGivesItsOwn(others)) || !(await isUsual())))
    return sheets.map(({ file, name, problem }) => ({ problem: [], sheets: [file], io, name, own: problem }));
  // A file or folder, and a pipe: one of them is the problem.
  if (behind.length === 0 && word !== "-" && withPiped(anew()))
    return inOrder((await isProblem(word)) ? [word, "-"] : ["-", word]);
  // A problem after its sheets.
  const [last] = behind.slice(-1);
  if (last !== undefined && (await isProblem(last)) && !(await isUsual()))
    return inOrder([last, ...words.slice(0, -1)]);
  // A problem before its sheets.
  return inOrder(words);
}

/** Whether a file is a problem, if its contents decide that. A file that cannot be read may be one. */
const IS_PROBLEM: Partial<Record<Holds, boolean>> = {
  problem: true,
  dump: true,
  packed: true,
  unreadable: true,
  part: false,
  answers: false,
};

/** Whether a file, a text or a folder contains inputs or settings of a problem. */
async function mayBeProblem(word: string, look: Look, io: Io): Promise<boolean> {
  const [{ holds }] = await look(word);
  const isOfProblem = (name: string) =>
    name === "settings" || !["scores", undefined].includes(inputNamed(name));
  return (
    IS_PROBLEM[holds] ??
    bundleIn(word, io).then((held) => [...(held?.keys() ?? [])].some(isOfProblem), isUnread)
  );
}

async function anyGivesItsOwn(sheets: readonly OwnSheet[]): Promise<boolean> {
  for (const { problem } of sheets) if (await problem().catch(isUnread)) return true;
  return false;
}

function isUnread(error: unknown): false {
  userError(error);
  return false;
}
