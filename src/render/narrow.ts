/**
 * Ranges of characters that fill one column each, and do not combine: ASCII, Greek, and the signs of formulas, tables
 * and shades. Nearly all output consists of them, and the general measurement is slow to start.
 */
export const NARROW_RANGES: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xb1, 0xb1],
  [0xb7, 0xb7],
  [0xd7, 0xd7],
  [0x3b1, 0x3c9],
  [0x391, 0x3a9],
  [0x1d2c, 0x1d6a],
  [0x2010, 0x2026],
  [0x2032, 0x2032],
  [0x2070, 0x209c],
  [0x2200, 0x22ff],
  [0x2500, 0x259f],
  [0xfdd0, 0xfdd0], // a dash of a setting (setting-names.ts)
];

/**
 * Whether every character fills one column and combines with none. A pattern quickly recognises ASCII, which most texts
 * are.
 */
export function isNarrow(text: string): boolean {
  if (/^[ -~]*$/.test(text)) return true;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (!NARROW_RANGES.some(([first, last]) => code >= first && code <= last)) return false;
  }
  return true;
}
