import { squaresOf, sumOver, tabulate, upTo } from "../../../math/lists.js";
import { rowOf } from "../../../math/matrix.js";
import { runningSums } from "../keys-used.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import type { Task } from "../task.js";
import type { SearchContext, Variant } from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";
import type { Order } from "./orders.js";
import { distanceTo, FEATURES, MAX_RELATIVE_DISTANCE, rowsToSearch } from "./sums.js";

// Pages of keys that are read in any order, as without a page table. The order is found from one row.

/** The maximum number of pages, if the caller does not set one. */
const MAX_PAGES = 32;

/**
 * Returns variants with pages in the order that brings a wrong row closest to the dump. `lookedUp` looks all keys up
 * some places away, and `make` in any order.
 */
export function pagesInAnyOrder(
  { dump, tasks }: SearchContext,
  lookedUp: (by: number) => Variant,
  make: (order: Order, said: { readonly tile: number; readonly pages: string }) => Variant,
  most = MAX_PAGES,
): readonly Variant[] {
  const { rows } = tasks[0].key;
  if (!dump) return [];
  const [row] = rowsToSearch(dump);
  const sizes = tilesBelow(rows).filter((size) => size * most >= rows && 2 * size <= rows);
  return sizes.flatMap((size) => {
    const found = nearestOrder(partsOf(dump.task, row, size, lookedUp), rowOf(dump.got, row));
    if (!found) return [];
    const order: Order = (key) =>
      (found[Math.floor(key / size)] ?? Math.floor(key / size)) * size + (key % size);
    return [make(order, { tile: size, pages: pagesText(found) })];
  });
}

/** Returns an order of pages as text. If each is read some places further on, the number of places says it. */
function pagesText(order: readonly number[]): string {
  const [by] = order;
  const isTurned = order.every((page, at) => page === (at + by) % order.length);
  return isTurned ? `each ${by} further on, the last ones from the start` : order.join(", ");
}

/** What each page adds to the sums of a row if it is read in each place: Z, then P, by place and page. */
interface Parts {
  readonly of: readonly (readonly Float64Array[])[];
  /** The sums over the keys after the last whole page. */
  readonly rest: Float64Array;
}

function partsOf(task: Task, row: number, size: number, lookedUp: (by: number) => Variant): Parts {
  const count = Math.floor(task.key.rows / size);
  const own = scoresOfRow(task, row);
  const { maximum } = powersOf(own);
  const sums = upTo(count, 1 - count).map((apart) => {
    const other = lookedUp(apart * size).alter?.(task) ?? task;
    const powers = scoresOfRow(other, row).map((score) => Math.exp(score - maximum));
    return runningSums(powers, other.value);
  });
  const width = sums[0].length / (own.length + 1);
  const between = (all: Float64Array, first: number, end: number) =>
    all.slice(end * width, (end + 1) * width).map((sum, c) => sum - all[first * width + c]);
  return {
    of: tabulate(count, (place) =>
      tabulate(count, (page) => between(sums[page - place + count - 1], place * size, (place + 1) * size)),
    ),
    rest: between(sums[count - 1], count * size, own.length),
  };
}

/** Exchanges pages as long as this brings the row closer. Returns undefined if it stays far away. */
function nearestOrder({ of: parts, rest }: Parts, got: Float64Array): readonly number[] | undefined {
  const features = Math.min(FEATURES, got.length);
  const distanceOf = (order: readonly number[]) => {
    const sumAt = (c: number) => rest[c] + sumOver(order, (page, place) => parts[place][page][c]);
    const total = sumAt(0);
    return distanceTo(got, features, (c) => sumAt(c + 1) / total);
  };
  let order = upTo(parts.length);
  let least = distanceOf(order);
  for (let isNearer = true; isNearer; ) {
    isNearer = false;
    const from = order;
    for (const [first] of from.entries())
      for (let second = first + 1; second < from.length; second++) {
        const swapped = from.with(first, from[second]).with(second, from[first]);
        const distance = distanceOf(swapped);
        if (!(distance < least)) continue;
        [order, least, isNearer] = [swapped, distance, true];
      }
  }
  return least <= MAX_RELATIVE_DISTANCE * squaresOf(got.subarray(0, features)) ? order : undefined;
}
