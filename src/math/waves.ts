import { divideFixed, FRACTION_BITS, ONE, PI, toFixedPoint } from "./fixed-point.js";
import type { Frequencies } from "./frequencies.js";

// sin(pω) and cos(pω) of the exact product pω. Rounding the product to a float64 first, as every loop over Math.sin
// does, is off in the 11th decimal at position 100,000: an angle of 100,000 has only eleven decimals.

/** Where the waves of one kind go: cell [row, pair] at row·cols + first + pair·step. */
export interface WaveTarget {
  readonly data: Float64Array;
  readonly cols: number;
  readonly first: number;
  readonly step: number;
}

/** A position is taken apart as c·512 + f with 0 ≤ f < 512, in tables of all sizes, so that they agree in every bit. */
const BLOCK = 512;

/**
 * Writes sin(pω_i) and cos(pω_i) for every position and frequency. Both parts of a position have tables that are exact
 * to a rounding, joined by one rotation: sin(C + F) = sin C cos F + cos C sin F. At most 4e-16 from the true values.
 */
export function writeWaves(
  positions: Float64Array,
  frequencies: Frequencies,
  sine: WaveTarget,
  cosine: WaveTarget,
): void {
  const count = frequencies.values.length;
  const turns = turnsOf(frequencies);
  const blocks = new Map<number, Entry>();
  const fine = createFineTable(turns, count);
  for (let row = 0; row < positions.length; row++) {
    const size = Math.abs(positions[row]);
    const start = BLOCK * Math.floor(size / BLOCK);
    let coarse = blocks.get(start);
    if (!coarse) {
      coarse = createEntry(count);
      writeEntry(start, turns, coarse, 0);
      blocks.set(start, coarse);
    }
    joinRow(coarse, fine, fine.offsetOf(size - start), positions[row] < 0 ? -1 : 1, row, sine, cosine);
  }
}

/** sin and cos for each frequency; a table holds one entry after the other. */
interface Entry {
  readonly sines: Float64Array;
  readonly cosines: Float64Array;
}

function createEntry(count: number): Entry {
  return { sines: new Float64Array(count), cosines: new Float64Array(count) };
}

interface FineTable extends Entry {
  /** Where the entry of `rest` (0 ≤ rest < BLOCK) starts, filled in when it is first asked for. */
  offsetOf(rest: number): number;
}

function createFineTable(turns: readonly Turn[], count: number): FineTable {
  // One entry more for a position that is not whole, written anew each time.
  const table = createEntry((BLOCK + 1) * count);
  const isFilled = new Uint8Array(BLOCK);
  return {
    ...table,
    offsetOf(rest) {
      if (!Number.isInteger(rest)) {
        writeEntry(rest, turns, table, BLOCK * count);
        return BLOCK * count;
      }
      if (isFilled[rest] === 0) {
        writeEntry(rest, turns, table, rest * count);
        isFilled[rest] = 1;
      }
      return rest * count;
    },
  };
}

/** The inner loop of everything: two multiplications and an addition a cell. */
function joinRow(
  { sines: coarseSines, cosines: coarseCosines }: Entry,
  { sines: fineSines, cosines: fineCosines }: Entry,
  offset: number,
  sign: number,
  row: number,
  sine: WaveTarget,
  cosine: WaveTarget,
): void {
  const { data: sineData, step: sineStep } = sine;
  const { data: cosineData, step: cosineStep } = cosine;
  const count = coarseSines.length;
  let sineAt = row * sine.cols + sine.first;
  let cosineAt = row * cosine.cols + cosine.first;
  for (let pair = 0; pair < count; pair++) {
    const sinC = coarseSines[pair];
    const cosC = coarseCosines[pair];
    const sinF = fineSines[offset + pair];
    const cosF = fineCosines[offset + pair];
    sineData[sineAt] = sign * (sinC * cosF + cosC * sinF);
    cosineData[cosineAt] = cosC * cosF - sinC * sinF;
    sineAt += sineStep;
    cosineAt += cosineStep;
  }
}

/** A frequency as the turns (ω / 2π) a position makes, whole turns left out. */
interface Turn {
  readonly exact: bigint;
  /** The same in pieces of 26 binary places, so that a whole position below 2^26 times each is exact. */
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
      low: fractionOf(turn & ((1n << (bitsBelow - PIECE_BITS)) - 1n)),
    };
  });
}

function fractionOf(fixed: bigint): number {
  return Number(fixed) * 2 ** -Number(FRACTION_BITS);
}

/** sin and cos of position·ω for every frequency, each at most a little over half a unit of its last place off. */
function writeEntry(position: number, turns: readonly Turn[], { sines, cosines }: Entry, at: number): void {
  const isPlain = Number.isInteger(position) && position < 2 ** 26;
  for (const [pair, turn] of turns.entries()) {
    const [high, low] = isPlain ? plainTurns(position, turn) : exactTurns(position, turn.exact);
    const quarter = Math.round(4 * high);
    const [sin, cos] = smallWaves(high - quarter / 4, low);
    // A quarter turn takes (sin, cos) to (cos, −sin).
    const isOdd = (quarter & 1) !== 0;
    const [first, second] = isOdd ? [cos, -sin] : [sin, cos];
    const isBehind = (quarter & 2) !== 0;
    sines[at + pair] = isBehind ? -first : first;
    cosines[at + pair] = isBehind ? -second : second;
  }
}

/** position·turn without whole turns, as high + low: `high` is a multiple of 2^-52 and at most a half. */
function plainTurns(position: number, { high, middle, low }: Turn): readonly [number, number] {
  const first = position * high;
  const second = position * middle;
  const sum = first - Math.round(first) + second;
  return [sum - Math.round(sum), position * low];
}

/** The same for positions that are huge or not whole. */
function exactTurns(position: number, turn: bigint): readonly [number, number] {
  const product = ((turn * toFixedPoint(position)) >> FRACTION_BITS) & (ONE - 1n);
  const bitsBelow = FRACTION_BITS - 52n;
  const high = Number(product >> bitsBelow) * 2 ** -52;
  return [high - Math.round(high), fractionOf(product & ((1n << bitsBelow) - 1n))];
}

/** 2π in two float64 numbers, and the first of them in two halves whose products with 26 bits are exact. */
const TAU = 2 * Math.PI;
const TAU_REST = 2.4492935982947064e-16;
const TAU_HEAD = Math.round(TAU * 2 ** 23) * 2 ** -23;
const TAU_TAIL = TAU - TAU_HEAD;

/** sin and cos of 2π(high + low), for |high| ≤ 1/8 a multiple of 2^-52 and a low below 2^-26. */
function smallWaves(high: number, low: number): readonly [number, number] {
  const head = Math.round(high * 2 ** 26) * 2 ** -26;
  const tail = high - head;
  const product = TAU * high;
  const error = head * TAU_HEAD - product + head * TAU_TAIL + tail * TAU_HEAD + tail * TAU_TAIL;
  const correction = error + high * TAU_REST + low * TAU;
  const angle = product + correction;
  const back = angle - product;
  const rest = product - (angle - back) + (correction - back);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return [sin + rest * cos, cos - rest * sin];
}
