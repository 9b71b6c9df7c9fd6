import { choicesOf } from "../../attention/setting.js";
import type { Command } from "../../commands/command.js";
import { upTo } from "../../math/lists.js";
import type { Axis, Step, Trace } from "../../trace/trace.js";
import type { CommandOption } from "../options.js";

/** A word that may be completed at the cursor. A word that ends in `[`, `,` or `=` continues. */
export interface Candidate {
  readonly word: string;
  /** Its explanation, for shells that show one. */
  readonly help?: string | undefined;
}

/** The mark that a file name may also be here, which the shell completes. No other word begins with a colon. */
export const FILES = ":files";

export const wordsAlone = (words: Iterable<string>) => Array.from(words, (word) => ({ word }));

/** Values in addition to the choices of a setting. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  format: [FILES],
  steps: ["all", "none"],
  require: ["all"],
  check: [FILES],
  precision: ["2", "4", "full"],
  scale: ["none"],
  null: ["nan"],
  output: [FILES],
  textFile: [FILES],
  backward: ["ones", FILES],
};

type InRun = (trace: Trace | undefined, current: string) => readonly Candidate[];

/** Settings whose values are names in a run. */
const NAMES: Readonly<Record<string, InRun>> = {
  steps: idsIn,
  require: idsIn,
  carrySteps: idsIn,
  check: (trace) => idsIn(trace).map(({ word, help }) => ({ word: `${word}=`, help })),
  only: (trace) => matricesIn(trace).map(({ key, title }) => ({ word: key, help: title })),
  why: completeCell,
  uses: completeCell,
};

/**
 * Returns the possible values of an option. `current` is the beginning of the value. `record` records the run, for
 * values that are names in it.
 */
export async function completeValue(
  { settings }: Command,
  { name, value }: CommandOption,
  current: string,
  record: () => Promise<Trace | undefined>,
): Promise<readonly Candidate[]> {
  const words = Object.hasOwn(WORDS, name) ? WORDS[name] : [];
  const choices = choicesOf(settings[name]);
  if (choices.length > 0) return wordsAlone([...choices, ...words]);
  if (name === "preset") return wordsAlone((await import("../../systems/registry.js")).systemNames());
  const inRun = Object.hasOwn(NAMES, name) ? NAMES[name](await record(), current) : [];
  const usual = value === "<matrix>" ? [FILES] : [];
  return [...inRun, ...wordsAlone(words.length > 0 ? words : usual)];
}

/** Completes a cell in parts: `weights[`, then `weights[study,`, then `weights[study,man]`. */
export function completeCell(trace: Trace | undefined, current: string): readonly Candidate[] {
  const [name, place] = current.split("[", 2);
  const matrices = matricesIn(trace);
  if (place === undefined) return matrices.map(({ key, title }) => ({ word: `${key}[`, help: title }));
  return wordsAlone(matrices.filter(({ key }) => key === name).flatMap((matrix) => cellsOf(matrix, place)));
}

/** The facts about a matrix that are known before its numbers are computed. */
type Known = Pick<Step, "key" | "title" | "shape" | "axes">;

function matricesIn(trace: Trace | undefined) {
  const inputs = trace?.inputs.map(({ name, matrix, axes }) => {
    return { key: name, title: "given", shape: matrix, axes };
  });
  return [...(trace?.steps ?? []), ...(inputs ?? [])];
}

function idsIn(trace: Trace | undefined) {
  const titles = new Map(trace?.steps.map(({ id, title }) => [id, title]));
  return Array.from(titles, ([word, help]) => ({ word, help }));
}

function cellsOf({ key, shape, axes }: Known, place: string) {
  const rows = positionsOf(axes[0], shape.rows);
  if (shape.cols === 1) return rows.map((row) => `${key}[${row}]`);
  if (!place.includes(",")) return rows.map((row) => `${key}[${row},`);
  const row = place.slice(0, place.indexOf(","));
  return positionsOf(axes[1], shape.cols).map((col) => `${key}[${row},${col}]`);
}

/** The maximum number of positions of an axis that are listed. */
const MAX_POSITIONS = 64;

/** Returns the labels of an axis if they are unique, else the position numbers. */
function positionsOf({ labels = [] }: Axis, size: number) {
  const isUseful = new Set(labels).size === size && !labels.some((label) => /[[\],]/.test(label));
  const all = isUseful ? labels : upTo(Math.min(size, MAX_POSITIONS)).map(String);
  return all.slice(0, MAX_POSITIONS);
}
