import { areTextKernelsLoaded, loadTextKernels, PLACES, type TextKernels } from "./text.js";

/** The texts between the numbers of a matrix, and for NaN and infinities. */
export interface CellWords {
  readonly betweenCells: string;
  readonly betweenRows: string;
  readonly nan: string;
  readonly infinity: string;
  readonly minusInfinity: string;
}

/** From PLACES.text to the end of the memory. */
const TEXT_BYTES = 0x70000;

/** The length before the bytes of a word. */
const LENGTH_BYTES = 8;

/** The longest number is -1.2345678901234567e-308, and words are copied in pieces of 16 bytes. */
const LONGEST_NUMBER = 24 + 16;

/** The maximum per call. More at a time save nothing, and delay whoever reads the output meanwhile. */
const MOST_NUMBERS = 2048;

/** From this many numbers on, the kernel saves more time than compiling it takes. */
const KERNEL_NUMBERS = 2 ** 12;

/** From this many numbers on, a compiled kernel is faster. */
const FEWEST_NUMBERS = 2 ** 7;

/** Returns the formatter for this many numbers, or undefined if plain JavaScript is as fast. */
export function formatterFor(numbers: number): TextKernels | undefined {
  return numbers >= (areTextKernelsLoaded() ? FEWEST_NUMBERS : KERNEL_NUMBERS)
    ? loadTextKernels()
    : undefined;
}

/**
 * Writes the numbers of a matrix with `cols` columns in their shortest digits, in chunks. They read like String(x),
 * except −0 (`-0`).
 */
export function* writeNumbers(
  kernels: TextKernels,
  data: Float64Array,
  cols: number,
  { betweenCells, betweenRows, nan, infinity, minusInfinity }: CellWords,
): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const list = [betweenCells, betweenRows, nan, infinity, minusInfinity].map((word) => encoder.encode(word));
  const longest = Math.max(...list.map((word) => word.length));
  const most = Math.min(MOST_NUMBERS, Math.floor(TEXT_BYTES / (2 * longest + LONGEST_NUMBER)));
  const numbers = new Float64Array(kernels.memory.buffer, PLACES.numbers, most);
  for (let first = 0; first < data.length; first += most) {
    const some = data.subarray(first, first + most);
    // The memory may have been used for something else since the last chunk.
    numbers.set(some);
    placeWords(kernels, list);
    const end = kernels.writeCells(PLACES.numbers, first, some.length, cols, PLACES.words, PLACES.text);
    yield kernels.bytes.slice(PLACES.text, end);
  }
}

/** Writes the fields of a Words (assembly/text/write-cells.ts), then the words, each after its length. */
function placeWords({ bytes, memory }: TextKernels, words: readonly Uint8Array[]) {
  const view = new DataView(memory.buffer);
  let at = PLACES.words + 4 * words.length;
  for (const [index, word] of words.entries()) {
    view.setUint32(PLACES.words + 4 * index, at, true);
    view.setUint32(at, word.length, true);
    bytes.set(word, at + LENGTH_BYTES);
    at += LENGTH_BYTES + word.length;
  }
}
