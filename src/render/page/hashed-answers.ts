/** What a page knows about an exercise: hashes of the right numbers, so that its source does not show the answers. */
export interface HashedExercise {
  readonly salt: string;
  readonly decimals: number;
  /** The hash of the right number, by the number of the cell. */
  readonly right: Readonly<Record<string, string>>;
  /** The hashes of the numbers that mistakes give, where they differ from the right ones. */
  readonly wrong: readonly { readonly title: string; readonly cells: Readonly<Record<string, string>> }[];
}

/** Returns a number in units of its last decimal. */
export const unitsOfLast = (value: number, decimals: number) => Math.round(value * 10 ** decimals);

/** How many units of the last decimal a number may be off because of earlier rounding. */
const ALLOWED = 1;

/** Whether a number is the hashed one, or differs only by earlier rounding. */
export function isAnswer(
  { salt, decimals }: Pick<HashedExercise, "salt" | "decimals">,
  cell: string,
  value: number,
  hash: string | undefined,
) {
  if (hash === undefined || !Number.isFinite(value)) return false;
  const units = unitsOfLast(value, decimals);
  for (let at = units - ALLOWED; at <= units + ALLOWED; at++)
    if (hashOf(salt, cell, at) === hash) return true;
  return false;
}

/**
 * Returns a 53-bit hash of a number in a cell: FNV-1a over two words that are mixed at the end. The same code hashes
 * and compares.
 */
export function hashOf(salt: string, cell: string, units: number) {
  let [high, low] = [0x811c9dc5, 0x9747b28c];
  for (const char of `${salt} ${cell} ${units}`) {
    const code = char.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x5bd1e995);
  }
  high = Math.imul(high ^ (low >>> 15), 0x2c1b3c6d);
  low = Math.imul(low ^ (high >>> 13), 0x297a2d39);
  return ((high & 0x1fffff) * 2 ** 32 + ((low ^ (high >>> 16)) >>> 0)).toString(36);
}
