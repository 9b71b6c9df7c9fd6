import { type Answers, cellOf } from "./answers.js";
import { allows } from "./attended-keys.js";
import { HEADS, SUM_COLUMN } from "./probe.js";
import { type Conventions, replayHead } from "./replay.js";

// Finds attention sinks from the sums of weights, which the last column of the output shows.

/** A row counts if it shows the sink at least this well, compared with the row that shows it best. */
const GOOD = 0.25;

/**
 * Computes the sink of each head from the sum T of the weights of its rows: T = Z / (Z + e^sink), so the sink is ln Z +
 * ln((1 − T) / T). Returns undefined if a head shows none.
 */
export function sinksIn(conventions: Conventions, answers: Answers): readonly number[] | undefined {
  const sinks = HEADS.map((head) => {
    const rows = replayHead(conventions, answers, head, (i, j) => allows(conventions.pattern, i, j));
    const seen = rows.flatMap(({ made }, i) => {
      const total = made ? cellOf(answers, head, i, SUM_COLUMN) / made.output[SUM_COLUMN] : 1;
      if (!made || !(total > 0 && total < 1)) return [];
      // An error of T causes an error of the sink that is 1 / (T·(1 − T)) times as large.
      return [{ sink: made.logSumExp + Math.log((1 - total) / total), weight: total * (1 - total) }];
    });
    const most = Math.max(0, ...seen.map(({ weight }) => weight));
    const good = seen.filter(({ weight }) => weight >= GOOD * most);
    const sum = good.reduce((all, { weight }) => all + weight ** 2, 0);
    return good.reduce((mean, { sink, weight }) => mean + (sink * weight ** 2) / sum, 0) / (sum > 0 ? 1 : 0);
  });
  return sinks.every(Number.isFinite) ? sinks : undefined;
}
