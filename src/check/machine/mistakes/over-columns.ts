import { remember } from "../../../math/remember.js";
import { scoresOfRow } from "../row-scores.js";
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

/** ln Σ_i e^(s_ij) of each key. */
function columnLogSums(task: Task): Float64Array {
  const { query, key } = task;
  const maxima = new Float64Array(key.rows).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float64Array(key.rows);
  for (let row = 0; row < query.rows; row++) {
    for (const [j, score] of scoresOfRow(task, row).entries()) {
      if (score === Number.NEGATIVE_INFINITY) continue;
      const most = Math.max(maxima[j], score);
      sums[j] = sums[j] * Math.exp(maxima[j] - most) + Math.exp(score - most);
      maxima[j] = most;
    }
  }
  return sums.map((sum, j) => maxima[j] + Math.log(sum));
}
