import { choicesOf } from "../../attention/setting.js";
import type { Command } from "../../commands/command.js";
import type { Axis, Step, Trace } from "../../trace/trace.js";
import type { CommandOption } from "../options.js";

/** A word that may stand under the cursor. One that ends in `[`, `,` or `=` goes on. */
export interface Candidate {
  readonly word: string;
  /** What it is, for shells that show it. */
  readonly help?: string | undefined;
}

/** Says that names of files may stand there, too: those the shell knows. No other word begins with a colon. */
export const FILES = ":files";

export const wordsAlone = (words: Iterable<string>): readonly Candidate[] =>
  Array.from(words, (word) => ({ word }));

/** Values beside the choices that a setting knows. */
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

/** Values that are names in a run. */
const NAMES: Readonly<Record<string, InRun>> = {
  steps: idsIn,
  require: idsIn,
  carrySteps: idsIn,
  check: (trace) => idsIn(trace).map(({ word, help }) => ({ word: `${word}=`, help })),
  only: (trace) => matricesIn(trace).map(({ key, title }) => ({ word: key, help: title })),
  why: completeCell,
  uses: completeCell,
};

/** What may be the value of an option of a command, begun as `current`, in the run that is recorded. */
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

/** A cell, part by part: `weights[`, then `weights[study,`, then `weights[study,man]`. */
export function completeCell(trace: Trace | undefined, current: string): readonly Candidate[] {
  const [name, place] = current.split("[", 2);
  const matrices = matricesIn(trace);
  if (place === undefined) return matrices.map(({ key, title }) => ({ word: `${key}[`, help: title }));
  return wordsAlone(matrices.filter(({ key }) => key === name).flatMap((matrix) => cellsOf(matrix, place)));
}

/** What is known of a matrix of a run before a number of it is worked out. */
type Known = Pick<Step, "key" | "title" | "shape" | "axes">;

function matricesIn(trace: Trace | undefined): readonly Known[] {
  const inputs = trace?.inputs.map(({ name, matrix, axes }) => {
    return { key: name, title: "given", shape: matrix, axes };
  });
  return [...(trace?.steps ?? []), ...(inputs ?? [])];
}

function idsIn(trace: Trace | undefined): readonly Candidate[] {
  const titles = new Map(trace?.steps.map(({ id, title }) => [id, title]));
  return Array.from(titles, ([word, help]) => ({ word, help }));
}

function cellsOf({ key, shape, axes }: Known, place: string): readonly string[] {
  const rows = positionsOf(axes[0], shape.rows);
  if (shape.cols === 1) return rows.map((row) => `${key}[${row}]`);
  if (!place.includes(",")) return rows.map((row) => `${key}[${row},`);
  const row = place.slice(0, place.indexOf(","));
  return positionsOf(axes[1], shape.cols).map((col) => `${key}[${row},${col}]`);
}

/** Longer axes are not worth a list. */
const MOST_POSITIONS = 64;

/** The names of an axis, where they tell its positions apart, else the numbers. */
function positionsOf({ labels = [] }: Axis, size: number): readonly string[] {
  const isUseful = new Set(labels).size === size && !labels.some((label) => /[[\],]/.test(label));
  const all = isUseful ? labels : Array.from({ length: Math.min(size, MOST_POSITIONS) }, (_, at) => `${at}`);
  return all.slice(0, MOST_POSITIONS);
}
