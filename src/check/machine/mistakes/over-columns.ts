import { attendRowByRow } from "../../../math/attend.js";
import { type BlockedKeys, isBlocked } from "../../../math/blocked.js";
import { createMatrix } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { cellFor } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { alsoOfSheets, type KernelMistake, type Suspicion, type Variant } from "./kernel-mistake.js";

// The softmax over the wrong axis: it takes the sums of every column, and with them one more attention.

/** So many scores are no work; more are worked out when nothing else explains the answer. */
const FEW_SCORES = 50_000;

const numScores = ({ tasks }: Suspicion) =>
  tasks.reduce((sum, { query, key }) => sum + query.rows * key.rows, 0);

const overColumns = (isPossible: (given: Suspicion) => boolean): KernelMistake =>
  alsoOfSheets("softmax-over-columns", () => [normalisedOverColumns()], isPossible);

export const overColumnsOfFew = overColumns((given) => numScores(given) <= FEW_SCORES);
export const overColumnsOfMany = overColumns((given) => numScores(given) > FEW_SCORES);

function normalisedOverColumns(): Variant {
  const known = new WeakMap<Task, Float64Array>();
  return {
    make: (task, row) => {
      const sums = remember(known, task, () => columnLogSums(task));
      return makeRow(task, row, undefined, (scores) => scores.map((score, j) => Math.exp(score - sums[j])));
    },
  };
}

/** ln Σ_i e^(s_ij) of each key: the log-sum-exp of an attention in which keys ask and queries answer. */
function columnLogSums({ query, key, scale, softcap, bias, blocked }: Task): Float64Array {
  const { maximum, sum } = attendRowByRow({
    query: key,
    key: query,
    value: createMatrix(query.rows, 1),
    scale,
    softcap,
    bias: bias && createMatrix(key.rows, query.rows, (j, i) => cellFor(bias, i, j)),
    ...queriesOf(blocked, key.rows, query.rows),
  });
  return maximum.map((most, j) => most + Math.log(sum[j]));
}

/** The queries that may attend to each key: from the first to the last, but for those that are blocked between. */
export function queriesOf(blocked: BlockedKeys | undefined, numKeys: number, numQueries: number) {
  const low = new Float64Array(numKeys);
  const high = new Float64Array(numKeys).fill(numQueries);
  if (!blocked) return { low, high };
  let hasGaps = false;
  for (let j = 0; j < numKeys; j++) {
    let [first, last, count] = [numQueries, 0, 0];
    for (let i = 0; i < numQueries; i++) {
      if (isBlocked(blocked, i, j)) continue;
      first = Math.min(first, i);
      last = i + 1;
      count++;
    }
    low[j] = Math.min(first, last);
    high[j] = last;
    hasGaps ||= last - low[j] !== count;
  }
  if (!hasGaps) return { low, high };
  const data = new Uint8Array(numKeys * numQueries);
  for (let j = 0, at = 0; j < numKeys; j++) {
    for (let i = 0; i < numQueries; i++, at++) data[at] = isBlocked(blocked, i, j) ? 1 : 0;
  }
  return { low, high, blocked: { rows: numKeys, cols: numQueries, data } };
}
