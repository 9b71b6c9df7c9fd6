// The solution of a person: plain arithmetic, independent of src.
export type Rows = readonly (readonly number[])[];
export interface Problem {
  readonly q: Rows;
  readonly k: Rows;
  readonly v: Rows;
  readonly causal?: boolean;
}

export const times = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, at) => sum + value * b[at][j], 0)));
export const turned = <T>(a: readonly (readonly T[])[]): T[][] => a[0].map((_, j) => a.map((row) => row[j]));
const each = (a: Rows, f: (value: number, row: number, col: number) => number): Rows =>
  a.map((cells, row) => cells.map((value, col) => f(value, row, col)));

export function worked({ q, k, v, causal = false }: Problem): Readonly<Record<string, Rows>> {
  const scores = times(q, turned(k));
  const scaled = each(scores, (value) => value / Math.sqrt(k[0].length));
  const masked = each(scaled, (value, row, col) => (causal && col > row ? -Infinity : value));
  const exponentials = each(masked, Math.exp);
  const sums = exponentials.map((row) => [row.reduce((sum, value) => sum + value, 0)]);
  const weights = each(exponentials, (value, row) => value / sums[row][0]);
  return {
    query: q,
    key: k,
    value: v,
    scores,
    "scaled-scores": scaled,
    ...(causal ? { "masked-scores": masked } : {}),
    exponentials,
    "row-sums": sums,
    weights,
    output: times(weights, v),
  };
}
