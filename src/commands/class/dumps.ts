import type { Holds, Looked } from "./what-words-hold.js";

/** The files of one dump. */
type Dump = readonly string[];

const count = (held: readonly Holds[], kind: Holds) => held.filter((one) => one === kind).length;
const areAll = (held: readonly Holds[], ...kinds: readonly Holds[]) =>
  held.every((one) => kinds.includes(one));

/** Dumps of their own: one that lacks an answer has a row that says so, unless it alone does and stands first, as the problem of the others. */
const areDumps = (held: readonly Holds[]) =>
  areAll(held, "dump", "problem") &&
  held.includes("dump") &&
  !(held[0] === "problem" && count(held, "problem") === 1);

/** What files are together that are one dump: an array in each, or packed ones in one and what came out in another. */
const areParts = (held: readonly Holds[]) =>
  areAll(held, "part", "packed", "answers", "arrays") &&
  (count(held, "part") > 1 || (held.includes("packed") && held.includes("answers")));

/** Query, key, value and what came out of them, in this order. */
const areNameless = (held: readonly Holds[]) => held.length === 4 && areAll(held, "arrays");

/**
 * The dumps among what words name, where these say by themselves what is to be judged; undefined for a problem and its sheets. Throws what is
 * wrong with a file that is alone.
 */
export function dumpsAmong(looked: readonly Looked[]): readonly Dump[] | undefined {
  const [held, words] = [looked.map(({ holds }) => holds), looked.map(({ word }) => word)];
  const [{ error } = {}, another] = looked;
  // What is said of a file that cannot be read depends on what the others are.
  if (error && !another) throw error;
  if (areDumps(held)) return words.map((word) => [word]);
  return areParts(held) || areNameless(held) ? [words] : undefined;
}

/** A problem and what came out of it, a file each, in either order: for a check they are a problem and its sheet. */
export function isDumpInTwo(looked: readonly Looked[]): boolean {
  const held = looked.map(({ holds }) => holds);
  return held.length === 2 && held.includes("problem") && held.includes("answers");
}
