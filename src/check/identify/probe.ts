import { upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { createRandom } from "../../math/random.js";
import { once } from "../../math/remember.js";

// The two small problems of `qkv identify`. Their answers show how a kernel works: the values are unit vectors, so an
// output shows its weights, that is, which keys a row used and how far their scores differ.

/** Numbers with their shape. */
export interface ProbeArray {
  readonly axes: readonly number[];
  readonly data: Float64Array;
}

/**
 * There are more keys than queries, so the two corners of a causal mask differ. heads · d_k differs from d_k, so scales
 * differ. Two query heads share a kv head.
 */
export const PROBE = { heads: 4, kvHeads: 2, queries: 16, keys: 24, size: 32 } as const;

/** The indices of its heads, queries and keys. */
export const HEADS: readonly number[] = upTo(PROBE.heads);
export const QUERIES: readonly number[] = upTo(PROBE.queries);
export const KEYS: readonly number[] = upTo(PROBE.keys);

/** The row of the mask that is all true, and the row that is all false. */
export const FULL_ROW = 5;
export const EMPTY_ROW = 10;

/** The values of kv head g are g + 1 times unit vectors. The last column of every value is that number, too. */
export const numberOfValue = (kvHead: number): number => kvHead + 1;
export const SUM_COLUMN = PROBE.size - 1;

/**
 * Heads in which every weight can be seen. In the others the scores grow with the row, large enough to reach a softcap.
 */
export const SMALL_HEADS: readonly number[] = [0, 2];

const SEED = 16;

/** Draws a multiple of 1/8 from −1 to 1. Every type holds it exactly. */
const eighth = (random: () => number) => Math.round(16 * random() - 8) / 8;

interface Probe {
  /** heads × queries × size */
  readonly query: ProbeArray;
  /** kv heads × keys × size */
  readonly key: ProbeArray;
  readonly value: ProbeArray;
  /** queries × keys. Only the second problem has it. */
  readonly mask: ProbeArray;
}

function makeProbe(): Probe {
  const { heads, kvHeads, queries, keys, size } = PROBE;
  const random = createRandom(SEED).uniform;
  const query = new Float64Array(heads * queries * size);
  for (let at = 0; at < query.length; at++) {
    const row = Math.floor(at / size) % queries;
    const head = Math.floor(at / size / queries);
    query[at] = eighth(random) * (SMALL_HEADS.includes(head) ? 2 : 2 ** (1 + (row % 8)));
  }
  const key = Float64Array.from({ length: kvHeads * keys * size }, () => eighth(random));
  const value = new Float64Array(kvHeads * keys * size);
  for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
    for (const j of KEYS) {
      for (const column of [j, SUM_COLUMN])
        value[(kvHead * keys + j) * size + column] = numberOfValue(kvHead);
    }
  }
  const mask = Float64Array.from({ length: queries * keys }, (_, at) => {
    const row = Math.floor(at / keys);
    const drawn = random() < 0.5 ? 1 : 0;
    return row === FULL_ROW ? 1 : row === EMPTY_ROW ? 0 : drawn;
  });
  return {
    query: { axes: [heads, queries, size], data: query },
    key: { axes: [kvHeads, keys, size], data: key },
    value: { axes: [kvHeads, keys, size], data: value },
    mask: { axes: [queries, keys], data: mask },
  };
}

/** The probe. It is always the same. */
export const probe = once(makeProbe);

/** Returns the rows of one head. */
export const partOfHead = ({ axes: [, rows, cols], data }: ProbeArray, head: number): Matrix => ({
  rows,
  cols,
  data: data.subarray(head * rows * cols, (head + 1) * rows * cols),
});
