/** Numbers by name that were read last. */
export interface NumberCache {
  /** The numbers of this name, `count` of them, from the cache or by `read`. */
  get(name: string, count: number, read: () => Float64Array): Float64Array;
}

/** So many numbers are held on to: 64 MB. */
const FIRST_ROOM = 2 ** 23;

/** So many where the same are asked for again and again, as by `--why` and `--generate`: 1 GB. */
const MOST_ROOM = 2 ** 27;

/**
 * A cache of the numbers of weights, and of one weight that is larger than all its room: so a cell after the other can be read
 * of any. The room begins with `first` numbers and grows, up to `most`, by what had to be read a second time: a run that
 * needs each weight once holds little. Weak references would hold all, since none is cleared before a run has ended.
 */
export function createNumberCache(first = FIRST_ROOM, most = MOST_ROOM): NumberCache {
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
        // The one before is let go first, so that two are never there together.
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
