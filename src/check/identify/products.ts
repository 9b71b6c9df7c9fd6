import { remember } from "../../math/remember.js";
import { PROBE, probe } from "./probe.js";

// Computes the products q·k of the probe for each way to assign kv heads and to rotate by positions (RoPE).

/** How query heads share kv heads: neighbours share one (repeat), or query head h reads kv head h mod G (tile). */
export type Grouping = "repeat" | "tile";

/** RoPE: which columns form a pair, the base, and the position of query 0. */
export interface Rotation {
  readonly pairs: "none" | "interleaved" | "half-split";
  readonly base: number;
  readonly offset: number;
  /** The number of columns of a head that rotate. Undefined: all. */
  readonly size?: number;
  /** The divisor of the positions: linear scaling. */
  readonly factor?: number;
}

const BASES = [10_000, 500_000, 1_000_000] as const;

const NO_ROTATION: Rotation = { pairs: "none", base: 10_000, offset: 0 };

const WHOLE: readonly Rotation[] = BASES.flatMap((base) =>
  (["interleaved", "half-split"] as const).flatMap((pairs) =>
    [0, PROBE.keys - PROBE.queries].map((offset) => ({ pairs, base, offset })),
  ),
);

/** The usual rotations. Queries count from 0, or the last query has the position of the last key. */
export const ROTATIONS: readonly Rotation[] = [NO_ROTATION, ...WHOLE];

/**
 * Rotations of a part of each head, and rotations by divided positions. They are tried if the usual ones do not fit.
 */
export const RARE_ROTATIONS: readonly Rotation[] = WHOLE.flatMap((rotation) => [
  ...[PROBE.size / 2, PROBE.size / 4].map((size) => ({ ...rotation, size })),
  ...[2, 4, 8].map((factor) => ({ ...rotation, factor })),
]);

export const kvHeadFor = (head: number, grouping: Grouping): number =>
  grouping === "repeat" ? Math.floor((head * PROBE.kvHeads) / PROBE.heads) : head % PROBE.kvHeads;

const known = new Map<string, Float64Array>();

/**
 * Computes q·k of one query head with one kv head, queries × keys. With `isNormed`, rows are divided by their root mean
 * squares first.
 */
export const productsOf = (
  head: number,
  kvHead: number,
  rotation: Rotation,
  isNormed = false,
): Float64Array =>
  remember(known, JSON.stringify([head, kvHead, rotation, isNormed]), () =>
    multiplyHeads(head, kvHead, rotation, isNormed),
  );

function multiplyHeads(head: number, kvHead: number, rotation: Rotation, isNormed: boolean): Float64Array {
  const { queries, keys, size } = PROBE;
  const { query, key } = probe();
  const made = isNormed ? normed : (rows: Float64Array) => rows;
  const q = turned(
    made(query.data.subarray(head * queries * size, (head + 1) * queries * size)),
    rotation,
    rotation.offset,
  );
  const k = turned(made(key.data.subarray(kvHead * keys * size, (kvHead + 1) * keys * size)), rotation, 0);
  const products = new Float64Array(queries * keys);
  for (let i = 0; i < queries; i++) {
    for (let j = 0; j < keys; j++) {
      let sum = 0;
      for (let c = 0; c < size; c++) sum += q[i * size + c] * k[j * size + c];
      products[i * keys + j] = sum;
    }
  }
  return products;
}

/** Divides rows by their root mean squares. */
function normed(rows: Float64Array): Float64Array {
  const { size } = PROBE;
  return rows.map((value, at) => {
    const start = at - (at % size);
    const squares = rows.subarray(start, start + size).reduce((sum, x) => sum + x * x, 0);
    return value / Math.sqrt(squares / size);
  });
}

/** Rotates rows by their positions. */
function turned(rows: Float64Array, rotation: Rotation, offset: number): Float64Array {
  const { pairs, base, factor = 1 } = rotation;
  if (pairs === "none") return rows;
  const { size } = PROBE;
  const { size: turning = size } = rotation;
  const made = rows.slice();
  for (let start = 0; start < rows.length; start += size) {
    const position = (start / size + offset) / factor;
    for (let pair = 0; pair < turning / 2; pair++) {
      const angle = position * base ** ((-2 * pair) / turning);
      const [first, second] =
        pairs === "interleaved"
          ? [start + 2 * pair, start + 2 * pair + 1]
          : [start + pair, start + pair + turning / 2];
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      made[first] = rows[first] * cos - rows[second] * sin;
      made[second] = rows[second] * cos + rows[first] * sin;
    }
  }
  return made;
}

const sizes = new Map<string, Float64Array>();

/** Computes ‖q‖·‖k‖ / √d of one query head with one kv head, queries × keys. */
export const sizesOf = (head: number, kvHead: number): Float64Array =>
  remember(sizes, `${head} ${kvHead}`, () => multiplySizes(head, kvHead));

function multiplySizes(head: number, kvHead: number): Float64Array {
  const { queries, keys, size } = PROBE;
  const { query, key } = probe();
  const norm = (data: Float64Array, row: number) =>
    Math.hypot(...data.subarray(row * size, (row + 1) * size));
  const q = Array.from({ length: queries }, (_, i) => norm(query.data, head * queries + i));
  const k = Array.from({ length: keys }, (_, j) => norm(key.data, kvHead * keys + j));
  return Float64Array.from(
    { length: queries * keys },
    (_, at) => (q[Math.floor(at / keys)] * k[at % keys]) / Math.sqrt(size),
  );
}
