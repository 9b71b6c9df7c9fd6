import type { Line, LineCell } from "../forms/lines.js";
import { isMark, isNumberCell } from "./cells.js";
import type { SheetLine } from "./sheet-lines.js";

/** A row, from a character of its line on; some forms put several rows into a line. */
export interface RowText {
  readonly line: SheetLine;
  readonly from: number;
  /** What its title calls it: `Weights for man = …`. */
  readonly label?: string;
}

/** Lines that hold rows, each from the character where the row begins. */
export interface Rows {
  readonly lines: readonly RowText[];
  /** The line above them, when it may hold names of columns. */
  readonly above: SheetLine | undefined;
}

/** One way to take rows apart. */
export interface Grid {
  readonly cells: readonly (readonly LineCell[])[];
  readonly rowLabels?: readonly string[] | undefined;
  readonly columnLabels?: readonly string[] | undefined;
  readonly decimalComma: boolean;
}

/** How cells are told apart. */
export interface Separator {
  readonly pattern: RegExp;
  readonly decimalComma: boolean;
  /** Between such separators nothing may stand, and that is a cell. */
  readonly isStrict: boolean;
}

export const BARS = "|│┃║";

/** A row without what stands around it. */
export interface Piece extends LineCell {
  readonly label?: string;
}

/** The rows of a line; where it stands alone there may be several. */
export function piecesOf({ line, from, label }: RowText, isAlone: boolean): readonly Piece[] {
  const piece = { ...pieceOf(line, from), ...(label !== undefined && { label }) };
  if (label !== undefined) return [piece];
  const isList = isAlone && /[;]|\]\s*,?\s*\[|\)\s*,?\s*\(/.test(piece.text);
  if (!isList) return [piece];
  const found: Piece[] = [];
  let at = 0;
  for (const { 0: sign, index } of piece.text.matchAll(/\s*;\s*|[\])]\s*,?\s*(?=[[(])|$/g)) {
    const text = piece.text.slice(at, index);
    if (text.trim() !== "") found.push(pieceOf(line, piece.at + at, piece.at + index));
    at = index + sign.length;
  }
  return found;
}

/** What is left of a row without the bullet, what ends it, and a note behind it. */
export function pieceOf(line: Line, from: number, to = line.text.length): Piece {
  const raw = line.text.slice(from, to).replace(/\s(?:#|\/\/)\s[^\d]*$/, "");
  const bullet = /^\s*(?:[*•+‣]\s+|-\s+(?=[[({]|\p{L}))/u.exec(raw)?.[0] ?? /^\s*/.exec(raw)?.[0] ?? "";
  const text = raw.slice(bullet.length).replace(/\s*(?:\\\\|;)?\s*$/, "");
  return { text, line, at: from + bullet.length };
}

const BULLET = /^(?:[-·]|(\d{1,2})\.)\s+(?=\S)/;

/**
 * Whether a row begins as the one at this place of a list may: with a dash, which may be a minus, too, a point, which may be a cell that is
 * left blank, or with its number.
 */
export function isListed(text: string, at: number): boolean {
  const [sign, number] = BULLET.exec(text) ?? [];
  return sign !== undefined && (number === undefined || Number(number) === at + 1);
}

/** A row without the sign of a list before it. */
export const withoutBullet = (piece: Piece): Piece => {
  const sign = BULLET.exec(piece.text)?.[0] ?? "";
  return { ...piece, text: piece.text.slice(sign.length), at: piece.at + sign.length };
};

/** The rows of a single line between commas or slashes, whose cells stand between blanks: `1 0 2, 2 2 0`, `1 0 2 / 2 2 0`. */
export function rowsInLine({ text, line, at }: Piece): readonly Piece[] {
  const isSlashed = /\s\/\s/.test(text);
  const rows = Array.from(text.matchAll(isSlashed ? /(?:(?!\s\/\s).)+/g : /[^,]+/g), ({ 0: row, index }) => {
    const own = row.replace(/^\s*\/\s/, "").trim();
    return { text: own, line, at: at + index + row.indexOf(own) };
  });
  const cellsOf = (row: Piece) => row.text.split(isSlashed ? /[\s,]+/ : /\s+/);
  const areRows = rows.every((row) => {
    const cells = cellsOf(row);
    const isWide = cells.length > 1 && (!isSlashed || cells.length === cellsOf(rows[0]).length);
    return isWide && cells.every((cell) => isNumberCell(cell) || isMark(cell));
  });
  return rows.length > 1 && areRows ? rows : [];
}

const SUM_BEHIND =
  /(?:\s*(?:->|→|=>|\||,|;)|\s)\s*\(?(?:row\s*)?(?:Σ|∑|sum|total|summe)\s*(?:=|:|is|≈)?\s*([-+]?\d+(?:[.,]\d+)?)\)?\s*$/iu;

/** `2.72 1 | 3.72`: a number behind the only bar of a row. */
const SUM_BEHIND_BAR = /(?<=^[^|]*\d\s+[-+.\d][^|]*?)\s*\|\s*([-+]?\d+(?:[.,]\d+)?)\s*$/;

/** Rows behind each of which its sum stands in words, `2.72, 1 -> sum 3.72` or `2.72 1 | 3.72`: the rows without, and the sums. */
export function withSums(
  pieces: readonly Piece[],
): { readonly rows: readonly Piece[]; readonly sums: readonly Piece[] } | undefined {
  const found = pieces.map((piece) => ({
    piece,
    sum: SUM_BEHIND.exec(piece.text) ?? SUM_BEHIND_BAR.exec(piece.text),
  }));
  if (pieces.length === 0 || found.some(({ sum }) => sum === null)) return undefined;
  return {
    rows: found.map(({ piece, sum }) => ({ ...piece, text: piece.text.slice(0, sum?.index) })),
    sums: found.map(({ piece: { text, line, at }, sum }) => {
      const own = sum?.[1] ?? "";
      return { text: own, line, at: at + text.lastIndexOf(own) };
    }),
  };
}

/** How the cells of rows may be told apart, the most literal way first. */
export function separatorsFor(texts: readonly string[]): readonly Separator[] {
  const strict = (sign: RegExp): Separator => ({ pattern: sign, decimalComma: false, isStrict: true });
  const withCommas = (separator: Separator): readonly Separator[] =>
    texts.some((text) => /\d,\d/.test(text))
      ? [separator, { ...separator, decimalComma: true }]
      : [separator];
  const blanks: Separator = { pattern: /\s+/g, decimalComma: false, isStrict: false };
  const bar = new RegExp(`[${BARS}]`, "g");
  if (texts.every((text) => text.search(bar) >= 0)) {
    // `man | 0.3 0.7`: the bar stands behind the name, and blanks between the cells.
    const isBehindName = texts.every((text) => /^[^|│┃║]*\p{L}[^|│┃║]*[|│┃║][^|│┃║]*$/u.test(text.trim()));
    return [...withCommas(strict(bar)), ...(isBehindName ? withCommas(blanks) : [])];
  }
  if (texts.some((text) => text.trim().includes("\t"))) return withCommas(strict(/\t/g));
  if (texts.some((text) => text.includes(";"))) return withCommas(strict(/;/g));
  if (texts.some((text) => text.includes("&"))) return [strict(/&/g)];
  if (!texts.some((text) => text.includes(","))) return [blanks];
  return [
    strict(/,/g),
    { ...blanks, decimalComma: true },
    { pattern: /,\s+/g, decimalComma: true, isStrict: true },
  ];
}
