/** Numbers by name that were read last. */
export interface NumberCache {
  /** The numbers of this name, from the cache or by `read`. */
  get(name: string, read: () => Float64Array): Float64Array;
}

/** So many numbers are held on to: 64 MB. */
const MOST_KEPT = 2 ** 23;

/**
 * A cache of the numbers of weights. What is larger than all of it, or was put out by others, is remembered only as long as
 * somebody else holds it.
 */
export function createNumberCache(): NumberCache {
  const kept = new Map<string, Float64Array>();
  const known = new Map<string, WeakRef<Float64Array>>();
  let total = 0;

  function keep(name: string, numbers: Float64Array): void {
    if (numbers.length > MOST_KEPT) return;
    kept.set(name, numbers);
    total += numbers.length;
    for (const [oldest, { length }] of kept) {
      if (total <= MOST_KEPT) return;
      kept.delete(oldest);
      total -= length;
    }
  }

  return {
    get(name, read) {
      const found = kept.get(name) ?? known.get(name)?.deref();
      if (found) return found;
      const numbers = read();
      known.set(name, new WeakRef(numbers));
      keep(name, numbers);
      return numbers;
    },
  };
}
