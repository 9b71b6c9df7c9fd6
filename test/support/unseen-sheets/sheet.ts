import { type HeadsProblem, workedHeads } from "./heads.js";
import { type Problem, type Rows, worked } from "./worked.js";
import type { Form, Style } from "./writing.js";

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
  decimals: {
    q: [
      [0.5, -1.2],
      [1.5, 0.3],
    ],
    k: [
      [1.1, 0.4],
      [-0.6, 0.8],
    ],
    v: [
      [0.2, 1.4, -0.5],
      [2.5, 0.1, 0.7],
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

/** A sheet, and the steps on it with their numbers of cells. */
export interface Written {
  readonly text: string;
  readonly steps: ReadonlyMap<string, readonly [rows: number, cols: number]>;
}

/** A solved problem, and the command line that solves it. The sheet is given to its `--check`. */
export interface Worked {
  readonly values: Readonly<Record<string, Rows>>;
  /** The columns of the keys. */
  readonly width: number;
  readonly files: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

function workOf(problem: Problem | HeadsProblem | Worked): Pick<Worked, "values" | "width"> {
  if ("values" in problem) return problem;
  return "heads" in problem
    ? { values: workedHeads(problem), width: problem.wk[0].length / problem.heads }
    : { values: worked(problem), width: problem.k[0].length };
}

/** Writes a sheet in a form, with one wrong cell if that is asked for. */
export function written(form: Form, problem: Problem | HeadsProblem | Worked, wrong?: Place): Written {
  const { values, width } = workOf(problem);
  const steps = new Map<string, readonly [number, number]>();
  const right = (key: string, style?: Style) =>
    values[key].map((row) => row.map((value) => spelled(value, style)));
  const text = form({
    of(key, style) {
      const cells = right(key, style);
      if (!INPUTS.has(key)) steps.set(key, [cells.length, cells[0].length]);
      if (wrong?.key === key) {
        const value = values[key][wrong.row][wrong.col];
        cells[wrong.row][wrong.col] = spelled(
          Number.isFinite(value) ? value + slipOf(key, value, width) : 0.5,
          style,
        );
      }
      return cells;
    },
    way: right,
  });
  return { text, steps };
}

const INPUTS: ReadonlySet<string> = new Set(["query", "key", "value", "x", "wq", "wk", "wv", "wo"]);

/** How far a wrong cell is off. Weights stay between 0 and 1, and what was divided by a root remains so. */
function slipOf(key: string, value: number, width: number): number {
  if (key.endsWith("weights")) return value > 0.5 ? -0.3 : 0.3;
  if (key.endsWith("scaled-scores")) return 2 / Math.sqrt(width);
  return key.endsWith("exponentials") ? 1.5 : 1;
}

function spelled(value: number, style?: Style): string {
  if (typeof style === "function") return style(value);
  return style === undefined ? String(Number(value.toFixed(4))) : value.toFixed(style);
}
