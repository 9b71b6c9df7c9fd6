import { INPUTS } from "../../attention/inputs.js";
import { UserError } from "../../errors.js";
import { createOpener, type Files, isText } from "../../input/open.js";
import { asSheet } from "../../input/sheet-source.js";
import type { Io } from "../../runs/io.js";
import type { Request, Values } from "../../runs/request.js";
import { namesOfOptions } from "./command-of-problem.js";

/** Whether options give the problem. */
export const isGivenBy = (values: Values): boolean =>
  values.demo === true || namesOfOptions(values).some((name) => Object.hasOwn(INPUTS, name));

/** A sheet with its own problem on it; standard input where no word names one, which can be read again. */
export async function sheetAlone(words: readonly string[], values: Values, io: Io) {
  if (words.length > 1 || isGivenBy(values)) return undefined;
  const [word = "-"] = words;
  if (words.length === 0 && io.isTerminal("stdin")) return undefined;
  const piped = word === "-" ? io.files.openStdin() : undefined;
  // Each reader of standard input is told apart by the function that it opens it with.
  const again = () => (piped ? { ...io.files, openStdin: () => piped } : io.files);
  const own = await ownProblemOf(word, values, again());
  if (!own) return undefined;
  if (own.assumed !== undefined && values.quiet !== true) io.writeError(`note: ${own.assumed}\n`);
  return { kind: own.kind, problem: [own.bundle], sheets: [word], io: { ...io, files: again() } };
}

/** What is said in place of an error where the first of several words is no problem for the others, but a sheet with its own. */
export async function ownProblemsError(
  error: unknown,
  { words, values }: Request,
  { files }: Io,
): Promise<UserError | undefined> {
  const [word] = words;
  if (!(error instanceof UserError) || words.length < 2 || word === "-" || isGivenBy(values))
    return undefined;
  const own = await ownProblemOf(word, values, files).catch(() => undefined);
  if (!own) return undefined;
  return new UserError(
    "USAGE",
    `${word} is a sheet that gives its own problem, and no problem for the others.`,
    {
      hint: `Mark each alone: qkv check ${word}. Where one problem is for all, name it first: qkv check problem.json ${word} …`,
    },
  );
}

async function ownProblemOf(word: string, values: Values, files: Files) {
  if (word !== "-" && (isText(word, files) || files.listFolder?.(word))) return undefined;
  const { source } = await asSheet(createOpener(files).open(word, ""));
  if (source.isBinary || source.stored) return undefined;
  return (await import("./own-problem.js")).problemOnSheet(source, values);
}
