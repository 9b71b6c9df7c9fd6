import { setting, UserError } from "../../errors.js";
import { sumOver, tabulate } from "../../math/lists.js";
import { columnOf, type Matrix, shapeText } from "../../math/matrix.js";
import { multiplyTransposed } from "../../math/product.js";
import { columnFrequencies, fittedShift, pairFit } from "../../ops/least-squares.js";
import type { Pairs } from "../../ops/pairs.js";
import type { Problem } from "../problem.js";
import type { Recorder, Ref, StepOverrides } from "../recorder.js";
import type { AnySettingTable } from "../setting.js";
import { recordDotProducts } from "./dot-products.js";
import { stateFindings } from "./findings.js";
import { countPositions, positionAxis } from "./kind.js";
import type { PosencSettings } from "./posenc-settings.js";
import { laterText, maxAbs, positionsText, readFit, recordMapped } from "./shift.js";
import { nearestRule, type Tolerance } from "./table-rules.js";

/**
 * Examines a given table of encodings, n×d. Records the frequency of each column (`column-frequencies`), the best 2×2
 * map for each pair of columns from row p to row p + k (`rotation`), and its result (`mapped`, `difference`). Finds the
 * rule that the table follows. Throws BAD_VALUE if the table is too small for the shift.
 */
export function recordGivenEncoding(
  recorder: Recorder,
  encoding: Matrix,
  { settings, tokens }: Problem<PosencSettings>,
): void {
  const { shift: k = 1, offset, base } = settings;
  requireRows(encoding, k);
  const positions = countPositions(encoding.rows, offset);
  const axes = [positionAxis(positions, tokens), { name: "column" }] as const;
  const table = recorder.input("encoding", encoding, axes);
  recorder.convention("kind", "given", "a given table of encodings");
  const frequencies = recorder.record("column-frequencies", columnFrequencies, [table], undefined, {
    notes: [
      "two columns make a pair when they swing equally fast; one that hardly moves in the digits given does not tell its ω",
    ],
  });
  const [from, to] = recordShifted(recorder, table, k);
  const pairs = choosePairs(recorder.numbers.of(from), recorder.numbers.of(to), settings.columns);
  const isInterleaved = pairs.pairing === "interleaved";
  recorder.convention(
    "columns",
    isInterleaved ? "interleaved" : "halves",
    isInterleaved ? "columns 2i and 2i + 1 paired" : "columns i and i + d/2 paired",
  );
  const rotation = recorder.record("rotation", fittedShift, [from, to], pairs, {
    title: `Best map by ${positionsText(k)}`,
    formula: "M: for each pair the 2×2 block that fits best",
    axes: [axes[1], axes[1]],
  });
  const difference = recordMapped(recorder, from, rotation, to, "M·PE(pos)");
  const tolerance = toleranceOf(encoding);
  const match = nearestRule(encoding, { base, offset }, tolerance);
  stateFindings(recorder, {
    encoding,
    k,
    tolerance,
    match,
    frequencies: recorder.numbers.of(frequencies),
    fit: readFit(pairFit.compute([recorder.numbers.of(from), recorder.numbers.of(to)], pairs)),
    maxDifference: maxAbs(recorder.numbers.of(difference)),
  });
  recorder.result("encoding", table);
  if (settings.dotProducts) recordDotProducts(recorder, table, positions);
}

/** Records the rows for which a row k positions later exists, and those later rows. */
function recordShifted(recorder: Recorder, table: Ref, k: number): readonly [from: Ref, to: Ref] {
  const { rows } = table.shape;
  const [{ name, labels }] = table.axes;
  const axis = { name, labels: labels?.slice(0, rows - k) };
  const cut = (as: "unshifted" | "shifted", firstRow: number, overrides?: StepOverrides) =>
    recorder.cut(as, table, "rows", firstRow, rows - k, {
      rows: axis,
      ...overrides,
    });
  return [cut("unshifted", 0), cut("shifted", k, { formula: `PE(${laterText(k)})` })];
}

/** The settings that apply to a given table. */
const TABLE_SETTINGS: readonly string[] = ["shift", "base", "offset", "columns", "dotProducts"];

/** Throws CONFLICTING_INPUTS for inputs and settings of `table` that do not apply to a given table of encodings. */
export function refuseOtherThanTable(
  settings: Readonly<Record<string, unknown>>,
  matrices: Problem["matrices"],
  table: AnySettingTable,
): void {
  const givenInput = (["x", "positions", "table"] as const).find((name) => matrices[name]);
  const unused = Object.keys(table).find(
    (name) => settings[name] !== undefined && !TABLE_SETTINGS.includes(name),
  );
  const refused = givenInput ?? (unused && setting(unused));
  if (!refused) return;
  throw new UserError(
    "CONFLICTING_INPUTS",
    `Both encoding and ${refused} are given.`,
    `A given encoding is examined as it is; ${setting("shift")}, ${setting("base")}, ${setting("offset")} and ${setting("columns")} say how.`,
  );
}

function requireRows(encoding: Matrix, k: number): void {
  if (k >= 1 && encoding.rows >= k + 2 && encoding.cols >= 2) return;
  throw new UserError(
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
function choosePairs(from: Matrix, to: Matrix, columns: PosencSettings["columns"] | undefined): Pairs {
  const { cols } = from;
  const paired = (pairing: Pairs["pairing"]): Pairs => ({ pairing, pairs: Math.floor(cols / 2), cols });
  if (columns) return paired(columns === "interleaved" ? "interleaved" : "half-split");
  const [interleaved, halves] = [paired("interleaved"), paired("half-split")];
  return misfit(from, to, halves) < misfit(from, to, interleaved) ? halves : interleaved;
}

/** Returns the sum of squared differences after the best map. */
function misfit(from: Matrix, to: Matrix, pairs: Pairs): number {
  const mapped = multiplyTransposed(from, fittedShift.compute([from, to], pairs));
  return sumOver(to.data, (value, at) => (value - mapped.data[at]) ** 2);
}
