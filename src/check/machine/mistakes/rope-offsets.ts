import { rowOf } from "../../../math/matrix.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { type KernelMistake, lastWrongRow, onOther, type Suspicion, type Variant } from "./kernel-mistake.js";
import { ropePositionOff } from "./positions.js";
import { distanceTo, FEATURES, leastOf, weighedIn } from "./sums.js";
import { turned, turningOf } from "./turning.js";

// Positions that are off by any number: cached keys, padded widths, rows that stayed after others were thrown out.

const MOST_OFF = 2048;
const MOST_TRIED = 3;
/** A product of m keys, d columns and so many offsets is worked. */
const MOST_WORK = 3e8;

/**
 * The offsets of the queries with which a wrong row comes closest to what was dumped. A pair of a query and a key turns with the offset δ as
 * A cos δω + B sin δω, so that A and B are worked once.
 */
function nearestOffsets(given: Suspicion): readonly number[] {
  const turning = turningOf(given);
  if (!given.dump || !turning) return [];
  const { task, row, got } = lastWrongRow(given.dump);
  const { frequencies, areNeighbours } = turning;
  const [count, pairs] = [task.key.rows, frequencies.length];
  const [q, { data: keys, cols }] = [rowOf(task.query, row), task.key];
  const still = new Float64Array(count);
  const [cosines, sines] = [new Float64Array(count * pairs), new Float64Array(count * pairs)];
  for (let j = 0; j < count; j++) {
    for (let pair = 0; pair < pairs; pair++) {
      const a = areNeighbours ? 2 * pair : pair;
      const b = areNeighbours ? a + 1 : a + pairs;
      const [x, y] = [keys[j * cols + a], keys[j * cols + b]];
      cosines[j * pairs + pair] = q[a] * x + q[b] * y;
      sines[j * pairs + pair] = q[a] * y - q[b] * x;
    }
    for (let c = 2 * pairs; c < cols; c++) still[j] += q[c] * keys[j * cols + c];
  }
  const features = Math.min(FEATURES, got.length);
  const most = Math.min(MOST_OFF, Math.floor(MOST_WORK / (count * (2 * pairs + features)) / 2));
  return leastOf(offsets(most), MOST_TRIED, (offset, limit) => {
    const products = still.slice();
    for (let pair = 0; pair < pairs; pair++) {
      const [cos, sin] = [Math.cos(offset * frequencies[pair]), Math.sin(offset * frequencies[pair])];
      for (let j = 0; j < count; j++)
        products[j] += cosines[j * pairs + pair] * cos + sines[j * pairs + pair] * sin;
    }
    const { powers, sum } = powersOf(scoresOfRow(task, row, products));
    return distanceTo(got, features, (c) => weighedIn(task, powers, c) / sum, limit);
  });
}

function* offsets(most: number): Generator<number> {
  for (let offset = 1; offset <= most; offset++) {
    yield offset;
    yield -offset;
  }
}

export const ropeOffsetAny: KernelMistake = {
  ...ropePositionOff,
  *variants(given): Generator<Variant> {
    const turning = turningOf(given);
    if (!turning) return;
    for (const by of nearestOffsets(given))
      yield onOther((task) => ({ ...task, query: turned(turning, task, "query", { by }) }), { queries: by });
  },
};
