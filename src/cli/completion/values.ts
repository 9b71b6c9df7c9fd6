import { choicesOf } from "../../attention/setting.js";
import type { Command } from "../../commands/command.js";
import { FORMAT_NAMES } from "../../render/formats/registry.js";
import type { Axis } from "../../trace/trace.js";
import type { CommandOption } from "../options.js";
import type { RecordedStep, RecordSteps } from "./recorded-steps.js";

/** A word that may stand under the cursor. One that ends in `[`, `,` or `=` goes on. */
export interface Candidate {
  readonly word: string;
  /** What it is, for shells that show it. */
  readonly help?: string;
}

/** What may stand under the cursor. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Whether names of files may stand there, too: those the shell knows. */
  readonly takesFiles?: boolean;
}

export const wordsAlone = (words: Iterable<string>): readonly Candidate[] =>
  Array.from(words, (word) => ({ word }));

/** Where a value is asked for: the command, the words before the option, and the beginning of the value. */
interface Place {
  readonly command: Command;
  readonly current: string;
  readonly before: readonly string[];
  readonly record: RecordSteps;
}

/** Values that no list of choices says, by the setting that they are of. */
const VALUES: Readonly<Record<string, (place: Place) => Promise<Completion> | Completion>> = {
  preset: async () => {
    return { candidates: wordsAlone((await import("../../systems/registry.js")).systemNames()) };
  },
  format: () => ({ candidates: wordsAlone(FORMAT_NAMES), takesFiles: true }),
  steps: async (place) => ({ candidates: [{ word: "all" }, { word: "none" }, ...(await ids(place))] }),
  require: async (place) => ({ candidates: [{ word: "all" }, ...(await ids(place))] }),
  carrySteps: async (place) => ({ candidates: await ids(place) }),
  only: async (place) => ({ candidates: await keys(place) }),
  why: completeCell,
  uses: completeCell,
  check: async (place) => ({ candidates: continued(await ids(place), "="), takesFiles: true }),
  precision: () => ({ candidates: wordsAlone(["2", "4", "full"]) }),
  scale: () => ({ candidates: wordsAlone(["none"]) }),
  null: () => ({ candidates: wordsAlone(["nan"]) }),
  output: takesFile,
  text: () => ({ candidates: [] }),
  textFile: takesFile,
  backward: () => ({ candidates: wordsAlone(["ones"]), takesFiles: true }),
};

function takesFile(): Completion {
  return { candidates: [], takesFiles: true };
}

/** What may be the value of an option. */
export async function completeValue({
  option,
  ...place
}: Place & { readonly option: CommandOption }): Promise<Completion> {
  const { name } = option;
  const setting = place.command.settings[name];
  const choices = choicesOf(setting);
  if (choices.length > 0) return { candidates: wordsAlone(choices) };
  if (Object.hasOwn(VALUES, name)) return VALUES[name](place);
  return setting.value === "<matrix>" ? takesFile() : { candidates: [] };
}

/** A cell, part by part: `weights[`, then `weights[study,`, then `weights[study,man]`. */
export async function completeCell({ before, current, record }: Place): Promise<Completion> {
  const [name, place] = current.split("[", 2);
  const steps = await record(before);
  if (place === undefined)
    return { candidates: steps.map(({ key, title }) => ({ word: `${key}[`, help: title })) };
  return {
    candidates: wordsAlone(steps.filter(({ key }) => key === name).flatMap((step) => cellsOf(step, place))),
  };
}

/** Longer axes are not worth a list. */
const MOST_POSITIONS = 64;

function cellsOf({ key, shape, axes }: RecordedStep, place: string): readonly string[] {
  const rows = positionsOf(axes[0], shape.rows);
  if (shape.cols === 1) return rows.map((row) => `${key}[${row}]`);
  if (!place.includes(",")) return rows.map((row) => `${key}[${row},`);
  const row = place.slice(0, place.indexOf(","));
  return positionsOf(axes[1], shape.cols).map((col) => `${key}[${row},${col}]`);
}

/** The names of an axis, where they tell its positions apart, else the numbers. */
function positionsOf({ labels }: Axis, size: number): readonly string[] {
  const isUseful =
    labels !== undefined &&
    new Set(labels).size === labels.length &&
    !labels.some((label) => /[[\],]/.test(label));
  const all = isUseful
    ? labels
    : Array.from({ length: Math.min(size, MOST_POSITIONS) }, (_, at) => String(at));
  return all.slice(0, MOST_POSITIONS);
}

async function ids(place: Place): Promise<readonly Candidate[]> {
  const steps = await place.record(place.before);
  const titles = new Map(steps.filter(({ isInput }) => !isInput).map(({ id, title }) => [id, title]));
  return Array.from(titles, ([word, help]) => ({ word, help }));
}

async function keys(place: Place): Promise<readonly Candidate[]> {
  const steps = await place.record(place.before);
  return steps.map(({ key, title }) => ({ word: key, help: title }));
}

const continued = (candidates: readonly Candidate[], sign: string) =>
  candidates.map(({ word, help }) => ({ word: word + sign, ...(help && { help }) }));
