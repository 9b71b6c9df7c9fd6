import { writeNumber } from "./write-number";

const INFINITY: u64 = <u64>0x7ff << 52;

/**
 * A word is written between numbers, or for NaN and infinities. src/math/kernels/write.ts puts it into memory: its
 * length, then its bytes.
 */
const WORD_BYTES: usize = 8;

/** The addresses of words. */
@unmanaged
export class Words {
  betweenCells: usize;
  betweenRows: usize;
  nan: usize;
  infinity: usize;
  minusInfinity: usize;
}

/**
 * Writes `count` float64 numbers of a matrix, starting with number `first`, each after its separator. Returns the
 * address after them.
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

/** Writes sixteen bytes at a time. Surplus bytes are overwritten by what follows. */
// @ts-ignore: decorator
@inline
function writeWord(word: usize, to: usize): usize {
  const length = load<u32>(word);
  word += WORD_BYTES;
  v128.store(to, v128.load(word));
  for (let at: usize = 16; at < length; at += 16) v128.store(to + at, v128.load(word + at));
  return to + length;
}
