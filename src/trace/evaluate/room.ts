// Numbers that can be computed again need not all stay in memory: the steps of a model need more memory than there is.
// The layer that was filled longest ago is dropped first, and computed again when someone asks for it.

/** Numbers that are dropped together: those of one layer. */
interface Shelf {
  count: number;
  readonly letGo: (() => void)[];
}

/**
 * A store for a limited count of numbers. The shelf that is being filled is never dropped, even if it exceeds the
 * limit.
 */
export class Room {
  readonly #most: number;
  /** In the order in which they were last filled. */
  readonly #shelves = new Map<string, Shelf>();
  #total = 0;

  /** `most` is the maximum count of numbers: 2²⁵ float64 numbers are 256 MB. */
  constructor(most = 2 ** 25) {
    this.#most = most;
  }

  /** The count of numbers that are stored. */
  get held(): number {
    return this.#total;
  }

  /**
   * Adds `count` numbers to a shelf; `letGo` drops them. The shelves that were filled longest ago may be dropped now.
   */
  hold(name: string, count: number, letGo: () => void): void {
    const shelf = this.#shelves.get(name) ?? { count: 0, letGo: [] };
    shelf.count += count;
    this.#total += count;
    shelf.letGo.push(letGo);
    this.#shelves.delete(name);
    this.#shelves.set(name, shelf);
    for (const [other, oldest] of this.#shelves) {
      if (this.#total <= this.#most || other === name) return;
      this.#clear(other, oldest);
    }
  }

  #clear(name: string, shelf: Shelf): void {
    this.#shelves.delete(name);
    this.#total -= shelf.count;
    for (const letGo of shelf.letGo) letGo();
  }
}
