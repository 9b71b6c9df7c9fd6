import type { SheetText } from "./lines.js";

// What a sheet says about positions.

/** A word for positions. */
export const POSITIONS = /posi[tcz]i|po[sz][iy]c|позиц|sinusoid|\b(?:PE|pos)\b|\u4f4d\u7f6e/iu;

/** The number of a position before the numbers of its row: `1  0.84`, `| 1 |`, `PE(1) =`, `For position 1`. Not `1) PE =`. */
const POSITION =
  /^\W*(?:for\s)?(?!\d{1,2}[.)]\s)(pos(?:itions?)?|token|PE)?[\s_(=#]*(\d{1,3})(?!\d|\.\d|,\d+(?:[;\t]|$))(?!.*\p{L}\d).*\d/iu;

/** A position in the middle of a line, before its numbers: `the token at position 1: [0.84`. */
const POSITION_WITHIN = /\b(pos(?:ition)?)\s*[=:#]?\s*(\d{1,3})(?![\d.,]*\d).*\d/iu;

/** A list of positions: `positions 1, 2, 3`, `Positionen 0 bis 3`. */
const LISTED_POSITIONS =
  /(?<!\p{L})pos(?:i[tcz]\p{L}{2,8})?\.?\s(?:\p{L}{1,3}\s?=\s?)?(\d{1,3})\s?(?:,|–|-|and|to|und|bis|et|à|y|a|e|和|到)\s?(\d{1,3})(?![\d.])/iu;

/** A cell by its position and column: PE(1,0). */
export const NAMED_CELL = /(?<!\p{L})PE\s*_?[([{]?\s*(\d{1,3})\s*,\s*(\d{1,3})/giu;

/**
 * Returns the first positions that a sheet may have: those in a list, that of counted rows, or 0 and the one that is
 * named. Numbers behind a word for positions decide, if there are any.
 */
export function firstPositions({ lines }: SheetText): readonly number[] {
  const [listed] = lines.flatMap(({ text }) => {
    const [, from, to] = LISTED_POSITIONS.exec(text) ?? [];
    return Number(to) > Number(from) ? [Number(from)] : [];
  });
  if (listed !== undefined) return [listed];
  const found = lines
    .map(({ text }) => POSITION.exec(text) ?? POSITION_WITHIN.exec(text))
    .filter((match) => match !== null);
  const named = found.filter(([, word]) => word !== undefined);
  const [first, ...others] = (named.length > 0 ? named : found).map(([, , position]) => Number(position));
  if (first === undefined || others.some((position, at) => position !== first + at + 1)) return [0];
  return others.length > 0 ? [first] : [0, first];
}

/** The base of the frequencies, if a sheet gives it. */
const BASE = /(?<!\p{L})base\s*(?:n\s*)?[=:]?\s*(\d+)(?![.,]?\d)/iu;

/** Returns the base of the frequencies, or NaN. */
export const statedBase = ({ lines }: SheetText): number =>
  Number(lines.flatMap(({ text }) => BASE.exec(text)?.[1] ?? [])[0] ?? Number.NaN);
