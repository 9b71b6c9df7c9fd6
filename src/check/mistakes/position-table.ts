import { cellOf, createMatrix, type Matrix, mapCells } from "../../math/matrix.js";
import { frequencyPowers, sinusoids } from "../../ops/waves.js";
import { computeStep, type Step, type Trace } from "../../trace/trace.js";
import { alterOp, alterStep, changeCells, changeInputs, stated } from "./alter.js";

// Other ways to compute a table of sines and cosines. Rates, angles and waves are found by their ops, so RoPE is
// included, alone or in the heads of a layer. Every alteration changes the result of a step, so two can be combined.

export const TABLE_FORMULA = "PE(pos, 2i) = sin(pos / base^(2i/d)), PE(pos, 2i+1) = cos of the same angle";

/** Multiplies all exponents by a factor, in each rate ω = base^(−exponent). */
export const withExponents = (trace: Trace, factor: number): readonly Trace[] =>
  alterOp(trace, frequencyPowers, (step) => changeCells(step, (rate) => rate ** factor));

/** Takes sines and cosines of other angles. */
export const withAngles = (trace: Trace, angleFor: (angle: number) => number): readonly Trace[] =>
  alterOp(trace, sinusoids, (step) =>
    changeInputs(step, ([angles, ...rest]) => [mapCells(angles, angleFor), ...rest]),
  );

/** Computes the table of sines and cosines in another way from its angles. Returns nothing if there is no table. */
export function withTable(
  trace: Trace,
  make: (step: Step, inputs: readonly Matrix[], pairs: number) => Matrix,
): readonly Trace[] {
  return alterStep(trace, "encoding", (step) => ({
    compute: (inputs) => make(step, inputs, inputs[0].cols),
  }));
}

export const isInterleaved = (trace: Trace) => stated(trace, "columns") === "interleaved";

/** Adds another value of a convention before the one in force. */
export const restate = (traces: readonly Trace[], name: string, value: string): readonly Trace[] =>
  traces.map((trace) => ({ ...trace, conventions: [{ name, value }, ...trace.conventions] }));

/** Puts the columns of a table into another order. */
export function withColumns(trace: Trace, from: (col: number, pairs: number) => number): readonly Trace[] {
  return withTable(trace, (step, inputs, pairs) => reorder(computeStep(step, inputs), pairs, from));
}

/** The column in a table of halves for a column in a table of pairs, and the reverse. */
export const fromHalves = (col: number, pairs: number) => (col % 2 === 0 ? col / 2 : pairs + (col - 1) / 2);
export const fromPairs = (col: number, pairs: number) => (col < pairs ? 2 * col : 2 * (col - pairs) + 1);

/** Returns a matrix with its first 2·pairs columns in another order. */
export function reorder(matrix: Matrix, pairs: number, from: (col: number, pairs: number) => number): Matrix {
  return createMatrix(matrix.rows, matrix.cols, (row, col) =>
    cellOf(matrix, row, col < 2 * pairs ? from(col, pairs) : col),
  );
}

/** Rewrites a table of alternating sines and cosines: all sines, then all cosines. */
export function halved(trace: Trace): readonly Trace[] {
  if (!isInterleaved(trace)) return [];
  const columns = withColumns(trace, fromPairs);
  return restate(columns, "columns", "halves");
}
