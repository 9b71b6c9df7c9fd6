// Wrong orders in which items of an array are read.

/** A function that returns whose place is read in place of each one, among `count` items. */
export type Order = (place: number, count: number) => number;

export const reversed: Order = (place, count) => count - 1 - place;

/** Returns the order in which each place has the item `by` places on, around the end. */
export const turnedBy =
  (by: number): Order =>
  (place, count) =>
    (place + by + count) % count;

/** Returns the order of an array that is read column by column. Its columns have `rows` items. */
export const transposed =
  (rows: number): Order =>
  (place, count) =>
    (place % rows) * (count / rows) + Math.floor(place / rows);
