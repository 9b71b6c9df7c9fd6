import { cellOf, type Matrix } from "../../math/matrix.js";

/** Shades of a picture, from nothing to the whole colour. */
const LAST_SHADE = 15;
/** The colour behind the shades; the page puts its own in its place. */
const COLOUR = [0x54, 0x38, 0x9e] as const;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PALETTE = 3;
const BITS = 4;

/**
 * Weights as a PNG (W3C, third edition) with a pixel a cell, of one colour: a weight is how little one sees through it, so that the picture
 * lies well on any paper. Shades are roots of the weights, so that small ones are seen.
 */
export async function tintedPng(weights: Matrix): Promise<Uint8Array> {
  const { rows, cols } = weights;
  const wide = Math.ceil(cols / 2);
  const lines = new Uint8Array(rows * (wide + 1));
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const shade = Math.round(
        Math.sqrt(Math.min(1, Math.max(0, cellOf(weights, row, col) || 0))) * LAST_SHADE,
      );
      lines[row * (wide + 1) + 1 + (col >> 1)] |= shade << (col % 2 === 0 ? BITS : 0);
    }
  }
  const shades = Array.from({ length: LAST_SHADE + 1 }, (_, shade) => shade);
  return pngOf({ width: cols, height: rows, bits: BITS, kind: PALETTE }, lines, [
    piece("PLTE", Uint8Array.from(shades.flatMap(() => COLOUR))),
    piece(
      "tRNS",
      Uint8Array.from(shades, (shade) => Math.round((255 * shade) / LAST_SHADE)),
    ),
  ]);
}

/** An image as PNG: its lines, each behind a byte that says no filter, and what stands before them. */
export async function pngOf(
  {
    width,
    height,
    bits,
    kind,
  }: { readonly width: number; readonly height: number; readonly bits: number; readonly kind: number },
  lines: Uint8Array<ArrayBuffer>,
  before: readonly Uint8Array[] = [],
): Promise<Uint8Array> {
  return joined([
    Uint8Array.from(SIGNATURE),
    piece("IHDR", Uint8Array.from([...bytesOf(width), ...bytesOf(height), bits, kind, 0, 0, 0])),
    ...before,
    piece("IDAT", await deflated(lines)),
    piece("IEND", new Uint8Array(0)),
  ]);
}

const bytesOf = (word: number): number[] => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function piece(name: string, contents: Uint8Array): Uint8Array {
  const named = joined([Uint8Array.from(name, (letter) => letter.charCodeAt(0)), contents]);
  return joined([
    Uint8Array.from(bytesOf(contents.length)),
    named,
    Uint8Array.from(bytesOf(checksumOf(named))),
  ]);
}

/** CRC-32 as PNG has it: the polynomial 0xedb88320, bit by bit. */
function checksumOf(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** Bytes compressed as zlib does it, by what browsers have for that, too. */
async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Bytes as the text that stands in an address. */
export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
