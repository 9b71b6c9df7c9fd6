// Numbers that can be worked out again need not all be held: a model has more steps than there is memory. What was filled longest ago
// is let go, layer by layer, and made anew for who asks.

/** What numbers are let go together: those of one layer. */
interface Shelf {
  count: number;
  readonly letGo: (() => void)[];
}

/** Room for so many numbers; those of the shelf that is being filled have room beyond that. */
export class Room {
  readonly #most: number;
  /** In the order in which they were filled. */
  readonly #shelves = new Map<string, Shelf>();
  #total = 0;

  /** `most`: 2²⁵ numbers are 256 MB. */
  constructor(most = 2 ** 25) {
    this.#most = most;
  }

  /** How many numbers are held. */
  get held(): number {
    return this.#total;
  }

  /** Says that so many numbers lie on a shelf until `letGo` is called. What was filled longest ago may be let go now. */
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
