import { isMark, isNumberCell } from "./cells.js";
import type { SheetLine } from "./sheet-lines.js";

/** The text of a cell, and where it begins. */
export interface Cell {
  readonly text: string;
  readonly line: SheetLine;
  /** The character of its line. */
  readonly at: number;
}

/** A row, from a character of its line on; some forms put several rows into a line. */
export interface RowText {
  readonly line: SheetLine;
  readonly from: number;
}

/** Lines that hold rows, each from the character where the row begins. */
export interface Rows {
  readonly lines: readonly RowText[];
  /** The line above them, when it may hold names of columns. */
  readonly above: SheetLine | undefined;
}

/** One way to take rows apart. */
export interface Grid {
  readonly cells: readonly (readonly Cell[])[];
  readonly rowLabels?: readonly string[] | undefined;
  readonly columnLabels?: readonly string[] | undefined;
  readonly decimalComma: boolean;
}

/** How cells are told apart. */
interface Separator {
  readonly pattern: RegExp;
  readonly decimalComma: boolean;
  /** Between such separators nothing may stand, and that is a cell. */
  readonly isStrict: boolean;
}

const BARS = "|│┃║";

/** Every way in which rows can be taken apart, the most literal first. */
export function splitGrid({ lines, above }: Rows, labels: ReadonlySet<string>): readonly Grid[] {
  const texts = lines.flatMap((row) => piecesOf(row, lines.length === 1));
  const bullets = texts.every(({ text }) => /^-\s+\S/.test(text)) && texts.length > 1;
  const grids: Grid[] = [];
  for (const starts of texts.length > 0 ? (bullets ? [texts, texts.map(withoutBullet)] : [texts]) : []) {
    for (const separator of separatorsFor(starts.map(({ text }) => text))) {
      grids.push(...gridsOf(starts, separator, above, labels));
    }
  }
  // A single line whose rows end in semicolons may as well be a row between semicolons.
  if (lines.length === 1 && /;/.test(lines[0].line.text.slice(lines[0].from))) {
    const whole = pieceOf(lines[0].line, lines[0].from);
    for (const separator of separatorsFor([whole.text]))
      grids.push(...gridsOf([whole], separator, above, labels));
  }
  return grids;
}

/** A row without what stands around it. */
interface Piece {
  readonly text: string;
  readonly line: SheetLine;
  readonly at: number;
}

function piecesOf({ line, from }: RowText, isAlone: boolean): readonly Piece[] {
  const piece = pieceOf(line, from);
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
function pieceOf(line: SheetLine, from: number, to = line.text.length): Piece {
  const raw = line.text.slice(from, to).replace(/\s(?:#|\/\/)\s[^\d]*$/, "");
  const bullet = /^\s*(?:[*•+‣·]\s+|-\s+(?=[[({]|\p{L}))/u.exec(raw)?.[0] ?? /^\s*/.exec(raw)?.[0] ?? "";
  const text = raw.slice(bullet.length).replace(/\s*(?:\\\\|;)?\s*$/, "");
  return { text, line, at: from + bullet.length };
}

const withoutBullet = ({ text, line, at }: Piece): Piece => {
  const sign = /^-\s+/.exec(text)?.[0] ?? "";
  return { text: text.slice(sign.length), line, at: at + sign.length };
};

function separatorsFor(texts: readonly string[]): readonly Separator[] {
  const strict = (sign: RegExp): Separator => ({ pattern: sign, decimalComma: false, isStrict: true });
  const withCommas = (separator: Separator): readonly Separator[] =>
    texts.some((text) => /\d,\d/.test(text))
      ? [separator, { ...separator, decimalComma: true }]
      : [separator];
  if (texts.every((text) => new RegExp(`[${BARS}]`).test(text)))
    return withCommas(strict(new RegExp(`[${BARS}]`, "g")));
  if (texts.some((text) => text.trim().includes("\t"))) return withCommas(strict(/\t/g));
  if (texts.some((text) => text.includes(";"))) return withCommas(strict(/;/g));
  if (texts.some((text) => text.includes("&"))) return [strict(/&/g)];
  const blanks: Separator = { pattern: /\s+/g, decimalComma: false, isStrict: false };
  if (!texts.some((text) => text.includes(","))) return [blanks];
  return [
    strict(/,/g),
    { ...blanks, decimalComma: true },
    { pattern: /,\s+/g, decimalComma: true, isStrict: true },
  ];
}

function gridsOf(
  pieces: readonly Piece[],
  separator: Separator,
  above: SheetLine | undefined,
  labels: ReadonlySet<string>,
): readonly Grid[] {
  const rows = nameNumbers(trimColumns(pieces.map((piece) => splitRow(piece, separator, labels))), labels);
  const { decimalComma } = separator;
  const named = rows.filter(({ label }) => label !== undefined);
  const header = above && headerIn(above, separator);
  const cells = rows.map((row) => row.cells);
  if (named.length === rows.length) {
    const rowLabels = rows.map(({ label }) => label ?? "");
    return withHeaders({ cells, rowLabels, decimalComma }, header);
  }
  // A row of column numbers or names stands above rows with names of their own.
  if (named.length === rows.length - 1 && rows[0].label === undefined && rows.length > 1) {
    const rowLabels = rows.slice(1).map(({ label }) => label ?? "");
    const names = rows[0].cells.map(({ text }) => text);
    const columnLabels = names.length === cells[1].length + 1 && names[0] === "" ? names.slice(1) : names;
    const isNames = countsUp(columnLabels) || columnLabels.every((name) => labels.has(name));
    return isNames
      ? [{ cells: cells.slice(1), rowLabels, columnLabels, decimalComma }]
      : [{ cells, decimalComma }];
  }
  if (named.length > 0) {
    // What has a name beside rows without one is told as the cell that is no number.
    return [{ cells: rows.map(({ whole, cells: own }) => whole ?? own), decimalComma }];
  }
  const plain = withHeaders({ cells, decimalComma }, header);
  const [top] = cells;
  const first = cells.map((row) => row[0]?.text ?? "");
  const rest = cells.map((row) => row.slice(1));
  const isIndex = (column: readonly string[]) => countsUp(column) || column.every((text) => labels.has(text));
  const indexed =
    top.length > 1 && isIndex(first)
      ? withHeaders({ cells: rest, rowLabels: first, decimalComma }, header)
      : [];
  const numbered =
    cells.length > 1 && isIndex(top.map(({ text }) => text))
      ? [{ cells: cells.slice(1), columnLabels: top.map(({ text }) => text), decimalComma }]
      : [];
  const body = cells.slice(1);
  const both =
    cells.length > 1 &&
    isIndex(body.map((row) => row[0]?.text ?? "")) &&
    isIndex(top.filter(({ text }) => text !== "").map(({ text }) => text)) &&
    body[0].length > 1 &&
    (top[0].text === "" || top.length === body[0].length - 1)
      ? [
          {
            cells: body.map((row) => row.slice(1)),
            rowLabels: body.map((row) => row[0]?.text ?? ""),
            columnLabels: top.filter(({ text }) => text !== "").map(({ text }) => text),
            decimalComma,
          },
        ]
      : [];
  return [...plain, ...indexed, ...numbered, ...both];
}

/** Beside rows with names a number is one, too, where it is a token: `[CLS] 1 0`, `12 2 1`. */
function nameNumbers(rows: readonly SplitRow[], labels: ReadonlySet<string>): readonly SplitRow[] {
  const width = rows.find(({ label }) => label !== undefined)?.cells.length;
  return rows.map((row) => {
    const [first, ...cells] = row.cells;
    const isName = row.label === undefined && cells.length === width && labels.has(first.text);
    return isName ? { label: first.text, cells, whole: row.cells } : row;
  });
}

/** 0, 1, 2, …, or 1, 2, 3, … */
function countsUp(texts: readonly string[]): boolean {
  const first = Number(texts[0]);
  return (
    texts.length > 0 &&
    (first === 0 || first === 1) &&
    texts.every((text, index) => text === String(first + index))
  );
}

/** The rows under names of columns, where these go with them: as many as cells, perhaps with a corner before them. */
function withHeaders(grid: Grid, header: readonly string[] | undefined): readonly Grid[] {
  const width = grid.cells[0]?.length ?? 0;
  if (!header) return [grid];
  if (header.length === width) return [{ ...grid, columnLabels: header }];
  if (header.length === width + 1 && (grid.rowLabels || header[0] === ""))
    return [{ ...grid, columnLabels: header.slice(1) }];
  return [grid];
}

function headerIn(line: SheetLine, separator: Separator): readonly string[] | undefined {
  const inner = separator.isStrict ? line.text : line.text.trim();
  const cells = splitText({ text: inner, line, at: 0 }, separator).map(({ text }) =>
    text.replace(/^(["'*]+)(.*)\1$/, "$2"),
  );
  const isBarred = new RegExp(`^\\s*[${BARS}]`).test(line.text) && separator.isStrict;
  const trimmed = isBarred && cells[0] === "" ? cells.slice(1) : cells;
  while (trimmed.length > 1 && trimmed[trimmed.length - 1] === "") trimmed.pop();
  return trimmed;
}

/** A row taken apart. */
interface SplitRow {
  readonly label?: string | undefined;
  readonly cells: readonly Cell[];
  /** The cells with that of the label. */
  readonly whole?: readonly Cell[];
}

function splitRow(piece: Piece, separator: Separator, labels: ReadonlySet<string>): SplitRow {
  const { isStrict } = separator;
  const named = labelBefore(piece, labels, isStrict);
  if (named)
    return {
      label: named.label,
      cells: splitText(bare(named.rest), separator),
      whole: splitText(piece, separator),
    };
  const cells = splitText(bare(piece), separator);
  const first = cells.findIndex(({ text }) => isNumberCell(text) || isMark(text));
  if (isStrict) {
    const [{ text }] = cells;
    const isLabel = text !== "" && !isNumberCell(text) && !isMark(text);
    return isLabel
      ? {
          label: text.replace(/\s*:$/, "").replace(/^(["'*]+)(.*)\1$/, "$2"),
          cells: cells.slice(1),
          whole: cells,
        }
      : { cells };
  }
  if (first <= 0) return { cells };
  const label = cells
    .slice(0, first)
    .map(({ text }) => text)
    .join(" ");
  return { label, cells: cells.slice(first), whole: cells };
}

/** A label with a colon or an equals sign behind it, one before a bracket, and one of those that the problem has. */
function labelBefore(
  piece: Piece,
  labels: ReadonlySet<string>,
  isStrict: boolean,
): { label: string; rest: Piece } | undefined {
  const { text, line, at } = piece;
  const known = [...labels].filter(
    (label) =>
      text.startsWith(label) && /^\s*(?:[:=]|->|→)?\s+\S|^\s*[:=]\s*\S/.test(text.slice(label.length)),
  );
  const longest = known
    .sort((a, b) => b.length - a.length)
    .find((label) => !isNumberCell(label) && !isMark(label));
  const found =
    (longest !== undefined && !isStrict
      ? new RegExp(`^(.{${longest.length}})\\s*(?:[:=]|->|→)?\\s*`, "su").exec(text)
      : null) ??
    /^([^|\t;]{1,60}?)\s*(?:[:=]|->|→)\s*(?=[-+[({]?\s*(?:[\d.√∞]|inf|nan|null|[-?_–](?:\s|,|$)))/i.exec(
      text,
    ) ??
    (isStrict ? null : /^([\p{L}_<▁][^\s[(]{0,40}(?:\s\d{1,2})?)\s*(?=[[(]\s*[-+.\d])/u.exec(text)) ??
    /^\(?(\d{1,2})\)\s+(?=\S)/.exec(text);
  if (!found) return undefined;
  const from = found[0].length;
  return {
    label: found[1].replace(/^(["'*`]+)(.*)\1$/, "$2").trim(),
    rest: { text: text.slice(from), line, at: at + from },
  };
}

/** A row without the brackets around it and the comma behind it. */
function bare({ text, line, at }: Piece): Piece {
  const opening = /^\s*[[({⎡⎢⎣⎛⎜⎝]+\s*(?=[^\p{L}]|-?inf|nan|null)/iu.exec(text)?.[0] ?? "";
  const rest = text.slice(opening.length);
  const inner =
    opening === "" && /[([{]/.test(rest) ? rest : rest.replace(/\s*[\])}⎤⎥⎦⎞⎟⎠]+\s*[,;]?\s*[\])}]*\s*$/, "");
  return { text: inner, line, at: at + opening.length };
}

function splitText({ text, line, at }: Piece, { pattern, isStrict }: Separator): Cell[] {
  const inner = isStrict ? text : text.trim();
  const shift = isStrict ? 0 : text.length - text.trimStart().length;
  const cells: Cell[] = [];
  let from = 0;
  for (const { 0: sign, index } of [...inner.matchAll(pattern), { 0: "", index: inner.length }]) {
    const piece = inner.slice(from, index);
    const before = piece.length - piece.trimStart().length;
    cells.push({ text: piece.trim(), line, at: at + shift + from + before });
    from = index + sign.length;
  }
  return cells;
}

/** Rows without the columns at their ends in which nothing stands: bars around a table, commas of a wider sheet. */
function trimColumns(rows: readonly SplitRow[]): readonly SplitRow[] {
  const isEmpty = (at: "first" | "last") =>
    rows.every(({ cells }) => cells.length > 1 && cells[at === "first" ? 0 : cells.length - 1].text === "");
  if (isEmpty("last")) return trimColumns(rows.map((row) => ({ ...row, cells: row.cells.slice(0, -1) })));
  const hasNames = rows.some(({ label }) => label !== undefined);
  if (!hasNames && isEmpty("first"))
    return trimColumns(rows.map((row) => relabelled({ ...row, cells: row.cells.slice(1) })));
  return rows;
}

/** What has lost an empty first cell may begin with a label. */
function relabelled(row: SplitRow): SplitRow {
  const [first] = row.cells;
  const isLabel =
    row.cells.length > 1 && first.text !== "" && !isNumberCell(first.text) && !isMark(first.text);
  return isLabel ? { label: first.text, cells: row.cells.slice(1), whole: row.cells } : row;
}
