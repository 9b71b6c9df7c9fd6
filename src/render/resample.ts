import { tabulate } from "../math/lists.js";
import { extremesOf } from "../math/rows.js";

/** The maximum number of times a point is repeated if there are few points. */
const MOST_REPEATS = 8;

/**
 * Spreads the values over at most `columns` columns (2 or more). Few values are repeated. From many values it takes the
 * smallest and the largest of every bucket, in their order, so that no peak is lost. A value that is not finite is a gap.
 * `columnOf` returns the column at which a point of the curve is drawn.
 */
export function resample(values: Float64Array, columns: number) {
  if (values.length <= columns) {
    const repeats = Math.min(MOST_REPEATS, Math.floor(columns / Math.max(1, values.length)));
    return {
      values: Array.from(values).flatMap((value) => new Array<number>(repeats).fill(value)),
      columnOf: (point: number) => point * repeats,
    };
  }
  const buckets = Math.floor(columns / 2);
  const startOf = (bucket: number) => Math.floor((bucket * values.length) / buckets);
  return {
    values: tabulate(buckets, (bucket) =>
      extremesInOrder(values.subarray(startOf(bucket), startOf(bucket + 1))),
    ).flat(),
    columnOf: (point: number) => 2 * Math.floor((point * buckets) / values.length),
  };
}

function extremesInOrder(bucket: Float64Array) {
  const finite = bucket.filter(Number.isFinite);
  if (finite.length === 0) return [Number.NaN, Number.NaN];
  const [smallest, largest] = extremesOf(finite);
  return finite.indexOf(smallest) <= finite.indexOf(largest) ? [smallest, largest] : [largest, smallest];
}
