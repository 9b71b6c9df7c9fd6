import { countPositions } from "../../attention/positions/kind.js";
import { ENCODING_SETTINGS } from "../../attention/positions/kind-settings.js";
import { EXPONENTS, type Exponent } from "../../attention/positions/sinusoidal.js";
import { sumOver, tabulate } from "../../math/lists.js";
import { cellOf, createMatrix, type Matrix, rowsOf } from "../../math/matrix.js";

/** A common way, right or wrong, to fill a table with sines and cosines. */
interface TableRule {
  readonly name: string;
  readonly title: string;
  readonly columns: "interleaved" | "halves";
  /** Whether the first column of a pair contains the cosine. */
  readonly isCosineFirst?: true;
  /** A factor of the angles before the sine: π/180 if radians were mistaken for degrees. */
  readonly factor?: number;
  /** How the exponent of the base grows: ω_i = base^−exponent of pair i. */
  readonly exponent: Exponent;
  /**
   * Whether the exponent grows from column to column, as if each were half a pair. Sine and cosine of a pair then have
   * different frequencies, and a shift is no rotation.
   */
  readonly isByColumn?: true;
}

/** Rules for pairs. Each exists in two versions: sines and cosines alternate, or all sines come first. */
const RULES_OF_PAIRS: readonly Omit<TableRule, "columns">[] = [
  { name: "paper", title: "the paper's exponent 2i/d", exponent: "paper" },
  {
    name: "half-minus-one",
    title: "tensor2tensor's exponent i/(d/2 − 1)",
    exponent: "half-minus-one",
  },
  {
    name: "doubled-exponent",
    title: "the exponent doubled, 4i/d (as in Macaw-LLM's released code)",
    exponent: "doubled",
  },
  {
    name: "cosine-first",
    title: "the paper's exponent 2i/d, cosine before sine",
    isCosineFirst: true,
    exponent: "paper",
  },
  {
    name: "degrees",
    title: "the paper's exponent 2i/d, angles in degrees",
    factor: Math.PI / 180,
    exponent: "paper",
  },
];

/** The rules that a given table is compared with, the correct ones first. */
const TABLE_RULES: readonly TableRule[] = [
  ...RULES_OF_PAIRS.flatMap((rule) =>
    (["interleaved", "halves"] as const).map((columns) => ({ ...rule, columns })),
  ),
  {
    name: "column-number",
    columns: "interleaved",
    title: "the column's index in the exponent, so sine and cosine of a pair differ: 2i/d and (2i + 1)/d",
    exponent: "paper",
    isByColumn: true,
  },
  {
    name: "doubled-column-number",
    columns: "interleaved",
    title:
      "twice the column's index in the exponent, so sine and cosine of a pair differ: 4i/d and (4i + 2)/d",
    exponent: "doubled",
    isByColumn: true,
  },
];

/** The content of one column: sin or cos of pos·ω. */
export interface ColumnWave {
  readonly isSine: boolean;
  readonly frequency: number;
}

/** Returns the wave of a column; undefined for a last column without a pair. */
export function waveOf(rule: TableRule, col: number, cols: number, base: number): ColumnWave | undefined {
  const pairs = Math.floor(cols / 2);
  if (col >= 2 * pairs) return undefined;
  const isInterleaved = rule.columns === "interleaved";
  const pair = isInterleaved ? Math.floor(col / 2) : col % pairs;
  const isFirst = isInterleaved ? col % 2 === 0 : col < pairs;
  const { step, denominator } = EXPONENTS[rule.exponent].rule(cols);
  const exponent = (step * (rule.isByColumn ? col / 2 : pair)) / denominator;
  const frequency = (rule.factor ?? 1) * base ** -exponent;
  return { isSine: isFirst !== (rule.isCosineFirst ?? false), frequency };
}

/** Returns the value of a wave at a position. */
const waveAt = ({ isSine, frequency }: ColumnWave, position: number) =>
  (isSine ? Math.sin : Math.cos)(position * frequency);

/** Returns the table of a rule for some positions, n×cols. A last column without a pair is 0. */
export function fillTable(rule: TableRule, positions: Float64Array, cols: number, base: number): Matrix {
  const waves = tabulate(cols, (col) => waveOf(rule, col, cols, base));
  return createMatrix(positions.length, cols, (row, col) => {
    const wave = waves[col];
    return wave ? waveAt(wave, positions[row]) : 0;
  });
}

/** A rule with its base and first position. */
interface RuleCandidate {
  readonly rule: TableRule;
  readonly base: number;
  readonly firstPosition: number;
}

/** The cells of a table that differ from a rule: their number, the first of them, and the number per column. */
export type Match = ReturnType<typeof matchRule>;

/** The maximum number of wrong cells that are listed. */
const MAX_LISTED = 1000;

/** Returns the allowed difference between a cell of a column and its exact number. */
export type Tolerance = (col: number) => number;

/** Compares a table with a rule, cell by cell, within the tolerance. */
function matchRule(table: Matrix, candidate: RuleCandidate, tolerance: Tolerance) {
  const wanted = fillTable(
    candidate.rule,
    countPositions(table.rows, candidate.firstPosition),
    table.cols,
    candidate.base,
  );
  const wrongCells: [number, number][] = [];
  const wrongByColumn = new Array<number>(table.cols).fill(0);
  for (let row = 0; row < table.rows; row++) {
    for (let col = 0; col < table.cols; col++) {
      const difference = Math.abs(cellOf(table, row, col) - cellOf(wanted, row, col));
      if (difference <= tolerance(col)) continue;
      wrongByColumn[col]++;
      if (wrongCells.length < MAX_LISTED) wrongCells.push([row, col]);
    }
  }
  const wrongCount = sumOver(wrongByColumn);
  return { ...candidate, wrongCount, wrongCells, wrongByColumn };
}

/** What the settings say about a table. The rest is estimated. */
interface TableSettings {
  readonly base?: number | undefined;
  readonly offset?: number | undefined;
}

const USUAL_BASE = ENCODING_SETTINGS.base.default;
/** The first position in the paper, with one row for padding before it, and in fairseq. */
const USUAL_FIRST_POSITIONS = [0, 1, 2] as const;
/** The maximum number of rows that are compared. These are enough to distinguish the rules. */
const MAX_COMPARED = 64;

/**
 * Finds the rule that gives the most cells of a table within `tolerance`; the first one in a tie. Unless they are
 * known, it tries the usual base, the usual first positions, and the base that the table itself suggests. Table: n×d.
 */
export function nearestRule(table: Matrix, known: TableSettings, tolerance: Tolerance): Match {
  const start = firstRows(table);
  const firsts = known.offset === undefined ? USUAL_FIRST_POSITIONS : [known.offset];
  const bestMatch = (basesFor: (rule: TableRule, first: number) => readonly number[]) =>
    TABLE_RULES.flatMap((rule) =>
      firsts.flatMap((firstPosition) =>
        basesFor(rule, firstPosition).map((base) =>
          matchRule(start, { rule, base, firstPosition }, tolerance),
        ),
      ),
    ).reduce((best, match) => (match.wrongCount < best.wrongCount ? match : best));
  const usual = bestMatch(() => [known.base ?? USUAL_BASE]);
  const isFound = known.base !== undefined || usual.wrongCount === 0 || isFarOut(firsts[0]);
  const withOtherBases = isFound ? usual : bestMatch((rule, first) => suggestedBases(start, rule, first));
  const best = withOtherBases.wrongCount === 0 ? withOtherBases : usual;
  return start === table ? best : matchRule(table, best, tolerance);
}

/** Whether the first row is so far from position 0 that its angle says nothing about a frequency. */
const isFarOut = (firstPosition: number) => Math.abs(firstPosition) > FARTHEST_FITTED;
const FARTHEST_FITTED = 500;

const firstRows = (table: Matrix) =>
  table.rows <= MAX_COMPARED ? table : rowsOf(table, { first: 0, count: MAX_COMPARED });

/** Estimates the base from the second pair, rounded to few digits: 100, 97 or 96.9. */
function suggestedBases(table: Matrix, rule: TableRule, firstPosition: number) {
  const col = rule.columns === "interleaved" ? 2 : 1;
  // With the base e, the exponent is minus the logarithm of the frequency.
  const unit = waveOf(rule, col, table.cols, Math.E);
  const exponent = unit ? -Math.log(unit.frequency / (rule.factor ?? 1)) : 0;
  if (!unit || exponent === 0) return [USUAL_BASE];
  const frequency = fitFrequency(table, col, unit.isSine, firstPosition) / (rule.factor ?? 1);
  const base = frequency ** (-1 / exponent);
  if (!(base > 0 && Number.isFinite(base))) return [USUAL_BASE];
  return [1, 2, 3, 6].map((digits) => Number(base.toPrecision(digits)));
}

/** Returns the wave that a column contains, within the tolerance; undefined if it is not a wave. */
export function findWave(
  table: Matrix,
  col: number,
  firstPosition: number,
  tolerance: number,
): ColumnWave | undefined {
  if (isFarOut(firstPosition)) return undefined;
  const start = firstRows(table);
  for (const isSine of [true, false]) {
    const frequency = fitFrequency(start, col, isSine, firstPosition);
    const wave = { isSine, frequency };
    const isWave = tabulate(start.rows, (row) =>
      Math.abs(cellOf(start, row, col) - waveAt(wave, firstPosition + row)),
    ).every((difference) => difference <= tolerance);
    if (isWave) return wave;
  }
  return undefined;
}

/** Finds the ω from 0 to π whose wave is closest to a column: the best of a grid, then refined. */
function fitFrequency(table: Matrix, col: number, isSine: boolean, firstPosition: number) {
  const misfit = (frequency: number) => {
    let total = 0;
    for (let row = 0; row < table.rows; row++) {
      total += (cellOf(table, row, col) - waveAt({ isSine, frequency }, firstPosition + row)) ** 2;
    }
    return total;
  };
  const step = 0.3 / (table.rows + Math.abs(firstPosition));
  const grid = tabulate(Math.ceil(Math.PI / step), (index) => index * step);
  const errors = grid.map(misfit);
  const middle = grid[errors.reduce((best, error, index) => (error < errors[best] ? index : best), 0)];
  return narrow(misfit, Math.max(0, middle - step), middle + step);
}

/** Finds the minimum of a function with one valley between two numbers, by ternary search. */
function narrow(misfit: (x: number) => number, from: number, to: number) {
  let [low, high] = [from, to];
  for (let round = 0; round < 80; round++) {
    const third = (high - low) / 3;
    if (misfit(low + third) <= misfit(high - third)) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}
