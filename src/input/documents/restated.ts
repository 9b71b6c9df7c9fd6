import { sumOver } from "../../math/lists.js";
import { type Matrix, toRows } from "../../math/matrix.js";
import { EXACT_DECIMALS } from "../../math/written.js";
import { linesText } from "../../sheet-lines.js";
import type { Cell, Cells } from "./items.js";
import { bestOf } from "./names.js";
import type { Placed } from "./place.js";
import type { ReadMatrix } from "./reading.js";
import { numbersOf } from "./runs.js";
import { OUTSIDE } from "./sheet-names.js";
import type { Statement } from "./statements/find-statements.js";
import type { TitledRun } from "./titles.js";
import { placeOf } from "./unused.js";

// Numbers that a sheet states again beside its matrices: an input that a program prints, a row in a closing sentence, a
// weight in percent. They answer nothing, but a sheet is not right if one of them is another number.

/** The minimum strength of a name that says what numbers are. */
const NAMED_CLEARLY = 0.6;
/** The minimum strength of a name. */
const NAMED_AT_ALL = 0.2;
/** The minimum number of cells, and the share of them that agree, by which a block without a name is a copy. */
const MIN_CELLS = 4;
const MOSTLY = 0.7;
const HALF = 0.5;
/** The share by which a number above 1, such as a sum, may be off because it was computed from rounded ones. Set by taste. */
const OF_ROUNDING = 0.003;

/** A calculation before a result, which is compared where it stands. */
const CALCULATED = /[\d)\]]\s*[=≈]\s*$/;
/** A decimal number, or a percentage. Roots are no answers, and 1e-3 is a setting of a program. */
const IS_DECIMAL = /^[-+]?(?:\d*[.,]\d+|\d+(?=\s?%))\s?%?$/;
/** What a sheet speaks of besides its problem: points, versions, settings of a program. */
const OF_OTHERS =
  /(?<!\p{L})(?:grade|marked|marks|points?|pts|punkte?|puntos|punti|out of|versions?|dropout|rate|lr|[ar]?tol|toleranz|tolerance|eps(?:ilon)?|seed|seconds|sec|ms|time)(?!\p{L})/iu;
/** A word whose number it is: `Exercise 6.12`, `Python 3.11`. */
const NUMBERED = /(?<!\p{L})(?:\p{Lu}\p{L}*|\p{L}+\.)\s?$/u;
/** What sentences about the problem speak of. Their percentages are weights. */
const OF_ATTENTION =
  /token|(?<!\p{L})(?:word|wort|mot|palabra|parola|palavra)|att?en[tzcd]|aufmerk|quer|itself|selbst|weight|gewicht|poids|peso|pesi|(?<!\p{L})max/iu;

/** Returns doubts about numbers and rows that no matrix was read from, and that are no part of any. */
export function doubtsOfRestated(
  { sheet, lines, subject }: Placed,
  unused: readonly (readonly TitledRun[])[],
  matrices: readonly ReadMatrix[],
  { used, statements }: { readonly used: ReadonlySet<TitledRun>; readonly statements: readonly Statement[] },
): readonly string[] {
  const expected = [...sheet.expected.values()].flat();
  // A scale is the root of a width.
  const widths = subject.items.flatMap(({ isInput, shape }) => (isInput && shape ? [shape.cols] : []));
  const roots = widths.flatMap((width) => [Math.sqrt(width), 1 / Math.sqrt(width)]);
  const isStated = ({ line, cells: [{ cell }] }: TitledRun) =>
    statements.some(
      ({ number, what }) => number === lines[line].number && "value" in what && what.value === cell?.value,
    );
  const linesRead = new Set(Array.from(used, ({ line }) => line));
  const singles = sheet.runs.filter(
    (run) => run.cells.length === 1 && !run.isIntermediate && !used.has(run) && !isStated(run),
  );
  return [
    ...singles.flatMap(strangeNumber),
    ...unused.flatMap((block) => changedCopy(block) ?? strangeRows(block)),
  ];

  /** Returns a doubt about a number with decimals that is none of the weights it names, or none of the whole problem. */
  function strangeNumber({ cells: [{ cell, text, at }], clauseNames, line }: TitledRun): readonly string[] {
    const { text: sentence, number } = lines[line];
    const [id, strength] = bestOf(clauseNames) ?? ["", 0];
    const weights = matrices.filter(({ item }) => item.id === id && item.addsUpToOne);
    const areMeant = strength > NAMED_CLEARLY && weights.length > 0;
    const isNamed = clauseNames.size > 0 || linesRead.has(line);
    const isMeant = areMeant || isOfProblem(sentence, at, text, isNamed);
    if (!cell || cell.decimals < 2 || !IS_DECIMAL.test(text) || !isMeant) return [];
    const isThere =
      (areMeant ? weights : matrices).some(({ cells }) => cells.flat().some((one) => areAlike(one, cell))) ||
      (!areMeant &&
        [...expected.map(({ data }) => data), roots].some((all) => all.some((one) => isNear(one, cell))));
    const what = areMeant ? id : "the inputs and steps";
    return isThere ? [] : [`line ${number}: ${text} is no number of ${what}`];
  }

  /** Returns what rows with the name of a matrix may be: for an input, any input. */
  function knownBeside({ item: { isInput }, cells }: ReadMatrix): readonly Cells[] {
    const items = subject.items.filter((one) => !isInput || one.isInput);
    const all = items.flatMap(({ key }) => sheet.expected.get(key) ?? []);
    return [cells, ...(isInput ? [] : matrices.map((one) => one.cells)), ...all.map(cellsOf)];
  }

  /** Returns a doubt about rows that have most numbers of a matrix, or its name and some, but not all. Undefined if they have no matrix. */
  function changedCopy(block: readonly TitledRun[]): readonly string[] | undefined {
    const rows = block.map(numbersOf);
    const [id, strength] = bestOf(block[0].names) ?? ["", 0];
    const copied =
      matrices.find(({ cells }) => isCopy(rows, cells)) ??
      matrices.find(
        ({ item, cells }) =>
          item.id === id &&
          strength > NAMED_CLEARLY &&
          (item.isInput ? shareIn(rows, cells) >= HALF : areComputed(rows)),
      );
    if (!copied) return undefined;
    return knownBeside(copied).some((matrix) => shareIn(rows, matrix) === 1)
      ? []
      : [`${linesText(placeOf(block, lines))}: ${copied.item.key} again, with other numbers`];
  }

  /** Returns a doubt about each computed row that is in no matrix of the problem: a step that qkv does not know, or a closing sentence. */
  function strangeRows(block: readonly TitledRun[]): readonly string[] {
    const isOther = OUTSIDE.some((id) => (block[0].names.get(id) ?? 0) > NAMED_AT_ALL);
    const known = [...matrices.map(({ cells }) => cells), ...expected.map(cellsOf)];
    return block.flatMap((run) => {
      const row = numbersOf(run);
      if (isOther || !areComputed([row]) || known.some((matrix) => shareIn([row], matrix) === 1)) return [];
      const text = run.cells.map((token) => token.text).join(" ");
      return [`line ${lines[run.line].number}: ${text} is no row of the inputs and steps`];
    });
  }
}

/**
 * Whether a number in a sentence belongs to the problem: if its clause names a part of it, or if the sentence speaks of
 * attention.
 */
function isOfProblem(sentence: string, at: number, text: string, isNamed: boolean): boolean {
  const before = sentence.slice(0, at);
  if (OF_OTHERS.test(sentence)) return false;
  if (text.endsWith("%")) return OF_ATTENTION.test(sentence) && (isNamed || !NUMBERED.test(before));
  const isMeant = isNamed || (OF_ATTENTION.test(sentence) && !NUMBERED.test(before));
  return isMeant && !/[.,]0+$/.test(text) && !CALCULATED.test(before);
}

/** Whether all numbers have decimals, as computed ones do. */
const areComputed = (rows: Cells): boolean => rows.flat().every((cell) => (cell?.decimals ?? 0) > 1);

const cellsOf = (matrix: Matrix): Cells =>
  toRows(matrix).map((row) => row.map((value) => ({ value, decimals: EXACT_DECIMALS })));

/** Returns the largest share of cells of a block that agree with a part of a matrix, in rows or in columns. */
function shareIn(rows: Cells, matrix: Cells): number {
  const count = rows.flat().length;
  const turned = matrix[0].map((_, col) => matrix.map((row) => row[col]));
  const shares = [matrix, turned].flatMap((own) =>
    own.flatMap((first, top) =>
      first.map((_, left) => {
        const alike = sumOver(rows, (row, at) =>
          sumOver(row, (cell, col) => Number(areAlike(own[top + at]?.[left + col], cell))),
        );
        return alike / count;
      }),
    ),
  );
  return Math.max(0, ...shares);
}

/** Whether rows have the shape of a matrix, and most of its numbers. */
function isCopy(rows: Cells, matrix: Cells): boolean {
  const cells = rows.flat();
  const own = matrix.flat();
  const isOfShape = rows.length === matrix.length && rows[0].length === matrix[0].length;
  const alike = cells.filter((cell, at) => areAlike(own[at], cell));
  return isOfShape && cells.length >= MIN_CELLS && alike.length >= MOSTLY * cells.length;
}

function areAlike(one: Cell | undefined, other: Cell): boolean {
  if (!one || !other) return one === other;
  // A whole number is seldom a rounded one.
  const isRounded = one.decimals > 0 && one.decimals < other.decimals;
  return isRounded ? isNear(other.value, one) : isNear(one.value, other);
}

/** Whether a number may be what is written, rounded, cut off or computed from rounded numbers. */
const isNear = (number: number, { value, decimals }: NonNullable<Cell>): boolean =>
  number === value ||
  Math.abs(number - value) <=
    Math.max(1.02 * 10 ** -Math.max(1, decimals), Math.abs(value) > 1 ? OF_ROUNDING * Math.abs(value) : 0);
