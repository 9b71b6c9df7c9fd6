import { type Problem, worked } from "./worked.js";
import type { Form } from "./writing.js";

export const PROBLEMS: Readonly<Record<string, Problem>> = {
  "three tokens": {
    q: [
      [1, 0],
      [2, 1],
      [0, 3],
    ],
    k: [
      [1, 2],
      [0, 1],
      [1, -1],
    ],
    v: [
      [4, 1],
      [0, 2],
      [3, 5],
    ],
  },
  "two queries and three keys": {
    q: [
      [1, 0, 1, 2],
      [0, 2, 1, 1],
    ],
    k: [
      [1, 1, 0, 1],
      [0, 1, 2, 0],
      [2, 0, 1, 0],
    ],
    v: [
      [1, 5],
      [2, 0],
      [3, 7],
    ],
  },
  "all square": {
    q: [
      [1, 2],
      [0, 1],
    ],
    k: [
      [1, 1],
      [2, 0],
    ],
    v: [
      [3, 1],
      [5, 8],
    ],
  },
};

/** A cell of a step. */
export interface Place {
  readonly key: string;
  readonly row: number;
  readonly col: number;
}

/** A sheet, and the steps that stand on it with how many cells each has. */
export interface Written {
  readonly text: string;
  readonly steps: ReadonlyMap<string, readonly [rows: number, cols: number]>;
}

/** Writes a sheet in a form, with one wrong cell where that is asked for. */
export function written(form: Form, problem: Problem, wrong?: Place): Written {
  const values = worked(problem);
  const steps = new Map<string, readonly [number, number]>();
  const right = (key: string, decimals = 0) =>
    values[key].map((row) => row.map((value) => value.toFixed(decimals)));
  const text = form({
    of(key, decimals = 0) {
      const cells = right(key, decimals);
      if (!INPUTS.has(key)) steps.set(key, [cells.length, cells[0].length]);
      if (wrong?.key === key) {
        const value = values[key][wrong.row][wrong.col];
        cells[wrong.row][wrong.col] = (value + slipOf(key, value)).toFixed(decimals);
      }
      return cells;
    },
    way: right,
  });
  return { text, steps };
}

const INPUTS: ReadonlySet<string> = new Set(["query", "key", "value"]);

/** By how much a wrong cell is off: weights stay between 0 and 1. */
function slipOf(key: string, value: number): number {
  if (key === "weights") return value > 0.5 ? -0.3 : 0.3;
  return key === "exponentials" ? 1.5 : 1;
}
