import { sumOver } from "../../math/lists.js";
import { type Matrix, sameShape } from "../../math/matrix.js";
import { assemble } from "./assemble.js";
import { withBlocksOfArrays, withNamedFactors } from "./blocks-of-arrays.js";
import { belowEachOther } from "./columns.js";
import { withDrawnMatrices } from "./drawn-matrices.js";
import type { Candidate, Sheet } from "./evidence.js";
import { withGrowingRows } from "./growing-rows.js";
import { headIn } from "./heads.js";
import { matrixOf, type Subject } from "./items.js";
import type { SheetText } from "./lines.js";
import { withLinesAlike } from "./lines-alike.js";
import type { NameFinder } from "./names.js";
import { withNamesOnTop, withNamesSharedOut } from "./names-beside.js";
import type { Commas } from "./number-at.js";
import { placeRuns } from "./place.js";
import { withPlacedRows } from "./placed-cells.js";
import type { Reading, ReadMatrix } from "./reading.js";
import { withRowsOfResults } from "./results.js";
import { runsOf } from "./runs.js";
import { type TitledRun, titledRuns } from "./titles.js";
import { HAS_POINT } from "./token-patterns.js";
import { tokensOf } from "./tokens.js";

/** How numbers are written on a sheet. */
interface Spelling {
  readonly commas: Commas;
  readonly isSemicolonWeak: boolean;
}

/** How many times a sheet is read. Each time also uses what follows from the numbers that were read before. */
const ROUNDS = 3;
/** How much better an unusual way to write numbers must explain a sheet. Chosen by hand. */
const UNUSUAL = 0.5;

/**
 * Reads a sheet about a known problem, in the way that explains it best. Returns undefined if no matrix of the problem
 * was found.
 */
export function readDocument(given: SheetText, finder: NameFinder, subject: Subject): Reading | undefined {
  const sheet = withBlocks(given, finder);
  let best: Reading | undefined;
  const labels = oddLabels(subject);
  for (const spelling of spellingsOf(sheet)) {
    const runs = runsIn(sheet, finder, spelling, labels);
    if (runs.length === 0) continue;
    const reading = readHeads(sheet, { runs, commas: spelling.commas }, subject);
    const isUnusual = spelling.commas !== "cells" || spelling.isSemicolonWeak;
    if (!best || reading.total > best.total + (isUnusual ? UNUSUAL : 0)) best = reading;
  }
  return best && best.matrices.length > 0 ? best : undefined;
}

/** Returns row and column names that look like numbers, brackets or tags, such as `[CLS]`. Positions are no such names. */
function oddLabels({ items, labels }: Subject): readonly string[] {
  const arePositions = (names: readonly string[]) =>
    names.every((name, at) => Number(name) === Number(names[0]) + at);
  const all = new Set(
    items.flatMap(({ key }) =>
      labels(key)
        .filter((names) => !arePositions(names))
        .flat(),
    ),
  );
  return [...all].filter((label) => /[\d[\](){}<>]/.test(label));
}

/** Puts the blocks of a sheet below each other, and their names above them. */
export function withBlocks({ lines, ...more }: SheetText, finder: NameFinder): SheetText {
  return {
    lines: withNamesSharedOut(belowEachOther(withDrawnMatrices(withNamesOnTop(lines)), finder), finder),
    ...more,
  };
}

/** Returns the ways in which the numbers of a sheet may be written. */
export function spellingsOf({ lines }: SheetText): readonly Spelling[] {
  const text = lines.map((line) => line.text).join("\n");
  // A list pasted from a program has decimal points even if the person writes commas.
  const written = lines.filter((line) => !HAS_POINT.test(line.text)).map((line) => line.text);
  const commasIn = written.flatMap((one) => one.match(SURE_COMMA)?.length ?? []);
  // Beside decimal points, a single line may have cells without blanks: `V=[1,10; 2,20]`.
  const isComma = sumOver(commasIn) > 1 && (commasIn.length > 1 || written.length === lines.length);
  const mayBeComma = isComma || (/\d,\d/.test(text) && written.length === lines.length);
  const commas: readonly Commas[] = isComma
    ? ["decimals"]
    : [
        "cells",
        ...(mayBeComma ? (["decimals"] as const) : []),
        ...(THOUSANDS.test(text) ? (["thousands"] as const) : []),
      ];
  const semicolons = separateCells(lines) ? [true] : /\d\s*;\s*-?[\d,.]/.test(text) ? [false, true] : [false];
  return commas.flatMap((commas) => semicolons.map((isSemicolonWeak) => ({ commas, isSemicolonWeak })));
}

/** A number with separated thousands: `1,024.5`. */
const THOUSANDS = /(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])/;

/** `0,67`, which cannot be a list of two numbers. */
const SURE_COMMA =
  /(?<![\d.,[({]\s*)0,\d{2,}(?!\s*[\d,\])}])|(?<![\d.,])\d+,\d+(?:\s*[;|]\s*|,?\s+)-?\d+,\d{2,}(?![\d,])/g;

/** A vector in parentheses, or the first row of a matrix in two pairs of brackets. */
const VECTOR = /\([^();]*;[^()]*\)|(?<=\[\s*)\[[^[\];]*;[^[\]]*\]/g;

/**
 * Whether semicolons separate single numbers: in several vectors, `(1; 2)`, or in lines without brackets, as in European
 * CSV.
 */
function separateCells(lines: SheetText["lines"]): boolean {
  const vectors = lines.flatMap(({ text }) => text.match(VECTOR) ?? []);
  const areSingle = (cells: string) => cells.split(";").every((cell) => ONE_NUMBER.test(cell));
  if (vectors.length > 1) return vectors.every((vector) => areSingle(vector.slice(1, -1)));
  const texts = lines.map(({ text }) => text.replace(LABEL_OF_ROW, "").replace(/[\])]\s*$/, ""));
  const rows = texts.filter((text) => /^[^\p{L}=:]*\d\s*;/u.test(text));
  return rows.length > 1 && rows.every(areSingle);
}

/** `fila 1:`, and the opening bracket of a row in its own line. */
const LABEL_OF_ROW = /^\s*(?:\p{L}+\s*\d{0,2}\s*:)?\s*[[(]?/u;

/** A cell with one number, or an empty cell. */
const ONE_NUMBER = /^\s*(?:[-+]?(?:\d+(?:[.,/]\d*)?|[.,]\d+)\s?%?)?\s*$/;

/** A list of digits, as it is pasted beside numbers with decimal commas: `[1,0]`. `[0,67, 0,33]` has decimals. */
const LIST_OF_WHOLE = /\[-?\d(?:,-?\d)+\]/g;

/** A vector with decimal commas on a sheet with points: `(3,287; 0,645)`. `[1,2; 3,4]` is a matrix of two rows. */
const VECTOR_OF_COMMAS =
  /[([](?=[^()[\]]{0,80}(?<!\d)0,\d\d|\s?-?\d{1,4},\d{3})\s?-?\d{1,4},\d{2,}(?:\s?[;|]\s?-?\d{1,4},\d{2,}){1,20}\s?[)\]]/g;

/** Returns the runs of numbers of a sheet, with the names for each. */
export function runsIn(
  { lines: given }: SheetText,
  finder: NameFinder,
  { commas, isSemicolonWeak }: Spelling,
  labels: readonly string[] = [],
): readonly TitledRun[] {
  const lines = given.map((line) => ({
    ...line,
    text:
      commas === "decimals"
        ? line.text.replace(LIST_OF_WHOLE, (list) => list.replaceAll(",", " "))
        : line.text.replace(VECTOR_OF_COMMAS, (vector) => vector.replaceAll(",", ".").replace(/[;|]/g, ",")),
  }));
  const tokens = tokensOf(lines, commas, labels);
  const parts = { lines, tokens, runs: withRowsOfResults(runsOf(tokens, isSemicolonWeak), lines) };
  const titled = titledRuns({ ...parts, runs: withPlacedRows(parts, finder) }, finder);
  return withLinesAlike(withBlocksOfArrays(withNamedFactors(withGrowingRows(titled), finder)));
}

function readRuns(
  { lines, struck, form, typed = [] }: SheetText,
  { runs, commas }: Pick<Sheet, "runs" | "commas">,
  subject: Subject,
  firstHead: number,
): Reading {
  let read: ReadonlyMap<string, Matrix> = new Map();
  let habits: Sheet["habits"] = { transposedShare: 0 };
  for (let round = 1; ; round++) {
    const sheet: Sheet = { runs, commas, expected: subject.predict(read), habits, firstHead };
    const placed = placeRuns(sheet, subject.items);
    const reading = {
      ...assemble({ ...placed, sheet, subject, lines, typed }),
      form,
      struck: struck.map(({ number, text }) => ({ lines: { from: number, to: number }, text })),
    };
    const next = numbersOf(reading.matrices);
    const nextHabits = habitsOf(placed.candidates);
    const isSettled = areSame(read, next) && nextHabits.transposedShare === habits.transposedShare;
    if (isSettled || round === ROUNDS) return reading;
    read = next;
    habits = nextHabits;
  }
}

/**
 * Returns the possible numbers of the first head: 0 if a head 0 is named, 1 if the largest number is the number of
 * heads, else both.
 */
function firstHeadsOf({ lines }: SheetText, { items }: Subject): readonly number[] {
  const heads = lines.flatMap(({ text }) => headIn(text) ?? []);
  const count = Math.max(0, ...items.map(({ head = -1 }) => head + 1));
  if (count === 0 || heads.length === 0 || heads.includes(0)) return [0];
  return Math.max(...heads) >= count ? [1] : [1, 0];
}

/** The difference below which two readings do not decide how heads are counted. Chosen by hand. */
const CLOSE = 1;

/**
 * Reads the runs with the better way to count heads, and notes which it is. Adds a doubt if the other way is nearly as
 * good.
 */
function readHeads(sheet: SheetText, runs: Pick<Sheet, "runs" | "commas">, subject: Subject): Reading {
  const ways = firstHeadsOf(sheet, subject).map((firstHead) => ({
    firstHead,
    reading: readRuns(sheet, runs, subject, firstHead),
  }));
  const [{ reading: best, firstHead }, other] = ways.toSorted(
    (one, two) => two.reading.total - one.reading.total,
  );
  const ofHeads = ({ item }: ReadMatrix) => item.head !== undefined;
  const areNumbered = sheet.lines.some(({ text }) => headIn(text) !== undefined);
  const reading = {
    ...best,
    matrices: best.matrices.map((one) => (areNumbered && ofHeads(one) ? { ...one, firstHead } : one)),
  };
  if (!other) return reading;
  const note = `qkv counted the heads of the sheet from ${firstHead}`;
  const matrices = reading.matrices.map((matrix) =>
    ofHeads(matrix) ? { ...matrix, notes: [...matrix.notes, note] } : matrix,
  );
  const isClose = reading.total - other.reading.total < CLOSE;
  const doubts = isClose ? ["its heads may be counted from 0 or from 1"] : [];
  return { ...reading, matrices, doubts: [...reading.doubts, ...doubts] };
}

/** Returns the complete matrices as numbers for the next round. */
function numbersOf(matrices: readonly ReadMatrix[]): ReadonlyMap<string, Matrix> {
  return new Map(
    matrices.flatMap(({ item, cells }) => {
      const matrix = matrixOf(cells);
      const isWhole = matrix && item.shape && sameShape(matrix, item.shape);
      return isWhole ? [[item.key, matrix] as const] : [];
    }),
  );
}

/** Whether both rounds read the same numbers, so that another round would change nothing. */
function areSame(one: ReadonlyMap<string, Matrix>, other: ReadonlyMap<string, Matrix>): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(
    ([key, { data }]) => other.get(key)?.data.every((value, at) => value === data[at]) === true,
  );
}

function habitsOf(candidates: readonly Candidate[]): Sheet["habits"] {
  const telling = candidates.filter(
    ({ isWhole, item }) => isWhole && item.shape && item.shape.rows !== item.shape.cols,
  );
  if (telling.length === 0) return { transposedShare: 0 };
  return { transposedShare: telling.filter(({ layout }) => layout === "transposed").length / telling.length };
}
