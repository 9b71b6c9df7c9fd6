import type { Run } from "./runs.js";
import type { Token } from "./tokens.js";

/** Rows that get longer by one make a triangle from so many on. */
const LEAST_ROWS = 3;

/**
 * The same runs, where rows of 1, 2, 3 … numbers below each other are the lower half of a square: what is masked was left out, and is
 * blank.
 */
export function withTriangles(runs: readonly Run[]): readonly Run[] {
  const filled = [...runs];
  for (let from = 0; from < runs.length; from++) {
    let to = from;
    while (isNextRow(runs[to], runs[to + 1], to + 2 - from)) to++;
    const count = to + 1 - from;
    if (runs[from].cells.length === 1 && count >= LEAST_ROWS && !isNextRow(runs[to], runs[to + 1], count)) {
      for (let at = from; at <= to; at++) filled[at] = padded(runs[at], count);
      from = to;
    }
  }
  return filled;
}

/** Whether a run of so many numbers stands right below another one. */
function isNextRow(run: Run, next: Run | undefined, width: number): boolean {
  return (
    next !== undefined &&
    next.cells.length === width &&
    run.cells.length === width - 1 &&
    !run.isWorking &&
    !next.isWorking &&
    next.line === run.line + 1 &&
    next.opens === run.opens &&
    next.before.every(({ kind }) => kind !== "blank" && kind !== "relation")
  );
}

function padded(run: Run, width: number): Run {
  const last = run.cells[run.cells.length - 1];
  const blank: Token = { ...last, at: last.end, text: "", cell: null };
  return { ...run, cells: [...run.cells, ...Array.from({ length: width - run.cells.length }, () => blank)] };
}
