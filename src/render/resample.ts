import { tabulate } from "../math/lists.js";
import { extremesOf } from "../math/rows.js";

/** A curve for so many columns of a terminal. */
interface Resampled {
  /** One value a column; what is not finite is a gap. */
  readonly values: readonly number[];
  /** The column at which a point of the curve is drawn. */
  columnOf(point: number): number;
}

/** A point may be repeated so many times where there are few of them. */
const MOST_REPEATS = 8;

/**
 * The values spread over at most `columns` columns (2 or more): each repeated when there are few, and when there are
 * many, the smallest and the largest of every bucket in the order in which they come, so that no peak is lost.
 */
export function resample(values: Float64Array, columns: number): Resampled {
  if (values.length <= columns) {
    const repeats = Math.min(MOST_REPEATS, Math.floor(columns / Math.max(1, values.length)));
    return {
      values: Array.from(values).flatMap((value) => new Array<number>(repeats).fill(value)),
      columnOf: (point) => point * repeats,
    };
  }
  const buckets = Math.floor(columns / 2);
  const startOf = (bucket: number) => Math.floor((bucket * values.length) / buckets);
  return {
    values: tabulate(buckets, (bucket) =>
      extremesInOrder(values.subarray(startOf(bucket), startOf(bucket + 1))),
    ).flat(),
    columnOf: (point) => 2 * Math.floor((point * buckets) / values.length),
  };
}

function extremesInOrder(bucket: Float64Array): readonly [number, number] {
  const finite = bucket.filter(Number.isFinite);
  if (finite.length === 0) return [Number.NaN, Number.NaN];
  const [smallest, largest] = extremesOf(finite);
  return finite.indexOf(smallest) <= finite.indexOf(largest) ? [smallest, largest] : [largest, smallest];
}
