import { UserError } from "../../errors.js";
import { cellOf, type Matrix, shapeText } from "../../math/matrix.js";
import { slice } from "../../trace/ops/product.js";
import { columnFrequencies, fittedShift, type Pairs } from "../../trace/ops/shift.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import type { Problem } from "../problem.js";
import type { PosencSettings } from "./posenc-settings.js";
import { countPositions } from "./rotary.js";
import { type Match, nearestRule, type Tolerance } from "./rules.js";
import { largestOf, recordDotProducts, recordMapped, shortNumber } from "./shift.js";
import { fitPairs } from "./shift-fit.js";

/**
 * Examines a table of encodings, n×d: how fast each column swings (`column-frequencies`), the best 2×2 map of each pair
 * of columns from row p to row p + k (`rotation`), what it makes of the table (`mapped`, `difference`), and which rule
 * the table follows. Throws BAD_VALUE when the table is too small for the shift, and CONFLICTING_INPUTS.
 */
export function recordGivenEncoding(
  recorder: Recorder,
  encoding: Matrix,
  { settings, matrices, tokens }: Problem<PosencSettings>,
): void {
  refuseOthers(settings, matrices);
  const { shift: k = 1, offset = 0 } = settings;
  requireRows(encoding, k);
  const positions = countPositions(encoding.rows, offset);
  const labels = tokens ?? (offset === 0 ? undefined : Array.from(positions, String));
  const axis = { name: "position", ...(labels && { labels }) };
  const column = { name: "column" };
  const table = recorder.input("encoding", encoding, [axis, column]);
  recorder.convention({ name: "kind", value: "given", text: "a given table of encodings" });
  const frequencies = recorder.step(columnFrequencies, [table], undefined, {
    ...{
      id: "column-frequencies",
      title: "Column frequencies",
      axes: [{ name: "frequency", labels: ["ω"] }, column],
    },
    formula: "cos ω = Σ x_t (x_t+1 + x_t−1) / 2 Σ x_t², radians a position",
    notes: ["two columns make a pair when they swing equally fast"],
  });
  const tolerance = toleranceOf(encoding);
  const pairs = choosePairs(encoding, k, settings.columns);
  recorder.convention({
    name: "columns",
    value: pairs.pairing === "interleaved" ? "interleaved" : "halves",
    text: pairs.pairing === "interleaved" ? "columns 2i and 2i + 1 paired" : "columns i and i + d/2 paired",
  });
  const difference = recordFit(recorder, table, pairs, k);
  const match = nearestRule(encoding, positions, settings.base ?? 10_000, tolerance);
  stateFindings(recorder, { encoding, k, pairs, tolerance, match, frequencies, difference });
  recorder.result("encoding", table);
  if (settings.dotProducts) recordDotProducts(recorder, table, positions);
}

function refuseOthers(settings: Partial<PosencSettings>, matrices: Problem["matrices"]): void {
  const other = (["x", "positions", "table"] as const).find((name) => matrices[name]);
  const idle = (["length", "dModel", "kind"] as const).find((name) => settings[name] !== undefined);
  const refused = other ?? (idle === "dModel" ? "--d-model" : idle && `--${idle}`);
  if (!refused) return;
  throw new UserError("CONFLICTING_INPUTS", `Both encoding and ${refused} are given.`, {
    hint: "A given encoding is examined as it is; --shift, --base, --offset and --columns say how.",
  });
}

function requireRows(encoding: Matrix, k: number): void {
  if (k >= 1 && encoding.rows >= k + 2 && encoding.cols >= 2) return;
  throw new UserError("BAD_VALUE", `encoding is ${shapeText(encoding)}: too small to see a shift of ${k}.`, {
    hint: "It takes two columns, a shift of 1 or more, and two rows more than the shift.",
    subject: { name: "encoding" },
  });
}

/** Half a unit of the last decimal that any cell of a column has, and a little; 1e-6 for float32 digits. */
function toleranceOf(encoding: Matrix): Tolerance {
  const tolerances = Array.from({ length: encoding.cols }, (_, col) => {
    const cells = Array.from({ length: encoding.rows }, (_, row) => cellOf(encoding, row, col));
    const decimals = [1, 2, 3, 4, 5, 6].find((count) =>
      cells.every((value) => isRounded(value, 10 ** count)),
    );
    return decimals === undefined ? 1e-6 : 0.51 / 10 ** decimals;
  });
  return (col) => tolerances[col];
}

const isRounded = (value: number, unit: number) =>
  Math.abs(value * unit - Math.round(value * unit)) < 1e-9 * unit;

/** The pairs that are asked for, else those that the shift fits better. */
function choosePairs(encoding: Matrix, k: number, columns: PosencSettings["columns"] | undefined): Pairs {
  const pairs = Math.floor(encoding.cols / 2);
  const paired = (pairing: Pairs["pairing"]): Pairs => ({ pairing, pairs, cols: encoding.cols });
  if (columns) return paired(columns === "interleaved" ? "interleaved" : "half-split");
  const [interleaved, halves] = [paired("interleaved"), paired("half-split")];
  return misfit(encoding, halves, k) < misfit(encoding, interleaved, k) ? halves : interleaved;
}

/** Σ of the squares that the best blocks leave. */
function misfit(encoding: Matrix, pairs: Pairs, k: number): number {
  const map = fittedShift.compute([encoding], { ...pairs, shift: k });
  let total = 0;
  for (let row = 0; row + k < encoding.rows; row++) {
    for (let col = 0; col < encoding.cols; col++) {
      let value = 0;
      for (let at = 0; at < encoding.cols; at++) {
        value += map.data[col * map.cols + at] * encoding.data[row * encoding.cols + at];
      }
      total += (encoding.data[(row + k) * encoding.cols + col] - value) ** 2;
    }
  }
  return total;
}

function recordFit(recorder: Recorder, table: Ref, pairs: Pairs, k: number): Ref {
  const [axis, column] = table.axes;
  const { rows, cols } = table.output();
  const rotation = recorder.step(
    fittedShift,
    [table],
    { ...pairs, shift: k },
    {
      ...{ id: "rotation", title: `Best map by ${k} positions`, axes: [column, column], view: "similarity" },
      formula: "M: for each pair the 2×2 block that fits best",
    },
  );
  const cut = (id: string, title: string, firstRow: number, formula: string) =>
    recorder.step(
      slice,
      [table],
      { firstRow, firstCol: 0, rows: rows - k, cols },
      {
        ...{ id, title, formula },
        axes: [{ name: axis.name, ...(axis.labels && { labels: axis.labels.slice(0, rows - k) }) }, column],
      },
    );
  const from = cut("unshifted", "Encoding", 0, "PE(pos)");
  const shifted = cut("shifted", "Shifted encoding", k, `PE(pos + ${k})`);
  return recordMapped(recorder, from, rotation, shifted, "M·PE(pos)");
}

interface Findings {
  readonly encoding: Matrix;
  readonly k: number;
  readonly pairs: Pairs;
  readonly tolerance: Tolerance;
  readonly match: Match;
  readonly frequencies: Ref;
  readonly difference: Ref;
}

const MOST_NAMED = 6;

function stateFindings(recorder: Recorder, findings: Findings): void {
  const { encoding, k, pairs, tolerance, match, frequencies, difference } = findings;
  const maxDifference = largestOf(difference.output());
  // Both sides of the map are rounded, and the map mixes two cells.
  const columns = Array.from({ length: encoding.cols }, (_, col) => tolerance(col));
  const isLinear = maxDifference <= 4 * Math.max(...columns);
  const { rule, wrong } = match;
  const isRule = wrong.length === 0;
  const { sineOnlyR2, coefficients } = shiftFit(encoding, pairs, k);
  recorder.fact(
    "shift",
    { k, maxDifference, sineOnlyR2, coefficients },
    isLinear
      ? `The table is linear in the shift: one map takes every row to the row ${k} further on, to within ${shortNumber(maxDifference)}.`
      : `The table is not linear in the shift: the best map leaves a difference of ${shortNumber(maxDifference)}.`,
  );
  const named = wrong.slice(0, MOST_NAMED).map(([row, col]) => `[${row}, ${col}]`);
  const more = wrong.length > MOST_NAMED ? `, … (${wrong.length} cells)` : "";
  recorder.fact(
    "encodingRule",
    {
      name: isRule ? rule.name : "none",
      nearest: rule.name,
      columns: rule.columns,
      linear: isLinear,
      wrongCells: wrong.slice(0, 1000),
      columnFrequencies: Array.from(frequencies.output().data),
    },
    isRule
      ? `It follows ${rule.title}, ${rule.columns}.`
      : `Nearest is ${rule.title}, ${rule.columns}; other cells: ${named.join(", ")}${more}.`,
  );
}

/** The fit of the sine columns alone, from each row to the one k further on. */
function shiftFit(encoding: Matrix, pairs: Pairs, k: number) {
  const { cols, data, rows } = encoding;
  const part = (first: number): Matrix => ({
    ...{ rows: rows - k, cols },
    data: data.subarray(first * cols, (first + rows - k) * cols),
  });
  return fitPairs(part(0), part(k), pairs);
}
