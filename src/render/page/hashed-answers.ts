/** What a page knows of an exercise: hashes of what belongs into its cells, so that its source does not show the answers. */
export interface HashedExercise {
  readonly salt: string;
  readonly decimals: number;
  /** By the number of a cell: the hash of what is right. */
  readonly right: Readonly<Record<string, string>>;
  /** What mistakes give, where that is something else. */
  readonly wrong: readonly { readonly title: string; readonly cells: Readonly<Record<string, string>> }[];
}

/** A number in units of its last decimal. */
export const unitsOfLast = (value: number, decimals: number): number => Math.round(value * 10 ** decimals);

/** How many units of the last decimal rounding on the way may move a number. */
const ALLOWED = 1;

/** Whether a number is what a hash is of, or rounded differently on the way. */
export function isAnswer(
  { salt, decimals }: Pick<HashedExercise, "salt" | "decimals">,
  cell: string,
  value: number,
  hash: string | undefined,
): boolean {
  if (hash === undefined || !Number.isFinite(value)) return false;
  const units = unitsOfLast(value, decimals);
  for (let at = units - ALLOWED; at <= units + ALLOWED; at++)
    if (hashOf(salt, cell, at) === hash) return true;
  return false;
}

/** A hash of 53 bits of a number in a cell, FNV-1a over two words that are mixed at the end. The same code hashes and compares. */
export function hashOf(salt: string, cell: string, units: number): string {
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
