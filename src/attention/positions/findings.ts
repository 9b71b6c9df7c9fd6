import { tabulate } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import type { Recorder } from "../recorder.js";
import { type readFit, shortNumber } from "./shift.js";
import { type ColumnWave, findWave, type Match, type Tolerance, waveOf } from "./table-rules.js";

/** What was found out about a given table of encodings. */
export interface Findings {
  readonly encoding: Matrix;
  readonly k: number;
  readonly tolerance: Tolerance;
  readonly match: Match;
  readonly fit: ReturnType<typeof readFit>;
  /** 1×d. */
  readonly frequencies: Matrix;
  /** The largest difference after the best map from each row to the row k later. */
  readonly maxDifference: number;
}

/**
 * States whether the table is linear in the shift, and which rule it follows, as the facts `shift` and `encodingRule`.
 */
export function stateFindings(recorder: Recorder, findings: Findings): void {
  const { encoding, k, tolerance, match, fit, maxDifference, frequencies } = findings;
  const { rule, base, firstPosition, wrongCount, wrongCells } = match;
  const broken = findBroken(encoding, match, tolerance);
  const isRule = wrongCount === 0;
  // The factor 4: both sides of the map are rounded, and the map mixes two cells.
  const isMapped = maxDifference <= 4 * Math.max(...tabulate(encoding.cols, tolerance));
  const areTorn = (isRule && !rule.isLinear) || broken.some(({ found }) => found !== undefined);
  const { sineOnlyR2, coefficients } = fit;
  recorder.finding(
    "shift",
    { k, maxDifference, sineOnlyR2, coefficients },
    linearText(findings, isMapped, areTorn),
  );
  recorder.finding(
    "encodingRule",
    {
      name: isRule ? rule.name : "none",
      nearest: rule.name,
      columns: rule.columns,
      base,
      firstPosition,
      linear: isMapped && !areTorn,
      wrongCells,
      brokenColumns: broken.map(({ column, expected, found }) => ({
        column,
        expectedFrequency: expected.frequency,
        ...(found && { frequency: found.frequency }),
      })),
      columnFrequencies: Array.from(frequencies.data),
    },
    ruleText(encoding, match, broken),
  );
}

/** A column that does not follow the rule, and the wave that it contains instead, if any. */
interface BrokenColumn {
  readonly column: number;
  readonly expected: ColumnWave;
  readonly found: ColumnWave | undefined;
}

/** Returns the columns with more than a third of their cells wrong, if the other columns show which rule was meant. */
function findBroken(
  encoding: Matrix,
  { rule, base, firstPosition, wrongByColumn }: Match,
  tolerance: Tolerance,
): readonly BrokenColumn[] {
  const broken = Array.from(wrongByColumn.keys()).filter(
    (col) => wrongByColumn[col] > Math.max(1, encoding.rows / 3),
  );
  if (broken.length >= encoding.cols / 2) return [];
  return broken.flatMap((column) => {
    const expected = waveOf(rule, column, encoding.cols, base);
    const found = findWave(encoding, column, firstPosition, tolerance(column));
    return expected ? [{ column, expected, found }] : [];
  });
}

function linearText({ k, maxDifference }: Findings, isMapped: boolean, areTorn: boolean): string {
  const size = shortNumber(maxDifference);
  if (!isMapped) return `The table is not linear in the shift: the best map still differs by ${size}.`;
  const held = `one map takes every row to the row ${k} further on, to within ${size}`;
  return areTorn
    ? `The table is not linear in the shift: sine and cosine of a pair have different frequencies. In these rows and digits ${held}, but that map is not a rotation.`
    : `The table is linear in the shift: ${held}.`;
}

/** The maximum number of cells or columns that a sentence names. */
const MAX_NAMED = 6;

function ruleText({ rows, cols }: Matrix, match: Match, broken: readonly BrokenColumn[]): string {
  const { wrongCount, wrongCells } = match;
  if (wrongCount === 0) return `It follows ${describeRule(match)}.`;
  if (wrongCount >= (rows * cols) / 2) return "It follows none of the known rules.";
  const columns = new Set(broken.map(({ column }) => column));
  const others = wrongCells.filter(([, col]) => !columns.has(col));
  const sentences = [
    `Nearest is ${describeRule(match)}.`,
    ...broken.slice(0, MAX_NAMED).map(describeBroken),
    ...(others.length > 0 ? [`Cells that differ from the rule: ${listCells(others)}.`] : []),
  ];
  return sentences.join(" ");
}

function describeRule({ rule, base, firstPosition }: Match): string {
  const start = firstPosition === 0 ? "" : `, first position ${firstPosition}`;
  return `${rule.title}, ${rule.columns}, base ${base}${start}`;
}

function describeBroken({ column, expected, found }: BrokenColumn): string {
  const is = found ? waveText(found) : "no sine or cosine of the position";
  return `Column ${column} is ${is} where the rule has ${waveText(expected)}.`;
}

const waveText = ({ isSine, frequency }: ColumnWave) =>
  `${isSine ? "sin" : "cos"}(${shortNumber(frequency)}·pos)`;

function listCells(cells: Match["wrongCells"]): string {
  const named = cells.slice(0, MAX_NAMED).map(([row, col]) => `[${row}, ${col}]`);
  const more = cells.length > MAX_NAMED ? `, … (${cells.length} cells)` : "";
  return named.join(", ") + more;
}
