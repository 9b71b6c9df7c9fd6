import { sumOver } from "../math/lists.js";

/** The header of a PNG. */
interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly kind: keyof typeof KINDS;
}

/** Bits per channel. */
const BITS = 8;

const KINDS = { grey: 0, truecolour: 2 } as const;

const SIGNATURE = "\x89PNG\r\n\x1a\n";

/**
 * Writes an image as PNG (W3C, third edition). `lines` are its lines, each after a byte that means no filter.
 */
export async function pngOf(
  { width, height, kind }: PngHeader,
  lines: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const header = [...bytesOf(width), ...bytesOf(height), BITS, KINDS[kind], 0, 0, 0];
  return joined([
    bytesOfText(SIGNATURE),
    piece("IHDR", Uint8Array.from(header)),
    piece("IDAT", await deflated(lines)),
    piece("IEND", new Uint8Array(0)),
  ]);
}

/** Red, green and blue of every pixel, row by row. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export async function rgbPng({ width, height, pixels }: Image): Promise<Uint8Array> {
  const lines = new Uint8Array(height * (3 * width + 1));
  for (let y = 0; y < height; y++) {
    lines.set(pixels.subarray(3 * width * y, 3 * width * (y + 1)), y * (3 * width + 1) + 1);
  }
  return pngOf({ width, height, kind: "truecolour" }, lines);
}

const bytesOfText = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const bytesOf = (word: number) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255);

function joined(parts: readonly Uint8Array[]) {
  const whole = new Uint8Array(sumOver(parts, (part) => part.length));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Returns a piece of a PNG: its length, its name, its content, and the checksum of name and content. */
function piece(name: string, contents: Uint8Array) {
  const named = joined([bytesOfText(name), contents]);
  return joined([
    Uint8Array.from(bytesOf(contents.length)),
    named,
    Uint8Array.from(bytesOf(checksumOf(named))),
  ]);
}

/** Returns the CRC-32 as PNG defines it: the polynomial 0xedb88320, bit by bit. */
function checksumOf(bytes: Uint8Array) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** Compresses bytes in zlib's format, with an interface that browsers also have. */
async function deflated(bytes: Uint8Array<ArrayBuffer>) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
