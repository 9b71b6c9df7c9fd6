import { createMatrix, type Matrix } from "../../math/matrix.js";
import { multiplyTransposed } from "../../math/product.js";
import { remember } from "../../math/remember.js";
import { divideByRootMeanSquare, rowMeanSquares } from "../../ops/normalisation.js";
import { type Pairing, rotatePairs } from "../../ops/pairs.js";
import { rowNorms } from "../machine/row-scores.js";
import { PROBE, type ProbeArray, partOfHead, probe } from "./probe.js";

// Computes the products q·k of the probe for each way to assign kv heads and to rotate by positions (RoPE).

/** How query heads share kv heads: neighbours share one (repeat), or query head h reads kv head h mod G (tile). */
export type Grouping = "repeat" | "tile";

/** RoPE: which columns form a pair, the base, and the position of query 0. */
export interface Rotation {
  readonly pairs: "none" | Pairing;
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
  const { query, key } = probe();
  const made = (array: ProbeArray, index: number, offset: number) => {
    const rows = partOfHead(array, index);
    return turned(isNormed ? normed(rows) : rows, rotation, offset);
  };
  return multiplyTransposed(made(query, head, rotation.offset), made(key, kvHead, 0)).data;
}

/** Divides rows by their root mean squares. */
const normed = (rows: Matrix): Matrix =>
  divideByRootMeanSquare.compute([rows, rowMeanSquares.compute([rows], undefined)], { eps: 0 });

/** Rotates rows by their positions. */
function turned(rows: Matrix, { pairs, base, size, factor = 1 }: Rotation, offset: number): Matrix {
  if (pairs === "none") return rows;
  const turning = size ?? rows.cols;
  const waves = (wave: (angle: number) => number) =>
    createMatrix(rows.rows, turning / 2, (row, pair) =>
      wave(((row + offset) / factor) * base ** ((-2 * pair) / turning)),
    );
  return rotatePairs.compute([rows, waves(Math.cos), waves(Math.sin)], { pairing: pairs });
}

const sizes = new Map<string, Float64Array>();

/** Computes ‖q‖·‖k‖ / √d of one query head with one kv head, queries × keys. */
export const sizesOf = (head: number, kvHead: number): Float64Array =>
  remember(sizes, `${head} ${kvHead}`, () => {
    const { queries, keys, size } = PROBE;
    const [q, k] = [partOfHead(probe().query, head), partOfHead(probe().key, kvHead)].map(rowNorms);
    return createMatrix(queries, keys, (i, j) => (q[i] * k[j]) / Math.sqrt(size)).data;
  });
