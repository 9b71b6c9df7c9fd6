/** `count` items: `make(0)`, `make(1)`, and so on. */
export function tabulate<Item>(count: number, make: (at: number) => Item): Item[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** The whole numbers from `first` up to `end`, without `end`. */
export function upTo(end: number, first = 0): number[] {
  return tabulate(Math.max(0, end - first), (at) => first + at);
}

/** The sum of what `of` says of each item (by default the items themselves, which are then numbers), in order. */
export function sumOver<Item>(
  items: ArrayLike<Item>,
  of: (item: Item, at: number) => number = Number,
): number {
  let sum = 0;
  for (let at = 0; at < items.length; at++) sum += of(items[at], at);
  return sum;
}

/** The greatest of what `of` says of each item (by default the items themselves): at least 0, and NaN after one NaN. */
export function greatest<Item>(items: ArrayLike<Item>, of: (item: Item) => number = Number): number {
  let most = 0;
  for (let at = 0; at < items.length; at++) most = Math.max(most, of(items[at]));
  return most;
}
