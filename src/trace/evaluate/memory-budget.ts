// Numbers that can be computed again need not all stay in memory: the steps of a model need more memory than there is.
// The layer that was filled longest ago is dropped first, and computed again when someone asks for it.

/** Numbers that are dropped together: those of one layer. */
interface MemoryGroup {
  count: number;
  readonly evictions: (() => void)[];
}

/**
 * A limit for the count of numbers in memory. The group that is being filled is never dropped, even if it exceeds the
 * limit.
 */
export class MemoryBudget {
  readonly #limit: number;
  /** In the order in which they were last filled. */
  readonly #groups = new Map<string, MemoryGroup>();
  #total = 0;

  /** `limit` is the maximum count of numbers: 2²⁵ float64 numbers are 256 MB. */
  constructor(limit = 2 ** 25) {
    this.#limit = limit;
  }

  /** The count of numbers that are stored. */
  get used(): number {
    return this.#total;
  }

  /**
   * Adds `count` numbers to a group; `evict` drops them. The groups that were filled longest ago may be dropped now.
   */
  add(name: string, count: number, evict: () => void) {
    const group = this.#groups.get(name) ?? { count: 0, evictions: [] };
    group.count += count;
    this.#total += count;
    group.evictions.push(evict);
    this.#groups.delete(name);
    this.#groups.set(name, group);
    for (const [oldest, { count, evictions }] of this.#groups) {
      if (this.#total <= this.#limit || oldest === name) return;
      this.#groups.delete(oldest);
      this.#total -= count;
      for (const evict of evictions) evict();
    }
  }
}
