import type { Problem, Rows } from "./worked.js";
import { times, worked } from "./worked.js";

/** A problem of several heads. */
export interface HeadsProblem {
  readonly x: Rows;
  readonly wq: Rows;
  readonly wk: Rows;
  readonly wv: Rows;
  readonly wo: Rows;
  readonly heads: number;
}

export const HEADS: HeadsProblem = {
  x: [
    [1, 0],
    [0, 2],
    [1, 1],
  ],
  wq: [
    [1, 0, 1, 1],
    [0, 1, 1, 0],
  ],
  wk: [
    [1, 1, 0, 1],
    [0, 1, 1, 0],
  ],
  wv: [
    [1, 0, 2, 0],
    [0, 1, 0, 3],
  ],
  wo: [
    [1, 0],
    [0, 1],
    [1, 0],
    [0, 1],
  ],
  heads: 2,
};

/** Every matrix of the problem by name. Those of a head are called `head 0/scores`. */
export function workedHeads({ x, wq, wk, wv, wo, heads }: HeadsProblem): Readonly<Record<string, Rows>> {
  const [q, k, v] = [wq, wk, wv].map((w) => times(x, w));
  const width = q[0].length / heads;
  const slice = (rows: Rows, head: number) => rows.map((row) => row.slice(head * width, (head + 1) * width));
  const found: Record<string, Rows> = { x, wq, wk, wv, wo, q, k, v };
  const contexts: Rows[] = [];
  for (let head = 0; head < heads; head++) {
    const of: Problem = { q: slice(q, head), k: slice(k, head), v: slice(v, head) };
    const { query, key, value, output, ...steps } = worked(of);
    const named = { q: query, k: key, v: value, ...steps, context: output };
    for (const [name, rows] of Object.entries(named)) found[`head ${head}/${name}`] = rows;
    contexts.push(output);
  }
  const concat = x.map((_, row) => contexts.flatMap((rows) => rows[row]));
  return { ...found, concat, output: times(concat, wo) };
}
