import { greatest, sumOver } from "../../math/lists.js";
import { linesText } from "../../sheet-lines.js";
import { areAlike, isNear } from "./alike.js";
import { asideOf } from "./evidence.js";
import { type Cells, cellsOf, columnsOf } from "./items.js";
import { bestOf } from "./names.js";
import type { Placed } from "./place.js";
import type { ReadMatrix } from "./reading.js";
import { numbersOf } from "./runs.js";
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
/** A calculation before a result, which is compared where it stands. `q1·k2 = ` and `exp(s_1) = ` are names. */
const CALCULATED = /(?:(?<![\p{L}_\d.,])\d[\d.,]*|[([][^()[\]\p{L}]*[)\]])\s*[=≈]\s*$/u;
/** A decimal number, or a percentage. Roots are no answers, and 1e-3 is a setting of a program. */
const IS_DECIMAL = /^[-+]?(?:\d*[.,]\d+|\d+(?=\s?%))\s?%?$/;
/** What a sheet speaks of besides its problem: points, versions, settings of a program. */
const OF_OTHERS =
  /(?<!\p{L})(?:grade|marked|marks|points?|pts|punkte?|puntos|punti|out of|versions?|dropout|rate|lr|[ar]?tol|toleranz|tolerance|eps(?:ilon)?|seed|seconds|sec|ms|time)(?!\p{L})/iu;
/** A word whose number it is: `Exercise 6.12`, `Python 3.11`. */
const NUMBERED = /(?<!\p{L})(?:\p{Lu}\p{L}*|\p{L}+\.)\s?$/u;
/** What sentences about the problem speak of. Their percentages are weights. */
const OF_ATTENTION =
  /token|(?<!\p{L})(?:word|wort|mot|palabra|parola|palavra)|att?en[tzcd]|aufmerk|quer|itself|selbst|weight|gewicht|poids|peso|pesi|(?<!\p{L})max|注意|关注|权重/iu;

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
    ...unused.flatMap((block) => changedCopy(block, isCopyOrNamed) ?? strangeRows(block)),
    ...factorsOf(sheet.runs).flatMap((block) => changedCopy(block, isCopyOf) ?? []),
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
    // A score may be raw, scaled or masked, but it is a score.
    const areScores = strength > NAMED_CLEARLY && id.endsWith("scores");
    const isKnown = (key: string) => !areScores || key.endsWith("scores");
    const known = areMeant ? weights : matrices.filter(({ item }) => isKnown(item.key));
    const computed = [...sheet.expected].flatMap(([key, all]) =>
      isKnown(key) ? all.map(({ data }) => data) : [],
    );
    const isThere =
      known.some(({ cells }) => cells.flat().some((one) => areAlike(one, cell))) ||
      (!areMeant && [...computed, roots].some((all) => all.some((one) => isNear(one, cell))));
    const what = areMeant ? id : areScores ? "the scores" : "the inputs and steps";
    return isThere ? [] : [`line ${number}: ${text} is no number of ${what}`];
  }

  /** Returns what rows with the name of a matrix may be: for an input, any input. */
  function knownBeside({ item: { isInput }, cells }: ReadMatrix): readonly Cells[] {
    const items = subject.items.filter((one) => !isInput || one.isInput);
    const all = items.flatMap(({ key }) => sheet.expected.get(key) ?? []);
    return [cells, ...(isInput ? [] : matrices.map((one) => one.cells)), ...all.map(cellsOf)];
  }

  /** Returns the doubt about rows that are a matrix, but have other numbers. Undefined if they are none. */
  function changedCopy(block: readonly TitledRun[], isIt: typeof isCopyOf): readonly string[] | undefined {
    const copied = matrices.find((one) => isCopyOf(block, one)) ?? matrices.find((one) => isIt(block, one));
    if (!copied) return undefined;
    return knownBeside(copied).some((matrix) => shareIn(block.map(numbersOf), matrix) === 1)
      ? []
      : [`${linesText(placeOf(block, lines))}: ${copied.item.key} again, with other numbers`];
  }

  /**
   * Returns a doubt about computed rows that are in no matrix of the problem: a step that qkv does not know, or the wrong
   * end of a closing sentence.
   */
  function strangeRows(block: readonly TitledRun[]): readonly string[] {
    const known = [...matrices.map(({ cells }) => cells), ...expected.map(cellsOf)];
    const strange = block.filter((run) => {
      const row = numbersOf(run);
      return areComputed([row]) && !known.some((matrix) => shareIn([row], matrix) === 1);
    });
    if (asideOf(block[0]) > NAMED_AT_ALL || strange.length === 0) return [];
    const place = linesText(placeOf(strange, lines));
    const row = strange[0].cells.map((token) => token.text).join(" ");
    return strange.length === 1
      ? [`${place}: ${row} is no row of the inputs and steps`]
      : [`${place} not compared: no step that qkv knows`];
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

/** Returns the largest share of cells of a block that agree with a part of a matrix, in rows or in columns. */
function shareIn(rows: Cells, matrix: Cells): number {
  const count = rows.flat().length;
  const shares = [matrix, columnsOf(matrix)].flatMap((own) =>
    own.flatMap((first, top) =>
      first.map((_, left) => {
        const alike = sumOver(rows, (row, at) =>
          sumOver(row, (cell, col) => Number(areAlike(own[top + at]?.[left + col], cell))),
        );
        return alike / count;
      }),
    ),
  );
  return greatest(shares);
}

/** Whether rows have the shape of a matrix, and most of its numbers. */
function isCopyOf(block: readonly TitledRun[], { cells: matrix }: ReadMatrix): boolean {
  const rows = block.map(numbersOf);
  const cells = rows.flat();
  const own = matrix.flat();
  const isOfShape = rows.length === matrix.length && rows[0].length === matrix[0].length;
  const alike = cells.filter((cell, at) => areAlike(own[at], cell));
  return isOfShape && cells.length >= MIN_CELLS && alike.length >= MOSTLY * cells.length;
}

/** Whether rows have most numbers of a matrix, or its name and some of them. */
function isCopyOrNamed(block: readonly TitledRun[], matrix: ReadMatrix): boolean {
  const rows = block.map(numbersOf);
  const [id, strength] = bestOf(block[0].names) ?? ["", 0];
  const isNamed = matrix.item.id === id && strength > NAMED_CLEARLY;
  const isAlike = matrix.item.isInput ? shareIn(rows, matrix.cells) >= HALF : areComputed(rows);
  return isCopyOf(block, matrix) || (isNamed && isAlike);
}

/** Returns the matrices before a result: `softmax [[1, 0], [0, 1]] = …`. */
function factorsOf(runs: readonly TitledRun[]): readonly (readonly TitledRun[])[] {
  const blocks: TitledRun[][] = [];
  for (const [at, run] of runs.entries()) {
    const block = blocks.at(-1);
    const goesOn = block?.at(-1) === runs[at - 1] && block?.[0].cells.length === run.cells.length;
    if (!run.isIntermediate || run.isOfMask || run.isHeader || run.cells.length < 2) continue;
    // Vectors that are added are no rows of a matrix.
    const isTerm = run.before.some(({ kind }) => kind === "operator");
    if (block && goesOn && run.opens < 2 && !isTerm) block.push(run);
    else blocks.push([run]);
  }
  return blocks;
}
