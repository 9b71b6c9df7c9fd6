import type { Run } from "./runs.js";

/** The same runs, where the results of calculations one behind another, `e^0 = 1, e^0.71 = 2.03`, are one row. */
export function withRowsOfResults(runs: readonly Run[]): readonly Run[] {
  const joined: Run[] = [];
  let working: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (run.isWorking) {
      working.push(run);
      continue;
    }
    const between = [...working, run].flatMap(({ before }) => before);
    if (last && working.length > 0 && isResult(last) && isNextResult(run, last, between))
      joined[joined.length - 1] = {
        ...last,
        cells: [...last.cells, ...run.cells],
        last: run.last,
        closes: run.closes,
      };
    else joined.push(...working, run);
    working = [];
  }
  return [...joined, ...working];
}

/** Whether the last number of a run stands right behind an equals sign. */
const isResult = ({ before, cells }: Run): boolean =>
  before.at(-1)?.kind === "relation" && /[=≈]/.test(before.at(-1)?.text ?? "") && cells.length > 0;

/** Whether nothing but arithmetic stands between two results of a line. */
function isNextResult(run: Run, last: Run, between: Run["before"]): boolean {
  return (
    run.cells.length === 1 &&
    run.line === last.line &&
    isResult(run) &&
    between.every(({ kind }) => kind !== "word" && kind !== "line" && kind !== "blank")
  );
}
