/** A cache of numbers by name. */
export interface NumberCache {
  /** Returns the `count` numbers of this name, from the cache or by calling `read`. */
  get(name: string, count: number, read: () => Float64Array): Float64Array;
}

/** The cache's size in numbers at the start: 64 MB. */
const FIRST_ROOM = 2 ** 23;

/**
 * The largest size in numbers: 1 GB. It is reached if the same weights are read repeatedly, as with `--why` and
 * `--generate`.
 */
const MAX_ROOM = 2 ** 27;

/**
 * Creates a cache for the numbers of weights. A weight larger than the first size is kept separately, one at a time, so
 * that its cells can be read one after another. The size starts at `first` numbers. When a weight is read a second
 * time, the size grows by its length, up to `most`. So a run that reads each weight once keeps little. Weak references
 * would keep everything, because none is cleared before the run ends.
 */
export function createNumberCache(first = FIRST_ROOM, most = MAX_ROOM): NumberCache {
  /** In the order in which they were read. */
  const kept = new Map<string, Float64Array>();
  const wereRead = new Set<string>();
  let room = first;
  let total = 0;
  let large: { readonly name: string; readonly numbers: Float64Array } | undefined;

  function makeRoom(count: number): void {
    for (const [oldest, { length }] of kept) {
      if (total + count <= room) return;
      kept.delete(oldest);
      total -= length;
    }
  }

  return {
    get(name, count, read) {
      const found = large?.name === name ? large.numbers : kept.get(name);
      if (found) return found;
      if (count > first) {
        // Release the previous one first, so that there are never two in memory.
        large = undefined;
        large = { name, numbers: read() };
        return large.numbers;
      }
      if (wereRead.has(name)) room = Math.min(most, room + count);
      wereRead.add(name);
      makeRoom(count);
      const numbers = read();
      kept.set(name, numbers);
      total += count;
      return numbers;
    },
  };
}
