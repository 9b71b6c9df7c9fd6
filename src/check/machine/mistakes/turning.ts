import type { Matrix } from "../../../math/matrix.js";
import { findStep, type Trace } from "../../../trace/trace.js";
import { recordOther } from "../../mistakes/mistake.js";
import { type Task, tasksOf } from "../task.js";
import type { Suspicion } from "./kernel-mistake.js";

// Queries and keys turned by other angles than those of a run: worked from what they were before.

/** The settings of a run about RoPE. */
export interface TurnSettings {
  readonly rope?: "interleaved" | "half-split";
  readonly base?: number;
  readonly rotarySize?: number;
  readonly scaling?: string;
  readonly scalingFactor?: number;
}

export const turnSettings = ({ homework }: Suspicion): TurnSettings => homework.problem.settings;

/** The attentions of a run recorded with other settings; those of the run where that cannot be. */
export const tasksWith = ({ homework }: Suspicion, settings: object): readonly Task[] =>
  tasksOf(recordOther(homework, settings) ?? homework.trace);

/** Which columns are pairs, and how fast each turns. */
export interface Turning {
  /** The heads before they are turned. */
  readonly unturned: readonly Task[];
  readonly areNeighbours: boolean;
  readonly frequencies: Float64Array;
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
  return {
    unturned: tasksWith(given, { rope: undefined }),
    areNeighbours: rope === "interleaved",
    frequencies,
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

/** A matrix turned row by row: pair p of a row at a position by the angle that `waves` gives. */
export function turned(
  { rows, cols, data }: Matrix,
  positions: Float64Array,
  { frequencies, areNeighbours }: Pick<Turning, "frequencies" | "areNeighbours">,
  waves: Waves,
): Matrix {
  const made = data.slice();
  const pairs = frequencies.length;
  for (let row = 0; row < rows; row++) {
    for (let pair = 0; pair < pairs; pair++) {
      const [cos, sin] = waves(positions[row], frequencies[pair]);
      const a = row * cols + (areNeighbours ? 2 * pair : pair);
      const b = areNeighbours ? a + 1 : a + pairs;
      made[a] = data[a] * cos - data[b] * sin;
      made[b] = data[a] * sin + data[b] * cos;
    }
  }
  return { rows, cols, data: made };
}
