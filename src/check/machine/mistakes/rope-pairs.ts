import type { Matrix } from "../../../math/matrix.js";
import type { Task } from "../task.js";
import { type KernelMistake, onOther, type Suspicion, type Variant } from "./kernel-mistake.js";
import { type Turning, turningOf, turnSettings } from "./turning.js";

// Pairs of RoPE that nobody means: those of the whole head where a part of it turns, and sines in another order than the pairs.

/** For each column the one that it is turned with, the sign of that one's sine, and the frequency of its angle. */
type Columns = readonly { readonly partner: number; readonly sign: 1 | -1; readonly frequency: number }[];

/** x·cos + partner·sin in each column that turns; the others stay. */
function turnedBy({ rows, cols, data }: Matrix, positions: Float64Array, columns: Columns): Matrix {
  const made = data.slice();
  for (let row = 0; row < rows; row++) {
    for (const [col, { partner, sign, frequency }] of columns.entries()) {
      if (frequency === 0) continue;
      const angle = positions[row] * frequency;
      made[row * cols + col] =
        data[row * cols + col] * Math.cos(angle) + sign * data[row * cols + partner] * Math.sin(angle);
    }
  }
  return { rows, cols, data: made };
}

/** The pairs of the whole head, of which the first ones turn. */
function pairsOfHead({ frequencies, areNeighbours }: Turning, cols: number): Columns {
  const half = cols / 2;
  return Array.from({ length: cols }, (_, col) => {
    const [pair, isFirst] = areNeighbours ? [Math.floor(col / 2), col % 2 === 0] : [col % half, col < half];
    const partner = areNeighbours ? (isFirst ? col + 1 : col - 1) : isFirst ? col + half : col - half;
    return { partner, sign: isFirst ? -1 : 1, frequency: frequencies[pair] ?? 0 };
  });
}

/** Pairs in one order, the angles of the columns in the other. */
function mixedOrder({ frequencies, areNeighbours }: Turning, cols: number): Columns {
  const pairs = frequencies.length;
  return Array.from({ length: cols }, (_, col) => {
    if (col >= 2 * pairs) return { partner: col, sign: 1, frequency: 0 };
    const isFirst = areNeighbours ? col % 2 === 0 : col < pairs;
    const partner = areNeighbours ? (isFirst ? col + 1 : col - 1) : isFirst ? col + pairs : col - pairs;
    const frequency = frequencies[areNeighbours ? col % pairs : Math.floor(col / 2)];
    return { partner, sign: isFirst ? -1 : 1, frequency };
  });
}

function* turnedOtherwise(
  given: Suspicion,
  columnsOf: (turning: Turning, cols: number) => Columns,
): Generator<Variant> {
  const turning = turningOf(given);
  if (!turning) return;
  const other = (task: Task, part: "query" | "key") => {
    const matrix = turning.unturned[task.head][part];
    return turnedBy(matrix, turning.positions[part], columnsOf(turning, matrix.cols));
  };
  yield onOther((task) => ({ ...task, query: other(task, "query"), key: other(task, "key") }));
}

const isTurned = (given: Suspicion) => turnSettings(given).rope !== undefined;

export const ROPE_PAIRS: readonly KernelMistake[] = [
  {
    id: "rotary-pairs-of-head",
    step: "q-rotated",
    title: "Pairs were counted over the whole head, and not over the columns that turn.",
    formula: "half-split pairs of R columns that turn are i and i + R/2",
    fix: "Cut off the columns that turn first, then make their pairs.",
    isPossible: (given) => isTurned(given) && turnSettings(given).rotarySize !== undefined,
    variants: (given) => turnedOtherwise(given, pairsOfHead),
  },
  {
    id: "rope-tables-mixed",
    step: "q-rotated",
    title:
      "The angles are in the order of the other kind of pairs: the two columns of a pair turn by different angles.",
    formula: "both columns of pair i turn by p·ω_i",
    fix: "Half-split pairs need the frequencies one after the other and once more; neighbours need each frequency twice.",
    isPossible: isTurned,
    variants: (given) => turnedOtherwise(given, mixedOrder),
  },
];
