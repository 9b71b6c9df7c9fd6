import type { Check } from "../../check/check.js";
import { type HowRead, isDoubted, untrueText } from "../../check/how-read.js";
import type { Reading, ReadMatrix } from "../../input/documents/reading.js";
import { isWrittenAs } from "../../math/written.js";
import { findInput, indexIn, type Trace } from "../../trace/trace.js";
import { untrueStatements } from "./statements.js";

/** Adds to a check how its sheet was read. If the sheet may mean something else, a right one becomes "unsure". */
export function withReading(check: Check, reading: Reading | undefined, trace: Trace): Check {
  if (!reading) return check;
  const read = howRead(reading, trace, check);
  const names = ownNames(reading, trace);
  const isWrong = check.verdict === "differs" || check.lacking.length > 0;
  const verdict = isWrong ? check.verdict : read.untrue.length > 0 ? "differs" : "unsure";
  return { ...check, names, read, ...((isDoubted(read) || read.untrue.length > 0) && { verdict }) };
}

/** Returns the person's own names for rows, columns and heads. */
function ownNames({ matrices, countsFromOne }: Reading, trace: Trace) {
  const labels = new Map<string, readonly string[]>();
  const numbered = matrices.find((one) => one.firstHead !== undefined)?.firstHead;
  const heads = new Set(trace.steps.map(({ scope }) => indexIn(scope, "head")));
  heads.delete(undefined);
  const firstHead = numbered ?? (heads.size === 1 ? undefined : 0);
  for (const { item, names } of matrices) {
    const of = trace.steps.find(({ key }) => key === item.key) ?? findInput(trace, item.key);
    const [rows, cols] = of?.axes ?? [];
    if (rows && names?.rows && !labels.has(rows.name)) labels.set(rows.name, names.rows);
    if (cols && names?.columns && !labels.has(cols.name)) labels.set(cols.name, names.columns);
  }
  // Keys without names of their own are the same tokens.
  const tokens = labels.get("query");
  if (tokens && !labels.has("key") && !tokens.some((name) => /\d$/.test(name))) labels.set("key", tokens);
  return { labels, firstHead, countsFromOne };
}

function howRead(
  { form, matrices, earlier, struck, unused, doubts, falseCalculations, statements }: Reading,
  trace: Trace,
  check: Check,
): HowRead {
  const { insteadOf } = check;
  // If the numbers of the step may mean something else, what is said of them is not certain.
  const isCertain = (key: string) =>
    matrices.every(({ item, doubts: own }) => item.key !== key || own.length === 0);
  const untrue = untrueStatements(statements, check, trace);
  // A wrong cell is told as such, not again as the result of a false calculation, or as a number in one.
  const wrongCells = new Set(
    check.steps.flatMap(({ answer, wrong }) => wrong.map((at) => answer.cells[at]?.value)),
  );
  const miscalculated = falseCalculations.flatMap(({ line, calculation, said, right }) =>
    numbersIn(`${calculation} = ${said}`).some((one) => wrongCells.has(one))
      ? []
      : [{ line, said, right: `${calculation} is ${right}` }],
  );
  return {
    form,
    steps: matrices.map(({ item, lines, cells, notes, doubts: own }) => ({
      key: insteadOf?.get(item.key) ?? item.key,
      isInput: item.isInput,
      lines,
      rows: cells.length,
      cols: cells[0].length,
      notes,
      // Doubts about an input do not matter, because it is only compared with the problem. If a step has another
      // meaning, later steps have decided that.
      doubts: item.isInput || insteadOf?.has(item.key) ? [] : own,
    })),
    earlier,
    struck,
    unused,
    untrue: [...untrue.filter(({ key }) => isCertain(key)), ...miscalculated],
    doubts: [...doubts, ...untrue.filter(({ key }) => !isCertain(key)).map(untrueText)],
    copied: copiedInputs(matrices, trace),
  };
}

/** The numbers of a calculation, `0.603 * (5) = 2.517`. */
const numbersIn = (text: string): readonly number[] =>
  (text.match(/(?<![\d.])(?:(?<!\d\s?)-)?\d+(?:\.\d+)?/g) ?? []).map(Number);

/** Returns the cells of inputs on a sheet that differ from the problem. */
export const copiedInputs = (matrices: Reading["matrices"], trace: Trace) =>
  matrices.flatMap((matrix) => copiedCells(matrix, trace));

function copiedCells({ item, cells, doubts }: ReadMatrix, trace: Trace) {
  const given = trace.inputs.find(({ name }) => item.isInput && name === item.key)?.matrix;
  if (!given || doubts.length > 0 || cells.length !== given.rows) return [];
  const others = cells.flatMap((row, at) =>
    row.flatMap((cell, col) => {
      const right = given.data[at * given.cols + col];
      if (!cell || isWrittenAs(right, cell)) return [];
      return [{ input: item.key, cell: [at, col] as const, written: cell.value, given: right }];
    }),
  );
  // If more than half of the cells other than 0 differ, the matrix is no copy of the input: the queries may be scaled.
  const size = given.data.filter((value) => value !== 0).length;
  return 2 * others.length <= Math.max(2, size) ? others : [];
}
