import type { Attention } from "../attention.js";
import type { Matrix } from "../matrix.js";

// The matrix that squared weights are multiplied with: v², v and ‖k‖² of each key, in float32. Float32 holds nothing
// above 10^38 and little below 10^−38.

/** Factors for values and ‖k‖², so that their squares are at most 1. */
export interface Scales {
  readonly value: number;
  readonly norm: number;
  /** ‖k‖² of each key that may be attended to. */
  readonly norms: Float64Array;
}

/** If sizes differ by a larger factor, float32 loses the smaller squares. */
const WIDEST_RANGE = 2 ** 40;

/**
 * Returns the scales for the keys that some query may attend to, or undefined if their sizes differ too much for
 * float32.
 */
export function scalesOf(attention: Attention): Scales | undefined {
  const { key, value } = attention;
  const norms = new Float64Array(key.rows);
  const [lengths, values] = [new Sizes(), new Sizes()];
  const { first, end } = attendedKeys(attention);
  for (let row = first; row < end; row++) {
    norms[row] = squaredNorm(key, row);
    lengths.add(Math.sqrt(norms[row]));
    let most = 0;
    for (let at = row * value.cols; at < (row + 1) * value.cols; at++) {
      const size = Math.abs(value.data[at]);
      if (size > most) most = size;
    }
    values.add(most);
  }
  if (lengths.isWide() || values.isWide()) return undefined;
  return { value: 1 / values.most, norm: 1 / lengths.most ** 2, norms };
}

/** The smallest and the largest of some sizes, without zeros. */
class Sizes {
  most = 0;
  #least = Number.POSITIVE_INFINITY;

  /** NaN and ∞ are left out: they reach the results at any scale. */
  add(size: number): void {
    if (size === 0 || !Number.isFinite(size)) return;
    this.most = Math.max(this.most, size);
    this.#least = Math.min(this.#least, size);
  }

  isWide(): boolean {
    if (this.most === 0) this.most = 1;
    const scale = 1 / this.most ** 2;
    return this.most > WIDEST_RANGE * this.#least || !(scale > 0 && scale < Number.POSITIVE_INFINITY);
  }
}

/** Returns the range of keys that some query may attend to. Keys outside it may contain anything. */
export function attendedKeys({ low, high }: Pick<Attention, "low" | "high">): {
  readonly first: number;
  readonly end: number;
} {
  let [first, end] = [Number.POSITIVE_INFINITY, 0];
  for (let row = 0; row < low.length; row++) {
    if (low[row] >= high[row]) continue;
    first = Math.min(first, low[row]);
    end = Math.max(end, high[row]);
  }
  return { first: Math.min(first, end), end };
}

/** Writes v², v and ‖k‖² of each key that may be attended to, and zeros for the others. */
export function writeSquares(attention: Attention, scales: Scales, into: Float32Array, stride: number): void {
  const { cols, data } = attention.value;
  const { first, end } = attendedKeys(attention);
  into.fill(0);
  for (let row = first, from = first * cols; row < end; row++) {
    const start = row * stride;
    for (let col = 0; col < cols; col++, from++) {
      const own = data[from] * scales.value;
      into[start + col] = own * own;
      into[start + cols + col] = own;
    }
    into[start + 2 * cols] = scales.norms[row] * scales.norm;
  }
}

function squaredNorm({ cols, data }: Matrix, row: number) {
  let norm = 0;
  for (let at = row * cols; at < (row + 1) * cols; at++) norm += data[at] * data[at];
  return norm;
}
