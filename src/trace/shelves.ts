// Numbers that can be worked out again need not all be held: a model has more steps than there is memory. Its steps lie on
// shelves, one a layer; of the shelves those that were filled last are held, and what was let go is made anew for who asks.

/** Where steps keep their numbers that are let go together. */
export interface Shelf {
  /** Says that so many numbers lie here, until `letGo` is called. What was filled longest ago may be let go now. */
  hold(count: number, letGo: () => void): void;
}

/** Shelves with room for so many numbers together. */
export interface Shelves {
  open(): Shelf;
  /** How many numbers lie on all of them. */
  held(): number;
}

/** 256 MB. */
const MOST_HELD = 2 ** 25;

/** Shelves for `most` numbers, and what the one that is being filled needs beyond that. */
export function createShelves(most = MOST_HELD): Shelves {
  interface Filled {
    count: number;
    readonly letGo: (() => void)[];
  }
  /** In the order in which they were filled. */
  const filled = new Set<Filled>();
  let total = 0;

  function clear(shelf: Filled): void {
    for (const letGo of shelf.letGo.splice(0)) letGo();
    total -= shelf.count;
    shelf.count = 0;
    filled.delete(shelf);
  }

  return {
    held: () => total,
    open() {
      const own: Filled = { count: 0, letGo: [] };
      return {
        hold(count, letGo) {
          own.count += count;
          total += count;
          own.letGo.push(letGo);
          filled.delete(own);
          filled.add(own);
          for (const oldest of filled) {
            if (total <= most || oldest === own) return;
            clear(oldest);
          }
        },
      };
    },
  };
}
