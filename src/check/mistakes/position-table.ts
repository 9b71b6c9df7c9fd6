import { cellOf, createMatrix, type Matrix, mapCells } from "../../math/matrix.js";
import { frequencyPowers } from "../../ops/waves.js";
import { computeStep, type Step, type Trace } from "../../trace/trace.js";
import { alterSteps, stated } from "./alter.js";

// How a table of sines and cosines is made otherwise. Rates, angles and waves are found by their ops, so that RoPE, alone
// or in the heads of a layer, is seen as well. Every alteration works on what the step makes, so that two can meet.

export const TABLE_FORMULA = "PE(pos, 2i) = sin(pos / base^(2i/d)), PE(pos, 2i+1) = cos of the same angle";

/** What each rate ω = base^(−exponent) becomes when all exponents are multiplied by a factor. */
export function withExponents(trace: Trace, factor: number): readonly Trace[] {
  return alterSteps(trace, (step) =>
    step.op.name === frequencyPowers.name
      ? { compute: (inputs) => mapCells(computeStep(step, inputs), (rate) => rate ** factor) }
      : undefined,
  );
}

/** The table of sines and cosines made in another way from its angles; nothing where there is no such table. */
export function withTable(
  trace: Trace,
  make: (step: Step, inputs: readonly Matrix[], pairs: number) => Matrix,
): readonly Trace[] {
  return alterSteps(trace, (step) =>
    step.role === "encoding" ? { compute: (inputs) => make(step, inputs, inputs[0].cols) } : undefined,
  );
}

export const isInterleaved = (trace: Trace) => stated(trace, "columns") === "interleaved";

/** The same with another value of a convention, which stands before the one in force. */
export const restate = (traces: readonly Trace[], name: string, value: string): readonly Trace[] =>
  traces.map((trace) => ({ ...trace, conventions: [{ name, value }, ...trace.conventions] }));

/** The columns of a table in another order. */
export function withColumns(trace: Trace, from: (col: number, pairs: number) => number): readonly Trace[] {
  return withTable(trace, (step, inputs, pairs) => reorder(computeStep(step, inputs), pairs, from));
}

/** Where in a first and a second half the numbers stand that are to alternate, and the other way round. */
export const fromHalves = (col: number, pairs: number) => (col % 2 === 0 ? col / 2 : pairs + (col - 1) / 2);
export const fromPairs = (col: number, pairs: number) => (col < pairs ? 2 * col : 2 * (col - pairs) + 1);

/** A matrix whose first 2·pairs columns stand in another order. */
export function reorder(matrix: Matrix, pairs: number, from: (col: number, pairs: number) => number): Matrix {
  return createMatrix(matrix.rows, matrix.cols, (row, col) =>
    cellOf(matrix, row, col < 2 * pairs ? from(col, pairs) : col),
  );
}

/** All sines, then all cosines, out of a table in which they alternate. */
export function halved(trace: Trace): readonly Trace[] {
  if (!isInterleaved(trace)) return [];
  const columns = withColumns(trace, fromPairs);
  return restate(columns, "columns", "halves");
}
