import { tabulate } from "../../../math/lists.js";
import type { Matrix } from "../../../math/matrix.js";
import { once, remember } from "../../../math/remember.js";
import { type Pairing, partnerOf } from "../../../ops/pairs.js";
import { findStep, type Trace } from "../../../trace/trace.js";
import { type Homework, recordOther } from "../../mistakes/mistake.js";
import { type Task, tasksOf } from "../task.js";
import {
  kernelMistakes,
  type Parameters,
  type Part,
  replacing,
  type SearchContext,
  type Variant,
  withTask,
} from "./kernel-mistake.js";

// Queries and keys computed in another way: with other settings of the run, or rotated by other angles.

/** The RoPE settings of a run. */
export interface RotationSettings {
  readonly rope?: Pairing;
  readonly base?: number;
  readonly offset?: number;
  readonly rotarySize?: number;
  readonly scaling?: string;
  readonly scalingFactor?: number;
}

export const rotationSettings = ({ homework }: SearchContext): RotationSettings => homework.problem.settings;

export const isRotated = (given: SearchContext) => rotationSettings(given).rope !== undefined;

/**
 * Returns a function that records the run with other settings or inputs and returns its attentions. If that is
 * impossible, it returns those of the run.
 */
export function otherTasks(
  { homework }: SearchContext,
  settings: object,
  matrices = homework.problem.matrices,
): () => readonly Task[] {
  const problem = { ...homework.problem, matrices };
  return once(() => tasksOf(recordOther({ ...homework, problem }, settings) ?? homework.trace));
}

/** Makes a variant of the attention recorded with other settings. With `part`, only this matrix is replaced. */
export function recorded(
  given: SearchContext,
  settings: object,
  parameters?: Parameters,
  part?: Part,
): Variant {
  const others = otherTasks(given, settings);
  const other = (task: Task) => others()[task.head] ?? task;
  return part ? replacing([part], (task) => other(task)[part], parameters) : withTask(other, parameters);
}

/** Makes the mistakes of a rotation. */
export const rotating = kernelMistakes("q-rotated", "(R_i q_i) · (R_j k_j)", isRotated);

type MakePart = (task: Task, part: "query" | "key") => Matrix;

/** Makes a variant with other queries and keys. */
export const withBoth = (other: MakePart, parameters?: Parameters): Variant =>
  replacing(["query", "key"], other, parameters);

/** The pairs of columns that RoPE rotates, with their frequencies. */
export interface Turning {
  /** The heads before the rotation. */
  readonly unturned: readonly Task[];
  readonly pairing: Pairing;
  readonly frequencies: Float64Array;
  /** The factor of cos and sin, which some scalings have. */
  readonly factor: number;
  /** The positions of the rows of queries and keys. */
  readonly positions: Readonly<Record<"query" | "key", Float64Array>>;
}

/** Returns the rotation of a run. Returns undefined if the run does not rotate or its angles are unknown. */
export const turningOf = (given: SearchContext): Turning | undefined =>
  remember(knownTurnings, given.homework, () => findTurning(given));

const knownTurnings = new WeakMap<Homework, Turning | undefined>();

function findTurning(given: SearchContext): Turning | undefined {
  const { rope } = rotationSettings(given);
  if (!rope) return undefined;
  const { trace } = given.homework;
  const frequencies = findStep(trace, "inverse-frequencies")?.output().data;
  if (!frequencies) return undefined;
  const own = positionsIn(trace, "angles", frequencies);
  const ofKeys = positionsIn(trace, "key-angles", frequencies) ?? own;
  if (!own || !ofKeys) return undefined;
  const unturned = otherTasks(given, { rope: undefined })();
  const { partner } = partnerOf(0, frequencies.length, rope);
  const sizeOf = ({ query: { data } }: Task) => Math.hypot(data[0], data[partner]);
  return {
    unturned,
    pairing: rope,
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

/** A function that returns cos and sin of a pair's angle at a position. */
export type Waves = (position: number, frequency: number) => readonly [cos: number, sin: number];

export const wavesOf = (angle: number) => [Math.cos(angle), Math.sin(angle)] as const;

const usualWaves: Waves = (position, frequency) => wavesOf(position * frequency);

/** For each column: its partner in the pair, the sign of the partner's sine, and the frequency of the angle. */
export type Columns = readonly {
  readonly partner: number;
  readonly sign: 1 | -1;
  readonly frequency: number;
}[];

/**
 * Returns the pairs of a head's columns, of which the first `size` columns are rotated. `frequencyOf` returns the
 * frequency of a pair or column.
 */
export const pairsOf = (
  { pairing, frequencies }: Turning,
  cols: number,
  size = 2 * frequencies.length,
  frequencyOf = (pair: number, _col: number) => frequencies[pair] ?? 0,
): Columns =>
  tabulate(cols, (col) => {
    if (col >= size) return { partner: col, sign: 1, frequency: 0 };
    const { pair, partner, isFirst } = partnerOf(col, size / 2, pairing);
    return { partner, sign: isFirst ? -1 : 1, frequency: frequencyOf(pair, col) };
  });

/** How queries and keys are rotated otherwise: by other waves, or in other pairs. */
interface TurnedHow {
  readonly waves?: Waves;
  readonly columnsOf?: (turning: Turning, cols: number, head: number) => Columns;
}

/** Makes variants whose queries and keys are rotated otherwise, if the run rotates them. */
export function turnedOtherwise(
  given: SearchContext,
  how: TurnedHow,
  parameters?: Parameters,
): readonly Variant[] {
  const turning = turningOf(given);
  return turning ? [withBoth((task, part) => turned(turning, task, part, how), parameters)] : [];
}

/** Returns queries, keys or values of a head rotated in another way, or at other positions. */
export function turned(
  turning: Turning,
  { head }: Pick<Task, "head">,
  part: Part,
  {
    waves = usualWaves,
    columnsOf = (own, count) => pairsOf(own, count),
    by = 0,
    row: only,
  }: TurnedHow & {
    readonly by?: number;
    /** The only row that is rotated. By default all rows are. */
    readonly row?: number;
  },
): Matrix {
  const { rows, cols, data } = turning.unturned[head][part];
  const made = data.slice();
  const columns = columnsOf(turning, cols, head);
  const positions = turning.positions[part === "value" ? "key" : part];
  // Cached keys stay as they are.
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
