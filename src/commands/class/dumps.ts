import type { Holds, Looked } from "./what-words-hold.js";

/** The files of one dump. */
type Dump = readonly string[];

const count = (held: readonly Holds[], kind: Holds) => held.filter((one) => one === kind).length;
const areAll = (held: readonly Holds[], ...kinds: readonly Holds[]) =>
  held.every((one) => kinds.includes(one));

/**
 * Whether each file is a dump of its own. A file without an output gets a row that says so. But if only the first file
 * has none, it is the problem of the others.
 */
const areDumps = (held: readonly Holds[]) =>
  areAll(held, "dump", "problem") &&
  held.includes("dump") &&
  !(held[0] === "problem" && count(held, "problem") === 1);

/** Whether the files together are one dump: one array per file, or packed inputs in one file and outputs in another. */
const areParts = (held: readonly Holds[]) =>
  areAll(held, "part", "packed", "answers", "arrays") &&
  (count(held, "part") > 1 || (held.includes("packed") && held.includes("answers")));

/** Whether there are four arrays without known names, which are query, key, value and output in this order. */
const areNameless = (held: readonly Holds[]) => held.length === 4 && areAll(held, "arrays");

/**
 * Returns the dumps among the files that words name. Returns undefined if the files are a problem and its sheets.
 * Throws the error of a single file that cannot be read.
 */
export function dumpsAmong(looked: readonly Looked[]): readonly Dump[] | undefined {
  const [held, words] = [looked.map(({ holds }) => holds), looked.map(({ word }) => word)];
  const [{ error } = {}, another] = looked;
  // If there are other files, they decide how a file that cannot be read is reported.
  if (error && !another) throw error;
  if (areDumps(held)) return words.map((word) => [word]);
  return areParts(held) || areNameless(held) ? [words] : undefined;
}

/**
 * Whether two files are a problem and its outputs, in either order. `qkv check` takes such files as a problem and its
 * sheet.
 */
export function isDumpInTwo(looked: readonly Looked[]): boolean {
  const held = looked.map(({ holds }) => holds);
  return held.length === 2 && held.includes("problem") && held.includes("answers");
}
