/**
 * A piece of byte-level BPE as one reads it: "Ġcafé" for "ĠcafÃ©". Bytes that are no text are written <0xF0>, as Llama's
 * pieces write them; Ġ, Ċ and ĉ, the signs of blank, line break and tab, stay, since people know them. Any other piece is as it is.
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

/** GPT-2's table: a byte that prints stands for itself, the others for the signs from U+0100 on, in their order. */
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
const inHex = (sign: string) =>
  `<0x${(BYTE_OF_SIGN.get(sign) ?? 0).toString(16).toUpperCase().padStart(2, "0")}>`;

const readSign = (sign: string) => (/[!-~]/.test(sign) || KEPT.includes(sign) ? sign : inHex(sign));

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes beyond ASCII as their characters, unless these would be taken for the sign of a blank. */
function readBytes(signs: readonly string[]): string {
  try {
    const text = UTF8.decode(Uint8Array.from(signs, (sign) => BYTE_OF_SIGN.get(sign) ?? 0));
    if (![...text].some((character) => KEPT.includes(character))) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return signs.map(inHex).join("");
}
