import type { Sizes } from "../system.js";

/** Columns that a head has at least when another d_model is asked for: RoPE turns two pairs of them. */
const FEWEST_COLUMNS = 4;

/** The heads of the preset; where those do not share another d_model evenly, as many as do. */
export function headsFor({ heads = 1, dModel: published }: Sizes, dModel = published): number {
  if (dModel === published) return heads;
  const counts = Array.from({ length: heads }, (_, index) => heads - index);
  const shares = (count: number) => dModel % (2 * count) === 0 && dModel / count >= FEWEST_COLUMNS;
  return counts.find(shares) ?? 1;
}
