import type { Problem } from "../../src/attention/problem.js";
import { type Sheet, settleAnswers } from "../../src/check/answers.js";
import type { Homework, Mistake } from "../../src/check/mistakes/mistake.js";
import { MISTAKES } from "../../src/check/mistakes/registry.js";
import { UNCHANGED } from "../../src/check/person/changes.js";
import { placeMade } from "../../src/check/person/found-mistakes.js";
import { Numbers } from "../../src/check/person/numbers.js";
import { numbersOf, sourcesOf } from "../../src/check/solution.js";
import { attend } from "../../src/commands/attend.js";
import { layer } from "../../src/commands/layer.js";
import { multihead } from "../../src/commands/multihead.js";
import { posenc } from "../../src/commands/posenc.js";
import { createBooleanMatrix, type Matrix, matrixFromRows, toRows } from "../../src/math/matrix.js";
import type { CommandSpec } from "../../src/runs/command-spec.js";
import { recordProblem } from "../../src/runs/record-problem.js";
import type { Trace } from "../../src/trace/trace.js";
import { typedAnswers } from "./typed-answers.js";

// Tests a mistake by itself: the solutions with it, without the check that names it.

const COMMANDS: Readonly<Record<"attend" | "layer" | "multihead" | "posenc", CommandSpec>> = {
  ...{ attend, layer, multihead, posenc },
};

/** A problem of a bundle, under the name of its command. */
export type Given = readonly [keyof typeof COMMANDS, Readonly<Record<string, unknown>>];

export type Rows = readonly (readonly number[])[];

export const rowsOf = (text: string): Rows =>
  text.split(";").map((row) => row.trim().split(/\s+/).map(Number));

/** A problem with its solution. Matrices are rows of numbers, or a text such as `1 2; 3 4`. */
export function homework([command, given]: Given): Homework {
  const { settings = {}, tokens, mask, ...matrices } = given;
  const rows = ([name, matrix]: [string, unknown]) =>
    [name, matrixFromRows(typeof matrix === "string" ? rowsOf(matrix) : (matrix as Rows))] as const;
  const problem = {
    ...{ settings, tokens, matrices: Object.fromEntries(Object.entries(matrices).map(rows)) },
    ...(typeof mask === "string" && { mask: allowed(rowsOf(mask)) }),
  } as Problem<object>;
  const record = (other: Problem<object>) => recordProblem(COMMANDS[command], other);
  return { trace: record(problem), problem, record };
}

const allowed = (rows: Rows) =>
  createBooleanMatrix(rows.length, rows[0].length, (row, col) => rows[row][col] === 1);

export function mistakeOf(id: string): Mistake {
  const found = MISTAKES.find((mistake) => mistake.id === id);
  if (!found) throw new Error(`no mistake is called ${id}`);
  return found;
}

/** Returns the solutions with a mistake, for the problem alone and for a sheet with right numbers before it. */
export function solutionsWith(id: string, own: Homework, sheet: Sheet): readonly Trace[] {
  const { apply, applyAt } = mistakeOf(id);
  const right = numbersOf(own.trace);
  const numbers = new Numbers(sourcesOf(own.trace), UNCHANGED);
  const read = Array.from(
    sheet.values(),
    (answer) => applyAt?.(own, { answer, numbers, nodes: [answer.step], own: [right(answer.key)] }) ?? [],
  );
  return [...apply(own), ...read.flat()];
}

/** Yields the solutions with a mistake. A mistake that reads the sheet gets what was typed. */
export function mistaken(id: string, given: Given, typed: Readonly<Record<string, string>> = {}) {
  const own = homework(given);
  return solutionsWith(id, own, settleAnswers(own.trace, typedAnswers(typed)));
}

/** Returns the numbers of a step in a solution, unrounded. */
export function numbersIn(trace: Trace, key: string): Matrix {
  return new Numbers(sourcesOf(trace), UNCHANGED).of(key);
}

/** The same with at most this many decimals, as a text: `0.5 1; 0 0.333`. */
export const writtenIn = (trace: Trace, key: string, decimals = 3): string =>
  toRows(numbersIn(trace, key))
    .map((row) => row.map((value) => String(Number(value.toFixed(decimals)) + 0)).join(" "))
    .join("; ");

/** Returns the numbers of some steps in each solution with a mistake, by the key of the step. */
export function solved(id: string, given: Given, keys: readonly string[], decimals?: number) {
  const solutions = mistaken(id, given);
  return Object.fromEntries(
    keys.map((key) => [key, solutions.map((altered) => writtenIn(altered, key, decimals))]),
  );
}

/**
 * A mistake, the problem it is made in, and the numbers of steps in each solution with it. None if it cannot be made.
 */
export type Case = readonly [
  id: string,
  where: string,
  given: Given,
  expected: Readonly<Record<string, readonly string[]>>,
];

/** Returns where a mistake is made in each solution. */
export function placesOf(id: string, given: Given) {
  const own = homework(given);
  return mistakeOf(id)
    .apply(own)
    .map((altered) => placeMade(own.trace, altered));
}
