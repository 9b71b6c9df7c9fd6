import { divideFixed, FRACTION_BITS, fromFixedPoint, ONE, PI, toFixedPoint } from "./fixed-point.js";
import type { Frequencies } from "./frequencies.js";

// Computes sin(pω) and cos(pω) of the exact product pω. A loop over Math.sin first rounds the product to a float64. At
// position 100,000 that is wrong in the 11th decimal: such an angle has only eleven decimals.

/** Where the sines or the cosines are written: cell [row, pair] is at row·cols + first + pair·step. */
export interface WaveTarget {
  readonly data: Float64Array;
  readonly cols: number;
  readonly first: number;
  readonly step: number;
}

/**
 * A position is split into c·512 + f with 0 ≤ f < 512. The split is the same in tables of all sizes, so that they agree
 * in every bit.
 */
const BLOCK = 512;

/**
 * Writes sin(pω_i) and cos(pω_i) for every position and frequency. Both parts of a position have tables that are exact
 * up to rounding. One rotation joins them: sin(C + F) = sin C cos F + cos C sin F. The error is at most 4e-16.
 */
export function writeWaves(
  positions: Float64Array,
  frequencies: Frequencies,
  sine: WaveTarget,
  cosine: WaveTarget,
): void {
  const turns = turnsOf(frequencies);
  const blocks = new Map<number, Float64Array>();
  const fine = createFineTable(turns);
  const areNeighbours =
    sine.data === cosine.data && sine.step === 2 && cosine.step === 2 && cosine.first === sine.first + 1;
  for (let row = 0; row < positions.length; row++) {
    const size = Math.abs(positions[row]);
    const start = BLOCK * Math.floor(size / BLOCK);
    let coarse = blocks.get(start);
    if (!coarse) {
      coarse = new Float64Array(turns.length * 2);
      writeEntry(start, turns, coarse, 0);
      blocks.set(start, coarse);
    }
    const offset = fine.offsetOf(size - start);
    const isForward = positions[row] >= 0;
    if (isForward && areNeighbours) {
      joinNeighbours(coarse, fine.data, offset, sine.data, row * sine.cols + sine.first);
    } else {
      joinApart(coarse, fine.data, offset, isForward ? 1 : -1, row, sine, cosine);
    }
  }
}

/** The waves of the small part of a position. Each entry holds sin, cos, sin, cos, … for the frequencies. */
interface FineTable {
  readonly data: Float64Array;
  /** Returns where the entry of `rest` (0 ≤ rest < BLOCK) starts. The entry is written when it is first needed. */
  offsetOf(rest: number): number;
}

function createFineTable(turns: readonly Turn[]): FineTable {
  const length = 2 * turns.length;
  // One more entry, for a position that is not whole. It is written anew each time.
  const data = new Float64Array((BLOCK + 1) * length);
  const isFilled = new Uint8Array(BLOCK);
  return {
    data,
    offsetOf(rest) {
      const isWhole = Number.isInteger(rest);
      const offset = (isWhole ? rest : BLOCK) * length;
      if (!isWhole || isFilled[rest] === 0) writeEntry(rest, turns, data, offset);
      if (isWhole) isFilled[rest] = 1;
      return offset;
    },
  };
}

/**
 * Joins coarse and fine waves where sines and cosines alternate. This inner loop takes most of the time: two
 * multiplications and one addition per cell.
 */
function joinNeighbours(
  coarse: Float64Array,
  fine: Float64Array,
  offset: number,
  out: Float64Array,
  at: number,
): void {
  const length = coarse.length;
  for (let k = 0; k < length; k += 2) {
    const sinC = coarse[k];
    const cosC = coarse[k + 1];
    const sinF = fine[offset + k];
    const cosF = fine[offset + k + 1];
    out[at + k] = sinC * cosF + cosC * sinF;
    out[at + k + 1] = cosC * cosF - sinC * sinF;
  }
}

/** Joins coarse and fine waves in any layout, and for negative positions, whose sines change their sign. */
function joinApart(
  coarse: Float64Array,
  fine: Float64Array,
  offset: number,
  sign: number,
  row: number,
  sine: WaveTarget,
  cosine: WaveTarget,
): void {
  let sineAt = row * sine.cols + sine.first;
  let cosineAt = row * cosine.cols + cosine.first;
  for (let k = 0; k < coarse.length; k += 2) {
    const sinC = coarse[k];
    const cosC = coarse[k + 1];
    const sinF = fine[offset + k];
    const cosF = fine[offset + k + 1];
    sine.data[sineAt] = sign * (sinC * cosF + cosC * sinF);
    cosine.data[cosineAt] = cosC * cosF - sinC * sinF;
    sineAt += sine.step;
    cosineAt += cosine.step;
  }
}

/** A frequency as turns per position (ω / 2π), without the whole turns. */
interface Turn {
  readonly exact: bigint;
  /** `exact` in pieces of 26 binary places. The product of a piece with a whole position below 2^26 is then exact. */
  readonly high: number;
  readonly middle: number;
  readonly low: number;
}

const PIECE_BITS = 26n;

function turnsOf({ exact }: Frequencies): Turn[] {
  return exact.map((frequency) => {
    const turn = divideFixed(frequency, 2n * PI) & (ONE - 1n);
    const bitsBelow = FRACTION_BITS - PIECE_BITS;
    const piece = (1n << PIECE_BITS) - 1n;
    return {
      exact: turn,
      high: Number(turn >> bitsBelow) * 2 ** -26,
      middle: Number((turn >> (bitsBelow - PIECE_BITS)) & piece) * 2 ** -52,
      low: fromFixedPoint(turn & ((1n << (bitsBelow - PIECE_BITS)) - 1n)),
    };
  });
}

/**
 * Writes sin and cos of position·ω for every frequency. The error is at most 1.5 units of the last place, except near
 * 0.
 */
function writeEntry(position: number, turns: readonly Turn[], out: Float64Array, offset: number): void {
  const isPlain = Number.isInteger(position) && position < 2 ** 26;
  for (let pair = 0, at = offset; pair < turns.length; pair++, at += 2) {
    if (isPlain) {
      const { high, middle, low } = turns[pair];
      const first = position * high;
      const sum = first - Math.round(first) + position * middle;
      writeTurned(sum, position * low, out, at);
    } else {
      writeFar(position, turns[pair].exact, out, at);
    }
  }
}

/** Writes the waves of a position that is huge or not whole, with the product in fixed point. */
function writeFar(position: number, turn: bigint, out: Float64Array, at: number): void {
  const product = ((turn * toFixedPoint(position)) >> FRACTION_BITS) & (ONE - 1n);
  const bitsBelow = FRACTION_BITS - 52n;
  const high = Number(product >> bitsBelow) * 2 ** -52;
  writeTurned(high, fromFixedPoint(product & ((1n << bitsBelow) - 1n)), out, at);
}

/**
 * 2π as the sum of two float64 numbers. The first is also split into two halves whose products with 26-bit numbers are
 * exact.
 */
const TAU = 2 * Math.PI;
const TAU_REST = 2.4492935982947064e-16;
const TAU_HEAD = Math.round(TAU * 2 ** 23) * 2 ** -23;
const TAU_TAIL = TAU - TAU_HEAD;

/**
 * Writes sin and cos of (turns + low) whole turns. `turns` is a multiple of 2^-52 with |turns| < 2; `low` is below
 * 2^-26.
 */
function writeTurned(turns: number, low: number, out: Float64Array, at: number): void {
  const quarter = Math.round(4 * turns);
  const high = turns - quarter / 4;
  const head = Math.round(high * 2 ** 26) * 2 ** -26;
  const tail = high - head;
  const product = TAU * high;
  const error = head * TAU_HEAD - product + head * TAU_TAIL + tail * TAU_HEAD + tail * TAU_TAIL;
  // The rounding error of the angle is smaller than the rounding error of its sine and cosine.
  const angle = product + (error + high * TAU_REST + low * TAU);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  // A quarter turn changes (sin, cos) to (cos, −sin). Half a turn negates both.
  const sign = (quarter & 2) === 0 ? 1 : -1;
  const isOdd = (quarter & 1) !== 0;
  out[at] = sign * (isOdd ? cos : sin);
  out[at + 1] = sign * (isOdd ? -sin : cos);
}
