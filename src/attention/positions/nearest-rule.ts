import { tabulate } from "../../math/lists.js";
import { cellOf, type Matrix } from "../../math/matrix.js";
import { ENCODING_SETTINGS } from "./encoding-settings.js";
import {
  type ColumnWave,
  type Match,
  matchRule,
  TABLE_RULES,
  type TableRule,
  type Tolerance,
  waveAt,
  waveOf,
} from "./rules.js";

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

function firstRows(table: Matrix): Matrix {
  if (table.rows <= MAX_COMPARED) return table;
  return { ...table, rows: MAX_COMPARED, data: table.data.subarray(0, MAX_COMPARED * table.cols) };
}

/** Estimates the base from the second pair, rounded to few digits: 100, 97 or 96.9. */
function suggestedBases(table: Matrix, rule: TableRule, firstPosition: number): number[] {
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
function fitFrequency(table: Matrix, col: number, isSine: boolean, firstPosition: number): number {
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
function narrow(misfit: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let round = 0; round < 80; round++) {
    const third = (high - low) / 3;
    if (misfit(low + third) <= misfit(high - third)) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}
