import { loadTextKernels, PLACES, type TextKernels } from "./text.js";

const PIECE_BYTES = 256 * 1024;

/** The kernel looks so far beyond the end. */
const AHEAD_BYTES = 16;

/** Rows that a kernel has read. The numbers are good until it reads again. */
interface ScannedRows {
  readonly rows: number;
  readonly numbers: Float64Array;
  /** Where in the bytes it stopped. */
  readonly end: number;
}

/** Bytes from which the kernel saves more time than compiling it takes (2 ms): TypeScript starts slowly, too. */
const KERNEL_BYTES = 16 * 1024;

/** The scanner for a text of so many bytes; undefined when plain TypeScript is as fast. */
export function scannerFor(bytes: number): TextKernels | undefined {
  return bytes >= KERNEL_BYTES ? loadTextKernels() : undefined;
}

/**
 * Reads lines of `cols` plain numbers each, from bytes[start] on. Stops at any line that is something else, and at a
 * piece of its memory, so that there may be more.
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
 * Reads `[1, 2], [3, 4], …`, lists of `cols` plain numbers each, from bytes[start] on, as long as another list stands
 * behind. Stops at any list that holds something else, and at a piece of its memory, so that there may be more.
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

/** The address of bytes[start], with a good piece of them behind it. What is there already is not copied again. */
function hold(kernels: TextKernels, bytes: Uint8Array, start: number): number {
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

function scanned({ memory, held, scannedTo }: TextKernels, rows: number, cols: number): ScannedRows {
  return {
    rows,
    numbers: new Float64Array(memory.buffer, PLACES.scanned, rows * cols),
    end: held.start + scannedTo() - PLACES.piece,
  };
}
