import { writeNumber } from "./write-number";

const INFINITY: u64 = <u64>0x7ff << 52;

/** A word that is written between or for numbers, laid out by src/math/kernels/write.ts: its length, then its bytes. */
const WORD_BYTES: usize = 8;

/** Addresses of words. */
@unmanaged
export class Words {
  betweenCells: usize;
  betweenRows: usize;
  nan: usize;
  infinity: usize;
  minusInfinity: usize;
}

/**
 * Writes float64 numbers, `count` from number `first` of a matrix on, each with what stands before it, and gives the
 * address behind them.
 */
export function writeCells(from: usize, first: i32, count: i32, cols: i32, words: Words, to: usize): usize {
  let col = first % cols;
  for (let cell = 0; cell < count; cell++) {
    if (col > 0) to = writeWord(words.betweenCells, to);
    else if (first + cell > 0) to = writeWord(words.betweenRows, to);
    const bits = load<u64>(from + (<usize>cell << 3));
    if ((bits & INFINITY) !== INFINITY) to = writeNumber(bits, to);
    else if (bits << 12 !== 0) to = writeWord(words.nan, to);
    else to = writeWord(bits >> 63 === 0 ? words.infinity : words.minusInfinity, to);
    if (++col === cols) col = 0;
  }
  return to;
}

/** Sixteen bytes at a time: what is written too many is overwritten by what follows. */
// @ts-ignore: decorator
@inline
function writeWord(word: usize, to: usize): usize {
  const length = load<u32>(word);
  word += WORD_BYTES;
  v128.store(to, v128.load(word));
  for (let at: usize = 16; at < length; at += 16) v128.store(to + at, v128.load(word + at));
  return to + length;
}
