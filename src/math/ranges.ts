/** Positions from the first to the last, including both. */
export type Range = readonly [first: number, last: number];

/** Merges ascending ranges that overlap, or that are at most `gap` apart. */
export function joinRanges(ranges: readonly Range[], gap = 1): readonly Range[] {
  const joined: [number, number][] = [];
  for (const [first, last] of ranges) {
    const before = joined.at(-1);
    if (before && first - before[1] <= gap) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

/** Groups ascending positions into ranges: 0, 1, 2, 5 become [0, 2] and [5, 5]. */
export const rangesOf = (positions: readonly number[]) =>
  joinRanges(positions.map((at) => [at, at] as const));

/** Writes "2–5", or "2" for a single position. */
export const rangeText = ([first, last]: Range) => (first === last ? String(first) : `${first}–${last}`);

/** Writes ranges as text: "0–7, 9, 16–23". */
export const rangesText = (ranges: readonly Range[]) => ranges.map(rangeText).join(", ");
