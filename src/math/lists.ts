/** Returns `count` items: `make(0)`, `make(1)`, and so on. */
export function tabulate<Item>(count: number, make: (at: number) => Item): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < count; at++) items.push(make(at));
  return items;
}

/** Returns the items that are there. A condition before an item, as in `isShown && item`, leaves it out. */
export const present = <Item>(items: readonly (Item | false | undefined)[]): Item[] =>
  items.filter((item): item is Item => item !== false && item !== undefined);

/** Returns the whole numbers from `first` up to `end`, without `end`. */
export function upTo(end: number, first = 0): number[] {
  return tabulate(Math.max(0, end - first), (at) => first + at);
}

/** Returns the sum of `of(item)` over the items, in order. By default `of` is Number. */
export function sumOver<Item>(
  items: ArrayLike<Item>,
  of: (item: Item, at: number) => number = Number,
): number {
  let sum = 0;
  for (let at = 0; at < items.length; at++) sum += of(items[at], at);
  return sum;
}

/** Returns the sum of squares. */
export const squaresOf = (numbers: ArrayLike<number>): number => sumOver(numbers, (number) => number ** 2);

/**
 * Returns the largest `of(item)` of the items, by default of the items themselves. It is at least 0, and NaN if a value
 * is NaN.
 */
export function greatest<Item>(items: ArrayLike<Item>, of: (item: Item) => number = Number): number {
  let most = 0;
  for (let at = 0; at < items.length; at++) most = Math.max(most, of(items[at]));
  return most;
}
