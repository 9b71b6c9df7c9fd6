import {
  atLeastLowest,
  expm1OfRemainder,
  exponential,
  exponentialOfParts,
  multipleOfLn2,
  remainder,
} from "./exponential";
import { multiplyAdd } from "./multiply-add";
import { address, PANEL, storeColumn } from "./panel";

/** The number of keys that are computed at a time. */
export const BLOCK: i32 = 64;

const BLOCK_BYTES: usize = <usize>BLOCK * PANEL;

// Offsets of the statistics of four rows; each is one column of a panel.
export const MAXIMUM: usize = 0;
/** Σ e^(s − maximum) */
export const SUM: usize = PANEL;
/** Σ e^(s − maximum)·(s − maximum), for the entropy. */
export const MOMENT: usize = 2 * PANEL;
/** The first key with the maximum. */
export const STRONGEST: usize = 3 * PANEL;
/** Σ e^(2·(s − maximum)) and Σ e^(2·(s − maximum))·(s − maximum), if squares are needed. */
export const SQUARES: usize = 4 * PANEL;
export const STATISTICS: usize = 6 * PANEL;

/** Sets the statistics of rows without keys so far: maximum −∞, the rest 0. */
export function clearStatistics(statistics: usize): void {
  memory.fill(statistics, 0, STATISTICS);
  v128.store(statistics, f64x2.splat(-Infinity));
  v128.store(statistics, f64x2.splat(-Infinity), 16);
}

/**
 * Replaces the scores of `count` keys from `first` on by e^(s − maximum so far), and updates the statistics (the online
 * softmax of Milakov and Gimelshein 2018). Sets `factors` to the factors for sums of earlier keys. `count` is even.
 * After the BLOCK scores there is room for twice as many numbers. Three short loops are faster than one long loop, by
 * up to 10 % of the whole attention.
 */
export function softmaxBlock(scores: usize, first: i32, count: i32, statistics: usize, factors: usize): void {
  const end = scores + <usize>count * PANEL;
  const before0 = v128.load(statistics, MAXIMUM);
  const before1 = v128.load(statistics, MAXIMUM + 16);
  raiseMaxima(scores, end, first, statistics);
  const from0 = finite(v128.load(statistics, MAXIMUM));
  const from1 = finite(v128.load(statistics, MAXIMUM + 16));
  const shift0 = f64x2.sub(before0, from0);
  const shift1 = f64x2.sub(before1, from1);
  const factor0 = exponential(atLeastLowest(shift0));
  const factor1 = exponential(atLeastLowest(shift1));
  storeColumn(factors, factor0, factor1);
  moveTerms(statistics + SUM, shift0, factor0);
  moveTerms(statistics + SUM + 16, shift1, factor1);
  moveTerms(statistics + SQUARES, shift0, f64x2.mul(factor0, factor0));
  moveTerms(statistics + SQUARES + 16, shift1, f64x2.mul(factor1, factor1));
  splitExponents(scores, end, from0, from1);
  for (let at = scores; at < end; at += PANEL) {
    storeColumn(at, expm1OfRemainder(v128.load(at)), expm1OfRemainder(v128.load(at, 16)));
  }
  sumPowers(scores, end, statistics);
}

/** Updates the maxima of four rows with these scores. */
// @ts-ignore: decorator
@inline
function raiseMaxima(scores: usize, end: usize, first: i32, statistics: usize): void {
  const before0 = v128.load(statistics, MAXIMUM);
  const before1 = v128.load(statistics, MAXIMUM + 16);
  let max0 = before0;
  let max1 = before1;
  // Two maxima for alternate keys: with only one, each step would wait for the previous one.
  let others0 = before0;
  let others1 = before1;
  for (let at = scores; at < end; at += 2 * PANEL) {
    max0 = f64x2.pmax(max0, v128.load(at));
    max1 = f64x2.pmax(max1, v128.load(at, 16));
    others0 = f64x2.pmax(others0, v128.load(at, PANEL));
    others1 = f64x2.pmax(others1, v128.load(at, PANEL + 16));
  }
  max0 = f64x2.pmax(max0, others0);
  max1 = f64x2.pmax(max1, others1);
  if (v128.any_true(v128.or(f64x2.gt(max0, before0), f64x2.gt(max1, before1)))) {
    noteMaxima(scores, first, statistics, max0, max1);
  }
}

/** Updates a sum of earlier terms and its moment for the new maximum. */
// @ts-ignore: decorator
@inline
function moveTerms(sums: usize, shift: v128, factor: v128): void {
  const sum = v128.load(sums);
  // If the factor is 0, earlier terms vanish, and the shift may be −∞.
  const shifted = v128.andnot(f64x2.mul(shift, sum), f64x2.eq(factor, f64x2.splat(0)));
  const moment = f64x2.add(v128.load(sums, PANEL), shifted);
  v128.store(sums, f64x2.mul(sum, factor));
  v128.store(sums, f64x2.mul(moment, factor), PANEL);
}

/** Splits each score's x = s − maximum into n·ln 2 + r. r replaces the score; x and n are stored after the block. */
// @ts-ignore: decorator
@inline
function splitExponents(scores: usize, end: usize, from0: v128, from1: v128): void {
  for (let at = scores; at < end; at += PANEL) {
    const x0 = atLeastLowest(f64x2.sub(v128.load(at), from0));
    const x1 = atLeastLowest(f64x2.sub(v128.load(at, 16), from1));
    const n0 = multipleOfLn2(x0);
    const n1 = multipleOfLn2(x1);
    storeColumn(at, remainder(x0, n0), remainder(x1, n1));
    v128.store(at, x0, BLOCK_BYTES);
    v128.store(at, x1, BLOCK_BYTES + 16);
    v128.store(at, n0, 2 * BLOCK_BYTES);
    v128.store(at, n1, 2 * BLOCK_BYTES + 16);
  }
}

/** Turns each e^r − 1 into e^x, and adds it to the sums of its row. */
// @ts-ignore: decorator
@inline
function sumPowers(scores: usize, end: usize, statistics: usize): void {
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let moment0 = f64x2.splat(0);
  let moment1 = f64x2.splat(0);
  for (let at = scores; at < end; at += PANEL) {
    const x0 = v128.load(at, BLOCK_BYTES);
    const x1 = v128.load(at, BLOCK_BYTES + 16);
    const e0 = exponentialOfParts(x0, v128.load(at), v128.load(at, 2 * BLOCK_BYTES));
    const e1 = exponentialOfParts(x1, v128.load(at, 16), v128.load(at, 2 * BLOCK_BYTES + 16));
    storeColumn(at, e0, e1);
    sum0 = f64x2.add(sum0, e0);
    sum1 = f64x2.add(sum1, e1);
    moment0 = multiplyAdd(e0, x0, moment0);
    moment1 = multiplyAdd(e1, x1, moment1);
  }
  addTo(statistics + SUM, sum0, sum1);
  addTo(statistics + MOMENT, moment0, moment1);
}

/**
 * Stores the squares of the exponentials from `softmaxBlock` as half of the lanes of a float32 panel. It sums them in
 * the same way, and sets `squareFactors` to the factors for sums of earlier squares.
 */
export function squareBlock(
  scores: usize,
  count: i32,
  statistics: usize,
  factors: usize,
  squares: usize,
  squareFactors: usize,
): void {
  const end = scores + <usize>count * PANEL;
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let moment0 = f64x2.splat(0);
  let moment1 = f64x2.splat(0);
  for (let at = scores; at < end; at += PANEL) {
    const e0 = f64x2.mul(v128.load(at), v128.load(at));
    const e1 = f64x2.mul(v128.load(at, 16), v128.load(at, 16));
    v128.store(squares, v128.shuffle<f64>(f32x4.demote_f64x2_zero(e0), f32x4.demote_f64x2_zero(e1), 0, 2));
    squares += PANEL;
    sum0 = f64x2.add(sum0, e0);
    sum1 = f64x2.add(sum1, e1);
    moment0 = multiplyAdd(e0, v128.load(at, BLOCK_BYTES), moment0);
    moment1 = multiplyAdd(e1, v128.load(at, BLOCK_BYTES + 16), moment1);
  }
  addTo(statistics + SQUARES, sum0, sum1);
  addTo(statistics + SQUARES + PANEL, moment0, moment1);
  const factor0 = v128.load(factors);
  const factor1 = v128.load(factors, 16);
  storeColumn(squareFactors, f64x2.mul(factor0, factor0), f64x2.mul(factor1, factor1));
}

// @ts-ignore: decorator
@inline
function addTo(column: usize, add0: v128, add1: v128): void {
  v128.store(column, f64x2.add(v128.load(column), add0));
  v128.store(column, f64x2.add(v128.load(column, 16), add1), 16);
}

/** Returns 0 for the maximum of a row without keys so far, because −∞ − −∞ is NaN. */
// @ts-ignore: decorator
@inline
function finite(maximum: v128): v128 {
  return v128.andnot(maximum, f64x2.eq(maximum, f64x2.splat(-Infinity)));
}

/** Stores new maxima, and for each the first key that has it. */
function noteMaxima(scores: usize, first: i32, statistics: usize, max0: v128, max1: v128): void {
  const new0 = i64x2.bitmask(f64x2.gt(max0, v128.load(statistics, MAXIMUM)));
  const new1 = i64x2.bitmask(f64x2.gt(max1, v128.load(statistics, MAXIMUM + 16)));
  v128.store(statistics, max0, MAXIMUM);
  v128.store(statistics, max1, MAXIMUM + 16);
  for (let lane = 0, isNew = new0 | (new1 << 2); isNew; lane++, isNew >>= 1) {
    if (!(isNew & 1)) continue;
    const maximum = load<f64>(address(statistics, lane), MAXIMUM);
    let key = first;
    for (let at = address(scores, lane); load<f64>(at) != maximum; at += PANEL) key++;
    store<f64>(address(statistics, lane), <f64>key, STRONGEST);
  }
}
