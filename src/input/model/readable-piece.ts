/**
 * Returns a piece of byte-level BPE as readable text: "Ġcafé" for "ĠcafÃ©". Bytes that are not valid text are written
 * <0xF0>, as in Llama's pieces. Ġ, Ċ and ĉ (space, line break and tab) stay, because people know them. Other pieces are
 * returned unchanged.
 */
export function readablePiece(piece: string): string {
  if (/^[!-~Ġ]*$/.test(piece)) return piece;
  const signs = [...piece];
  if (!signs.every((sign) => BYTE_OF_SIGN.has(sign))) return piece;
  const isHigh = (sign: string) => (BYTE_OF_SIGN.get(sign) ?? 0) >= 0x80;
  let read = "";
  for (let at = 0; at < signs.length; ) {
    let end = at;
    while (end < signs.length && isHigh(signs[end])) end++;
    read += end > at ? readBytes(signs.slice(at, end)) : readSign(signs[at]);
    at = Math.max(end, at + 1);
  }
  return read;
}

/**
 * GPT-2's table from characters to bytes. A printable byte is its own character; the others have the characters from
 * U+0100 on, in order.
 */
const BYTE_OF_SIGN: ReadonlyMap<string, number> = tableOfSigns();

function tableOfSigns(): Map<string, number> {
  const table = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const prints = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    table.set(String.fromCharCode(prints ? byte : next++), byte);
  }
  return table;
}

const KEPT = "ĠĊĉ";
/** Returns a byte as pieces of Llama write it: <0xF0>. */
export const pieceOfByte = (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
const inHex = (sign: string) => pieceOfByte(BYTE_OF_SIGN.get(sign) ?? 0);

const readSign = (sign: string) => (/[!-~]/.test(sign) || KEPT.includes(sign) ? sign : inHex(sign));

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes bytes beyond ASCII. Writes them in hexadecimal if they are not valid UTF-8, or if the text would contain Ġ, Ċ
 * or ĉ, which mean white space.
 */
function readBytes(signs: readonly string[]): string {
  try {
    const text = UTF8.decode(Uint8Array.from(signs, (sign) => BYTE_OF_SIGN.get(sign) ?? 0));
    if (![...text].some((character) => KEPT.includes(character))) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return signs.map(inHex).join("");
}
