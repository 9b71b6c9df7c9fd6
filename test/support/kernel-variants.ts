import { readFileSync } from "node:fs";
import {
  type KernelMistake,
  type Parameters,
  type SearchContext,
  variantsOf,
} from "../../src/check/machine/mistakes/kernel-mistake.js";
import { KERNEL_MISTAKES, LAST_RESORTS, OF_ONE_INPUT } from "../../src/check/machine/mistakes/registry.js";
import { makeRow } from "../../src/check/machine/rows.js";
import { type Task, tasksOf } from "../../src/check/machine/task.js";
import type { Homework } from "../../src/check/mistakes/mistake.js";
import { createBooleanMatrix, createMatrix, matrixFromRows } from "../../src/math/matrix.js";
import { recordAttend, recordMultihead } from "./record.js";

/** A row of an output; null if it may attend to no key. "NaN" stands for all numbers that are not finite. */
type Row = readonly (number | "NaN")[] | null;

/** One variant of a mistake: its text, and the output of each head. */
export interface Way {
  readonly parameters?: Parameters;
  readonly rows: readonly (readonly Row[])[];
}

/** A problem of fixtures/kernel-variants.json, with all variants of some mistakes in it. */
export interface VariantCase {
  readonly name: string;
  readonly command: "attend" | "multihead";
  readonly matrices: Readonly<Record<string, number[][]>>;
  readonly mask?: readonly (readonly number[])[];
  readonly settings: object;
  readonly dump?: {
    readonly head: number;
    readonly output: readonly (readonly (number | "NaN")[])[];
    readonly wrongRows: readonly number[];
  };
  readonly expected: Readonly<Record<string, readonly Way[]>>;
}

/** Computed by NumPy from the formulas: fixtures/make-kernel-variants.py. */
export const readVariantCases = (): readonly VariantCase[] =>
  JSON.parse(readFileSync("fixtures/kernel-variants.json", "utf8"));

/** What is known of a case before mistakes are looked for. */
export function searchContextOf({ command, matrices, mask, settings, dump }: Omit<VariantCase, "expected">) {
  const record = command === "attend" ? recordAttend : recordMultihead;
  const problem = {
    matrices: Object.fromEntries(
      Object.entries(matrices).map(([name, rows]) => [name, matrixFromRows(rows)]),
    ),
    settings,
    ...(mask && { mask: createBooleanMatrix(mask.length, mask[0].length, (i, j) => mask[i][j] === 1) }),
  };
  const trace = record(problem);
  const tasks = tasksOf(trace);
  const rightOf = (task: Task) =>
    createMatrix(task.query.rows, task.value.cols, (row, col) => makeRow(task, row)?.output[col] ?? 0);
  const homework: Homework = { trace, problem, record };
  const context: SearchContext = {
    ...{ homework, tasks },
    ...(dump && {
      dump: {
        task: tasks[dump.head],
        want: rightOf(tasks[dump.head]),
        got: matrixFromRows(dump.output.map((row) => row.map(Number))),
        wrongRows: dump.wrongRows,
        wrongColumns: dump.output[0].map((_, col) => col),
      },
    }),
  };
  return context;
}

/** A mistake that is replayed, by its id. */
export function mistakeOf(id: string): KernelMistake {
  const found = [...OF_ONE_INPUT, ...KERNEL_MISTAKES, ...LAST_RESORTS.flat()].find(
    (mistake) => mistake.id === id,
  );
  if (!found) throw new RangeError(`there is no mistake ${id}`);
  return found;
}

/** The texts of all variants of a mistake. */
export const parametersOf = (id: string, context: SearchContext) =>
  variantsOf(mistakeOf(id), context).map(({ parameters }) => parameters);

/** The variants that are found, rounded to the decimals of the expected ones. */
export function waysOf(id: string, context: SearchContext): readonly Way[] {
  const { tasks } = context;
  return variantsOf(mistakeOf(id), context).map(({ parameters, make }) => ({
    ...(parameters && { parameters }),
    rows: tasks.map((task) =>
      Array.from({ length: task.query.rows }, (_, row): Row => {
        const made = make(task, row);
        return made ? Array.from(made.output, (value) => (Number.isFinite(value) ? value : "NaN")) : null;
      }),
    ),
  }));
}

/** Describes the first number in which two lists of variants differ. Undefined if none does. */
export function firstDifference(found: readonly Way[], expected: readonly Way[]): string | undefined {
  for (const [at, { parameters, rows }] of expected.entries()) {
    const said = JSON.stringify(parameters ?? {});
    for (const [head, ofHead] of rows.entries()) {
      for (const [row, want] of ofHead.entries()) {
        const got = found[at].rows[head][row];
        if (!isNear(got, want)) return `${said}, head ${head}, row ${row}: ${got}, not ${want}`;
      }
    }
  }
  return undefined;
}

function isNear(got: Row, want: Row): boolean {
  if (!got || !want) return got === want;
  return (
    got.length === want.length &&
    got.every((value, c) => {
      const other = want[c];
      if (typeof value !== "number" || typeof other !== "number") return value === other;
      return Math.abs(value - other) <= 1e-7 * Math.max(1, Math.abs(other));
    })
  );
}
