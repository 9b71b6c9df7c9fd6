import type { Matrix } from "../../../math/matrix.js";
import { once } from "../../../math/remember.js";
import { findStep, type Trace } from "../../../trace/trace.js";
import { recordOther } from "../../mistakes/mistake.js";
import { type Task, tasksOf } from "../task.js";
import {
  onOther,
  PARTS,
  type Parameters,
  type Part,
  replacing,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";

// Queries and keys that are made otherwise: with other settings of the run, or turned by other angles, worked from what they were before.

/** The settings of a run about RoPE. */
export interface TurnSettings {
  readonly rope?: "interleaved" | "half-split";
  readonly base?: number;
  readonly offset?: number;
  readonly rotarySize?: number;
  readonly scaling?: string;
  readonly scalingFactor?: number;
}

export const turnSettings = ({ homework }: Suspicion): TurnSettings => homework.problem.settings;

export const isTurned = (given: Suspicion) => turnSettings(given).rope !== undefined;

/** The attentions of a run with other settings or inputs, when they are asked for; those of the run where that cannot be. */
export function otherTasks(
  { homework }: Suspicion,
  settings: object,
  matrices = homework.problem.matrices,
): () => readonly Task[] {
  const problem = { ...homework.problem, matrices };
  return once(() => tasksOf(recordOther({ ...homework, problem }, settings) ?? homework.trace));
}

/** Attention recorded with other settings, of which the run has all, or only the queries or keys. */
export function recorded(given: Suspicion, settings: object, parameters?: Parameters, part?: Part): Variant {
  const others = otherTasks(given, settings);
  const other = (task: Task) => others()[task.head] ?? task;
  return part ? replacing([part], (task) => other(task)[part], parameters) : onOther(other, parameters);
}

type MakePart = (task: Task, part: "query" | "key") => Matrix;

/** The attention with queries and keys made otherwise. */
export const withBoth = (other: MakePart, parameters?: Parameters): Variant =>
  replacing(["query", "key"], other, parameters);

/** The same, or with one of them made otherwise. */
export function* inParts(other: MakePart, parameters?: Parameters, called = "which"): Generator<Variant> {
  yield withBoth(other, parameters);
  for (const which of ["queries alone", "keys alone"] as const)
    yield replacing(PARTS[which], other, { ...parameters, [called]: which });
}

/** Which columns are pairs, and how fast each turns. */
export interface Turning {
  /** The heads before they are turned. */
  readonly unturned: readonly Task[];
  readonly areNeighbours: boolean;
  readonly frequencies: Float64Array;
  /** What cos and sin are multiplied by, as some scalings have it. */
  readonly factor: number;
  /** Of the rows of queries and keys. */
  readonly positions: Readonly<Record<"query" | "key", Float64Array>>;
}

/** How a run turns; undefined where it does not, or its angles are not frequency times position. */
export function turningOf(given: Suspicion): Turning | undefined {
  const { rope } = turnSettings(given);
  if (!rope) return undefined;
  const { trace } = given.homework;
  const frequencies = findStep(trace, "inverse-frequencies")?.output().data;
  if (!frequencies) return undefined;
  const own = positionsIn(trace, "angles", frequencies);
  const ofKeys = positionsIn(trace, "key-angles", frequencies) ?? own;
  if (!own || !ofKeys) return undefined;
  const unturned = otherTasks(given, { rope: undefined })();
  const areNeighbours = rope === "interleaved";
  const sizeOf = ({ query: { data } }: Task) =>
    Math.hypot(data[0], data[areNeighbours ? 1 : frequencies.length]);
  return {
    unturned,
    areNeighbours,
    frequencies,
    factor: sizeOf(given.tasks[0]) / sizeOf(unturned[0]) || 1,
    positions: { query: own, key: ofKeys },
  };
}

function positionsIn(trace: Trace, key: string, frequencies: Float64Array): Float64Array | undefined {
  const angles = findStep(trace, key)?.output();
  if (!angles) return undefined;
  const { rows, cols, data } = angles;
  return Float64Array.from({ length: rows }, (_, row) => Math.round(data[row * cols] / frequencies[0]));
}

/** cos and sin of the angle of a pair at a position. */
export type Waves = (position: number, frequency: number) => readonly [cos: number, sin: number];

export const wavesOf = (angle: number) => [Math.cos(angle), Math.sin(angle)] as const;

const usualWaves: Waves = (position, frequency) => wavesOf(position * frequency);

/** For each column the one that it is turned with, the sign of that one's sine, and the frequency of its angle. */
export type Columns = readonly {
  readonly partner: number;
  readonly sign: 1 | -1;
  readonly frequency: number;
}[];

/** The pairs of so many columns, of which the first ones turn, by the frequency of each pair or column. */
export const pairsOf = (
  { areNeighbours, frequencies }: Turning,
  cols: number,
  size = 2 * frequencies.length,
  frequencyOf = (pair: number, _col: number) => frequencies[pair] ?? 0,
): Columns =>
  Array.from({ length: cols }, (_, col) => {
    if (col >= size) return { partner: col, sign: 1, frequency: 0 };
    const half = size / 2;
    const isFirst = areNeighbours ? col % 2 === 0 : col < half;
    const apart = areNeighbours ? 1 : half;
    const frequency = frequencyOf(areNeighbours ? Math.floor(col / 2) : col % half, col);
    return { partner: isFirst ? col + apart : col - apart, sign: isFirst ? -1 : 1, frequency };
  });

/** Queries, keys or values of a head as they are turned otherwise: by other waves, in other pairs, at other positions. */
export function turned(
  turning: Turning,
  { head }: Pick<Task, "head">,
  part: Part,
  {
    waves = usualWaves,
    columnsOf = pairsOf,
    by = 0,
    row: only,
  }: {
    readonly waves?: Waves;
    readonly columnsOf?: (turning: Turning, cols: number) => Columns;
    readonly by?: number;
    /** The one row that is turned, where not all are. */
    readonly row?: number;
  },
): Matrix {
  const { rows, cols, data } = turning.unturned[head][part];
  const made = data.slice();
  const columns = columnsOf(turning, cols);
  const positions = turning.positions[part === "value" ? "key" : part];
  // Keys of a cache stay as they were written.
  const cached = rows - positions.length;
  for (let row = only ?? cached; row <= (only ?? rows - 1); row++) {
    const position = positions[row - cached] + by;
    for (let col = 0, at = row * cols; col < cols; col++, at++) {
      const { partner, sign, frequency } = columns[col];
      if (frequency === 0) continue;
      const [cos, sin] = waves(position, frequency);
      made[at] = turning.factor * (data[at] * cos + sign * data[row * cols + partner] * sin);
    }
  }
  return { rows, cols, data: made };
}
