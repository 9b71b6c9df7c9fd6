import { countPositions, positionAxis } from "../../attention/positions/kind.js";
import type { PosencSettings } from "../../attention/positions/registry.js";
import {
  laterText,
  positionsText,
  readFit,
  recordDotProducts,
  recordMapped,
  shortNumber,
} from "../../attention/positions/shift.js";
import type { Problem } from "../../attention/problem.js";
import {
  cut,
  numbersOf,
  type RecordOptions,
  type Ref,
  record,
  recorder,
  recordRecipe,
  type StepOverrides,
} from "../../attention/recorder.js";
import type { AnySettingTable } from "../../attention/setting.js";
import { refuseAs, setting } from "../../errors.js";
import { sumOver, tabulate, upTo } from "../../math/lists.js";
import { columnOf, type Matrix, shapeText } from "../../math/matrix.js";
import { multiplyTransposed } from "../../math/product.js";
import { columnFrequencies, fittedShift, pairFit } from "../../ops/least-squares.js";
import type { Pairs } from "../../ops/pairs.js";
import type { Trace } from "../../trace/trace.js";
import { type ColumnWave, findWave, type Match, nearestRule, type Tolerance, waveOf } from "./table-rules.js";

/**
 * Examines a given table of encodings, n×d. Records the frequency of each column (`column-frequencies`), the best 2×2
 * map for each pair of columns from row p to row p + k (`rotation`), and its result (`mapped`, `difference`). States
 * whether the table is linear in the shift, and which rule it follows, as the facts `shift` and `encodingRule`. Throws
 * BAD_VALUE if the table is too small for the shift.
 */
export const recordExaminedTable = (
  encoding: Matrix,
  problem: Problem<PosencSettings>,
  { arithmetic }: RecordOptions = {},
): Trace => recordRecipe("posenc", { arithmetic }, () => recordExamination(encoding, problem));

function recordExamination(encoding: Matrix, { settings, tokens }: Problem<PosencSettings>) {
  const { shift: k = 1, offset, base } = settings;
  requireRows(encoding, k);
  const positions = countPositions(encoding.rows, offset);
  const axes = [positionAxis(positions, tokens), { name: "column" }] as const;
  const table = recorder.input("encoding", encoding, axes);
  recorder.convention("kind", "given", "a given table of encodings");
  const frequencies = record("column-frequencies", columnFrequencies, [table], undefined, {
    notes: [
      "two columns make a pair when they swing equally fast; one that hardly moves in the digits given does not tell its ω",
    ],
  });
  const [from, to] = recordShifted(table, k);
  const pairs = choosePairs(numbersOf(from), numbersOf(to), settings.columns);
  const isInterleaved = pairs.pairing === "interleaved";
  recorder.convention(
    "columns",
    isInterleaved ? "interleaved" : "halves",
    isInterleaved ? "columns 2i and 2i + 1 paired" : "columns i and i + d/2 paired",
  );
  const rotation = record("rotation", fittedShift, [from, to], pairs, {
    title: `Best map by ${positionsText(k)}`,
    formula: "M: for each pair the 2×2 block that fits best",
    axes: [axes[1], axes[1]],
  });
  const maxDifference = recordMapped(from, rotation, to, "M·PE(pos)");
  const tolerance = toleranceOf(encoding);
  const match = nearestRule(encoding, { base, offset }, tolerance);
  const broken = findBroken(encoding, match, tolerance);
  const { rule } = match;
  const isRule = match.wrongCount === 0;
  // The factor 4: both sides of the map are rounded, and the map mixes two cells.
  const isMapped = maxDifference <= 4 * Math.max(...tabulate(encoding.cols, tolerance));
  // Sine and cosine of a pair have different frequencies.
  const areTorn = (isRule && rule.isByColumn) || broken.some(({ found }) => found !== undefined);
  const { sineOnlyR2, coefficients } = readFit(pairFit.compute([numbersOf(from), numbersOf(to)], pairs));
  recorder.finding(
    "shift",
    { k, maxDifference, sineOnlyR2, coefficients },
    linearText(k, maxDifference, isMapped, areTorn),
  );
  recorder.finding(
    "encodingRule",
    {
      name: isRule ? rule.name : "none",
      nearest: rule.name,
      columns: rule.columns,
      base: match.base,
      firstPosition: match.firstPosition,
      linear: isMapped && !areTorn,
      wrongCells: match.wrongCells,
      brokenColumns: broken.map(({ column, expected, found }) => ({
        column,
        expectedFrequency: expected.frequency,
        ...(found && { frequency: found.frequency }),
      })),
      columnFrequencies: Array.from(numbersOf(frequencies).data),
    },
    ruleText(encoding, match, broken),
  );
  recorder.result("encoding", table);
  if (settings.dotProducts) recordDotProducts(table, positions);
}

/** Records the rows for which a row k positions later exists, and those later rows. */
function recordShifted(table: Ref, k: number) {
  const { rows } = table.shape;
  const [{ name, labels }] = table.axes;
  const axis = { name, labels: labels?.slice(0, rows - k) };
  const cutRows = (as: "unshifted" | "shifted", firstRow: number, overrides?: StepOverrides) =>
    cut(as, table, "rows", firstRow, rows - k, {
      rows: axis,
      ...overrides,
    });
  return [cutRows("unshifted", 0), cutRows("shifted", k, { formula: `PE(${laterText(k)})` })];
}

/** The settings that apply to a given table. */
const TABLE_SETTINGS: readonly string[] = ["shift", "base", "offset", "columns", "dotProducts"];

/** Throws CONFLICTING_INPUTS for inputs and settings of `table` that do not apply to a given table of encodings. */
export function refuseOtherThanTable(
  settings: Readonly<Record<string, unknown>>,
  matrices: Problem["matrices"],
  table: AnySettingTable,
) {
  const givenInput = (["x", "positions", "table"] as const).find((name) => matrices[name]);
  const unused = Object.keys(table).find(
    (name) => settings[name] !== undefined && !TABLE_SETTINGS.includes(name),
  );
  const refused = givenInput ?? (unused && setting(unused));
  if (!refused) return;
  refuseAs(
    "CONFLICTING_INPUTS",
    `Both encoding and ${refused} are given.`,
    `A given encoding is examined as it is; ${setting("shift")}, ${setting("base")}, ${setting("offset")} and ${setting("columns")} say how.`,
  );
}

function requireRows(encoding: Matrix, k: number) {
  if (k >= 1 && encoding.rows >= k + 2 && encoding.cols >= 2) return;
  refuseAs(
    "BAD_VALUE",
    `encoding is ${shapeText(encoding)}: too small to see a shift of ${k}.`,
    "It takes two columns, a shift of 1 or more, and two rows more than the shift.",
    "encoding",
  );
}

/**
 * Returns the tolerance of each column: slightly more than half a unit of its last decimal, or 1e-6 for more than six
 * decimals.
 */
function toleranceOf(encoding: Matrix): Tolerance {
  const tolerances = tabulate(encoding.cols, (col) => {
    const cells = columnOf(encoding, col);
    const decimals = [1, 2, 3, 4, 5, 6].find((count) =>
      cells.every((value) => isRounded(value, 10 ** count)),
    );
    return decimals === undefined ? 1e-6 : 0.51 / 10 ** decimals;
  });
  return (col) => tolerances[col];
}

const isRounded = (value: number, unit: number) =>
  Math.abs(value * unit - Math.round(value * unit)) < 1e-9 * unit;

/** Returns the pairing that is set, or the one that fits the shift better. */
function choosePairs(from: Matrix, to: Matrix, columns: PosencSettings["columns"] | undefined) {
  const { cols } = from;
  const [interleaved, halves] = (["interleaved", "half-split"] as const).map((pairing) => ({
    pairing,
    pairs: Math.floor(cols / 2),
    cols,
  }));
  if (columns) return columns === "interleaved" ? interleaved : halves;
  return misfit(from, to, halves) < misfit(from, to, interleaved) ? halves : interleaved;
}

/** Returns the sum of squared differences after the best map. */
function misfit(from: Matrix, to: Matrix, pairs: Pairs) {
  const mapped = multiplyTransposed(from, fittedShift.compute([from, to], pairs));
  return sumOver(to.data, (value, at) => (value - mapped.data[at]) ** 2);
}

/** A column that does not follow the rule, and the wave that it contains instead, if any. */
type BrokenColumn = ReturnType<typeof findBroken>[number];

/** Returns the columns with more than a third of their cells wrong, if the other columns show which rule was meant. */
function findBroken(
  encoding: Matrix,
  { rule, base, firstPosition, wrongByColumn }: Match,
  tolerance: Tolerance,
) {
  const broken = upTo(encoding.cols).filter((col) => wrongByColumn[col] > Math.max(1, encoding.rows / 3));
  if (broken.length >= encoding.cols / 2) return [];
  return broken.flatMap((column) => {
    const expected = waveOf(rule, column, encoding.cols, base);
    const found = findWave(encoding, column, firstPosition, tolerance(column));
    return expected ? [{ column, expected, found }] : [];
  });
}

function linearText(k: number, maxDifference: number, isMapped: boolean, areTorn: boolean) {
  const size = shortNumber(maxDifference);
  if (!isMapped) return `The table is not linear in the shift: the best map still differs by ${size}.`;
  const held = `one map takes every row to the row ${k} further on, to within ${size}`;
  return areTorn
    ? `The table is not linear in the shift: sine and cosine of a pair have different frequencies. In these rows and digits ${held}, but that map is not a rotation.`
    : `The table is linear in the shift: ${held}.`;
}

/** The maximum number of cells or columns that a sentence names. */
const MAX_NAMED = 6;

function ruleText({ rows, cols }: Matrix, match: Match, broken: readonly BrokenColumn[]) {
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

function describeRule({ rule, base, firstPosition }: Match) {
  const start = firstPosition === 0 ? "" : `, first position ${firstPosition}`;
  return `${rule.title}, ${rule.columns}, base ${base}${start}`;
}

function describeBroken({ column, expected, found }: BrokenColumn) {
  const is = found ? waveText(found) : "no sine or cosine of the position";
  return `Column ${column} is ${is} where the rule has ${waveText(expected)}.`;
}

const waveText = ({ isSine, frequency }: ColumnWave) =>
  `${isSine ? "sin" : "cos"}(${shortNumber(frequency)}·pos)`;

function listCells(cells: Match["wrongCells"]) {
  const named = cells.slice(0, MAX_NAMED).map(([row, col]) => `[${row}, ${col}]`);
  const more = cells.length > MAX_NAMED ? `, … (${cells.length} cells)` : "";
  return named.join(", ") + more;
}
