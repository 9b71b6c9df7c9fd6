import type { TitledRun } from "./titles.js";

/**
 * Reorders runs if lines have the same form and so contain several blocks side by side: `q1: exp 2.03, 1.00 sum 3.03 =>
 * 0.67, 0.33` above `q2: …`. The first block of all these lines comes first, then the second.
 */
export function withLinesAlike(runs: readonly TitledRun[]): readonly TitledRun[] {
  const lines = new Map<number, TitledRun[]>();
  for (const run of runs) lines.set(run.line, [...(lines.get(run.line) ?? []), run]);
  const sorted: TitledRun[][][] = [];
  for (const line of lines.values()) {
    const columns = columnsOf(line);
    const last = sorted.at(-1);
    if (last && columns.length > 1 && areAlike(last, columns))
      for (const [at, column] of columns.entries()) last[at].push(...column);
    else sorted.push(columns);
  }
  return sorted.flat(2);
}

/** Splits a line into columns. Each ends with a result, not with arithmetic; the last also has what follows. */
function columnsOf(line: readonly TitledRun[]): TitledRun[][] {
  const columns: TitledRun[][] = [[]];
  for (const run of line) {
    if (columns.at(-1)?.some(({ isIntermediate }) => !isIntermediate) && !run.isIntermediate)
      columns.push([]);
    columns.at(-1)?.push(run);
  }
  return columns;
}

function areAlike(
  block: readonly (readonly TitledRun[])[],
  columns: readonly (readonly TitledRun[])[],
): boolean {
  const key = (column: readonly TitledRun[]) =>
    column
      .filter(({ isIntermediate }) => !isIntermediate)
      .map(({ clause, cells }) => `${clause.replace(/[\d\s]+/g, "")} ${cells.length}`)
      .join();
  const [first, ...others] = columns.map(([run]) => run);
  const [above] = block[0];
  const isOther =
    [...above.clauseNames.keys()].some((id) => !first.clauseNames.has(id)) && first.clauseNames.size > 0;
  return (
    block.length === columns.length &&
    !isOther &&
    // Single numbers are the cells of one row.
    columns[0].some(({ isIntermediate, cells }) => !isIntermediate && cells.length > 1) &&
    columns.every(([{ opens, place }]) => opens < 2 && !place) &&
    first.line - (block[0].at(-1)?.line ?? 0) === 1 &&
    columns.slice(1).every((column, at) => key(column) === key(block[at + 1].slice(-column.length))) &&
    others.some(({ clause }) => /\p{L}|[=→>]/u.test(clause))
  );
}
