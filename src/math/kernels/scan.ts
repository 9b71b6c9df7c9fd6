import { loadTextKernels, PLACES, type TextKernels } from "./text.js";

const PIECE_BYTES = 256 * 1024;

/** The kernel reads this far beyond the end. */
const AHEAD_BYTES = 16;

/** Rows that a kernel has read. The numbers are valid until it reads again. */
interface ScannedRows {
  readonly rows: number;
  readonly numbers: Float64Array;
  /** The byte at which it stopped. */
  readonly end: number;
}

/** From this size on, the kernel saves more time than compiling it takes (2 ms). TypeScript starts slowly, too. */
const KERNEL_BYTES = 16 * 1024;

/** Returns the scanner for a text of this size, or undefined if plain TypeScript is as fast. */
export function scannerFor(bytes: number): TextKernels | undefined {
  return bytes >= KERNEL_BYTES ? loadTextKernels() : undefined;
}

/**
 * Reads lines of `cols` plain numbers each, beginning at bytes[start]. It stops at any other line, and at the end of
 * the piece in its memory, so that more lines may follow.
 */
export function scanPlainLines(
  kernels: TextKernels,
  bytes: Uint8Array,
  start: number,
  cols: number,
  delimiter: number,
): ScannedRows {
  const rows = kernels.scanLines(hold(kernels, bytes, start), cols, delimiter, PLACES.scanned);
  return scanned(kernels, rows, cols);
}

/**
 * Reads `[1, 2], [3, 4], …`, lists of `cols` plain numbers each, beginning at bytes[start], as long as another list
 * follows. It stops at any other list, and at the end of the piece in its memory, so that more may follow.
 */
export function scanPlainLists(
  kernels: TextKernels,
  bytes: Uint8Array,
  start: number,
  cols: number,
): ScannedRows {
  const rows = kernels.scanLists(hold(kernels, bytes, start), cols, PLACES.scanned);
  return scanned(kernels, rows, cols);
}

/**
 * Returns the address of bytes[start], with a large piece after it in memory. A piece that is already there is not
 * copied again.
 */
function hold(kernels: TextKernels, bytes: Uint8Array, start: number) {
  const { held } = kernels;
  const isHeld = held.bytes === bytes && start >= held.start && start < held.start + PIECE_BYTES;
  const isGood = start < held.start + PIECE_BYTES / 2 || bytes.length <= held.start + PIECE_BYTES;
  if (!isHeld || !isGood) {
    const piece = bytes.subarray(start, start + PIECE_BYTES);
    kernels.bytes.set(piece, PLACES.piece);
    kernels.bytes.fill(0, PLACES.piece + piece.length, PLACES.piece + piece.length + AHEAD_BYTES);
    kernels.held = { bytes, start };
  }
  return PLACES.piece + start - kernels.held.start;
}

function scanned({ memory, held, scannedTo }: TextKernels, rows: number, cols: number) {
  return {
    rows,
    numbers: new Float64Array(memory.buffer, PLACES.scanned, rows * cols),
    end: held.start + scannedTo() - PLACES.piece,
  };
}
