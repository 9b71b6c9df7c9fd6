import { isAscii, isUtf8 } from "node:buffer";
import { binaryKind } from "./binary/detect.js";
import { refuseAt, refuseIn, type Source, textOf } from "./source.js";

/**
 * Returns the text of a file, stdin or literal as a Source: UTF-8 without a byte order mark. UTF-16 with a byte order
 * mark is converted. Binary formats stay unchanged. Throws SYNTAX for anything else, at the first byte that is not
 * UTF-8.
 */
export function decodeSource(given: Uint8Array, name: string, kind: Source["kind"]): Source {
  if (kind !== "literal" && binaryKind(given, name)) return { name, kind, bytes: given, isBinary: true };
  const bytes = decodeBytes(given, name);
  const source = { name, kind, bytes };
  if (bytes.includes(0)) {
    const isWide = bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0);
    const hint = isWide
      ? "It looks like UTF-16 without a byte order mark: save the file as UTF-8."
      : "qkv reads text, office documents, .npy, .npz and .safetensors.";
    refuseIn(name, "SYNTAX", "it contains zero bytes, so it is not text.", hint);
  }
  if (!isUtf8(bytes)) {
    const bad = firstInvalidByte(bytes);
    const hex = bytes[bad].toString(16).toUpperCase().padStart(2, "0");
    const hint = "Save the file as UTF-8 (UTF-16 with a byte order mark is read, too).";
    refuseAt(source, bad, "SYNTAX", `byte ${hex} of ${name} is not UTF-8 text.`, hint);
  }
  return source;
}

/**
 * Replaces typographic minus signs, spaces, digits and line breaks of a source by plain ones. Each character is
 * replaced by one character, so lines and columns stay the same.
 */
export function plainSource(source: Source): Source {
  const { bytes } = source;
  if (isAscii(bytes)) return source;
  const plain = Buffer.from(plainString(textOf(bytes)), "utf8");
  return { ...source, bytes: plain, typed: source.typed ?? bytes };
}

/** The distance between the full-width signs from + to ; and the ASCII ones. */
const WIDE = 0xfee0;

/**
 * Replaces signs, spaces and digits by plain ones. U+2212, and a hyphen or an en dash before a number, become `-`.
 * No-break, thin and other special spaces become a space. Full-width digits and signs become ASCII.
 */
export function plainString(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return text
    .replace(/[\uff0b-\uff1b]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - WIDE))
    .replace(/[\u2212\ufe63]|(?<![\w)\]])[\u2010\u2011\u2013](?=[\d.√π∞])/g, "-")
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .replace(/[\u0085\u2028\u2029]/g, "\n");
}

function decodeBytes(bytes: Uint8Array, name: string): Uint8Array {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return bytes.subarray(3);
  const littleEndian = first === 0xff && second === 0xfe;
  if (!littleEndian && !(first === 0xfe && second === 0xff)) return bytes;
  try {
    const decoder = new TextDecoder(littleEndian ? "utf-16le" : "utf-16be", { fatal: true });
    return Buffer.from(decoder.decode(bytes), "utf8");
  } catch {
    const message = `${name} starts like UTF-16 text, but half a character is missing.`;
    refuseIn(name, "SYNTAX", message, "Save the file as UTF-8.");
  }
}

/** Returns the offset of the first byte that is not UTF-8. The decoder puts U+FFFD there. */
function firstInvalidByte(bytes: Uint8Array): number {
  const text = textOf(bytes);
  return Buffer.byteLength(text.slice(0, text.indexOf("\ufffd")));
}
