// Homework as a person computes it, right or with one mistake: plain arithmetic on lists of rows, independent of src.

/** Small integers from a linear congruential generator. */
export interface IntegerProblem {
  readonly matrices: Readonly<Record<string, Rows>>;
  readonly settings: { readonly causal: boolean; readonly heads?: number };
}

export type Rows = number[][];
export type StepRows = Readonly<Record<string, Rows>>;

export function randomProblem(seed: number, n: number, d: number, withHeads: boolean): IntegerProblem {
  let state = seed * 2654435761 + 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let skip = 0; skip < 8; skip++) next();
  const matrix = (rows: number, cols: number, low: number, high: number): Rows =>
    Array.from({ length: rows }, () =>
      Array.from({ length: cols }, () => low + Math.floor(next() * (high - low + 1))),
    );
  const x = matrix(n, d, -2, 3);
  const w = () => matrix(d, d, -1, 1);
  const matrices = { x, wq: w(), wk: w(), wv: w(), ...(withHeads && { wo: w() }) };
  const settings = { causal: next() < 0.5, ...(withHeads && { heads: 2 }) };
  return { matrices, settings };
}

export const ATTEND_MISTAKES: readonly string[] = [
  ...["scale-missing", "scale-by-dk", "scale-by-sqrt-n", "scale-multiplied", "scale-after-softmax"],
  ...["scores-transposed", "scores-negated", "projection-transposed", "value-not-projected", "value-is-key"],
  ...["key-value-swapped", "query-key-swapped", "key-projected-with-wq", "mask-missing", "mask-transposed"],
  ...["mask-excludes-self", "mask-inverted", "mask-off-by-one", "mask-zero-fill", "mask-after-softmax"],
  ...["softmax-over-columns", "softmax-over-all", "softmax-missing", "softmax-without-exp", "softmax-base-2"],
  ...["softmax-sigmoid", "softmax-plus-one", "softmax-not-normalised", "softmax-hard", "softmax-uniform"],
  ...["weights-transposed", "residual-added"],
];

export const HEAD_MISTAKES: readonly string[] = [
  ...["heads-single", "heads-reshape-without-transpose", "heads-strided", "merge-without-transpose"],
  ...["heads-reversed", "output-projection-missing", "output-projection-transposed", "softmax-over-heads"],
  ...["scale-missing", "scale-by-sqrt-dmodel", "mask-missing", "softmax-over-columns", "query-key-swapped"],
];

const transpose = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]));
const times = (a: Rows, b: Rows): Rows =>
  a.map((row) =>
    b[0].map((_, j) => row.reduce((sum, value, k) => sum + (value === 0 ? 0 : value * b[k][j]), 0)),
  );
const map = (a: Rows, f: (value: number, i: number, j: number) => number): Rows =>
  a.map((row, i) => row.map((value, j) => f(value, i, j)));
const sumOf = (row: number[]) => row.reduce((sum, value) => sum + value, 0);
const rounder = (decimals: number) => (a: Rows) =>
  map(a, (value) => (Number.isFinite(value) ? Math.round(value * 10 ** decimals) / 10 ** decimals : value));

/** Whether query i may not attend to key j, with this mistake. */
function isBlocked(i: number, j: number, mistake?: string) {
  if (mistake === "mask-transposed") return j < i;
  if (mistake === "mask-excludes-self") return j >= i;
  if (mistake === "mask-inverted") return j <= i;
  if (mistake === "mask-off-by-one") return j > i + 1;
  return j > i;
}

function scaleOf(mistake: string | undefined, d: number, n: number, dModel: number) {
  if (mistake === "scale-missing" || mistake === "scale-after-softmax") return 1;
  if (mistake === "scale-by-dk") return 1 / d;
  if (mistake === "scale-by-sqrt-n") return 1 / Math.sqrt(n);
  if (mistake === "scale-by-sqrt-dmodel") return 1 / Math.sqrt(dModel);
  return mistake === "scale-multiplied" ? Math.sqrt(d) : 1 / Math.sqrt(d);
}

function weigh(
  scores: Rows,
  mistake: string | undefined,
  round: (a: Rows) => Rows,
): { exponentials?: Rows; weights: Rows } {
  const cells = scores.flat();
  const finite = map(scores, (value) => (value === -Infinity ? 0 : value));
  const normal = (a: Rows) => a.map((row) => row.map((value) => (sumOf(row) === 0 ? 0 : value / sumOf(row))));
  if (mistake === "softmax-missing") return { weights: finite };
  if (mistake === "softmax-without-exp") return { weights: normal(finite) };
  if (mistake === "softmax-sigmoid") return { weights: map(scores, (value) => 1 / (1 + Math.exp(-value))) };
  if (mistake === "softmax-hard")
    return {
      weights: scores.map((row) =>
        row.map((value, j) => (row.indexOf(Math.max(...row)) === j && value > -Infinity ? 1 : 0)),
      ),
    };
  if (mistake === "softmax-uniform")
    return { weights: normal(map(scores, (value) => (value === -Infinity ? 0 : 1))) };
  if (mistake === "softmax-over-columns")
    return { weights: transpose(normal(transpose(map(scores, Math.exp)))) };
  if (mistake === "softmax-over-all") {
    const total = sumOf(cells.map(Math.exp));
    return { weights: map(scores, (value) => Math.exp(value) / total) };
  }
  const exponentials = round(
    map(scores, (value) => (mistake === "softmax-base-2" ? 2 ** value : Math.exp(value))),
  );
  if (mistake === "softmax-not-normalised") return { exponentials, weights: exponentials };
  const extra = mistake === "softmax-plus-one" ? 1 : 0;
  return {
    exponentials,
    weights: exponentials.map((row) =>
      row.map((value) => (sumOf(row) + extra === 0 ? 0 : value / (sumOf(row) + extra))),
    ),
  };
}

/** Computes weights from scores. Undefined if the mistake cannot be made here. */
function attendRows(
  q: Rows,
  k: Rows,
  {
    mistake,
    causal,
    dModel,
    round,
  }: { mistake: string | undefined; causal: boolean; dModel: number; round: (a: Rows) => Rows },
) {
  const n = q.length;
  const d = q[0].length;
  if (mistake?.startsWith("mask") && !causal) return undefined;
  let scores = times(q, transpose(k));
  if (mistake === "scores-transposed") scores = transpose(scores);
  if (mistake === "scores-negated") scores = map(scores, (value) => 0 - value);
  const scaled = round(map(scores, (value) => value * scaleOf(mistake, d, n, dModel)));
  const fill = mistake === "mask-zero-fill" ? 0 : -Infinity;
  const isMasked = causal && mistake !== "mask-missing" && mistake !== "mask-after-softmax";
  const masked = isMasked ? map(scaled, (value, i, j) => (isBlocked(i, j, mistake) ? fill : value)) : scaled;
  const large = Math.max(...masked.flat().filter(Number.isFinite).map(Math.abs)) > 80;
  if (large) return undefined;
  const { exponentials, weights: unrounded } = weigh(masked, mistake, round);
  let weights = unrounded;
  if (mistake === "mask-after-softmax")
    weights = map(weights, (value, i, j) => (isBlocked(i, j) ? 0 : value));
  if (mistake === "scale-after-softmax") weights = map(weights, (value) => value / Math.sqrt(d));
  return { scores, scaled, ...(causal && { masked }), exponentials, weights: round(weights) };
}

function projectionsOf({ x, wq, wk, wv }: IntegerProblem["matrices"], mistake?: string) {
  const w = (a: Rows) => (mistake === "projection-transposed" ? transpose(a) : a);
  let [q, k, v] = [
    times(x, w(wq)),
    times(x, w(mistake === "key-projected-with-wq" ? wq : wk)),
    times(x, w(wv)),
  ];
  if (mistake === "query-key-swapped") [q, k] = [k, q];
  if (mistake === "key-value-swapped") [k, v] = [v, k];
  if (mistake === "value-not-projected") v = x;
  return { q, k, v };
}

/** One attention as a sheet of steps. */
export function attendSheet(
  { matrices, settings }: IntegerProblem,
  mistake: string | undefined,
  decimals: number,
): StepRows | undefined {
  const round = rounder(decimals);
  const { q, k, v } = projectionsOf(matrices, mistake);
  const rows = attendRows(q, k, { mistake, causal: settings.causal, dModel: matrices.x[0].length, round });
  if (!rows) return undefined;
  const weights = mistake === "weights-transposed" ? transpose(rows.weights) : rows.weights;
  let output = times(weights, mistake === "value-is-key" ? k : v);
  if (mistake === "residual-added") output = map(output, (value, i, j) => value + matrices.x[i][j]);
  return {
    q,
    k,
    v,
    scores: rows.scores,
    "scaled-scores": rows.scaled,
    ...(rows.masked && { "masked-scores": rows.masked }),
    weights: rows.weights,
    output: round(output),
  };
}

/** A layer of heads as a sheet. */
export function headSheet(
  { matrices, settings }: IntegerProblem,
  mistake: string | undefined,
  decimals: number,
): StepRows | undefined {
  const round = rounder(decimals);
  const { q, k, v } = projectionsOf(matrices, mistake);
  const numHeads = mistake === "heads-single" ? 1 : (settings.heads ?? 1);
  const [n, dModel] = [q.length, q[0].length];
  const size = dModel / numHeads;
  const cut = (a: Rows, h: number): Rows =>
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: size }, (_cell, j) => {
        if (mistake === "heads-reshape-without-transpose") return a.flat()[(h * n + i) * size + j];
        return mistake === "heads-strided" ? a[i][j * numHeads + h] : a[i][h * size + j];
      }),
    );
  const heads = Array.from({ length: numHeads }, (_, h) => {
    const rows = attendRows(cut(q, h), cut(k, h), { mistake, causal: settings.causal, dModel, round });
    return rows ? [{ v: cut(v, h), exponentials: rows.exponentials ?? [], weights: rows.weights }] : [];
  }).flat();
  if (heads.length < numHeads) return undefined;
  if (mistake === "softmax-over-heads") {
    const totals = map(heads[0].weights, (_, i, j) => sumOf(heads.map((head) => head.exponentials[i][j])));
    for (const head of heads)
      head.weights = round(
        map(head.exponentials, (value, i, j) => (totals[i][j] === 0 ? 0 : value / totals[i][j])),
      );
  }
  const contexts = heads.map((head) => round(times(head.weights, head.v)));
  const ordered = mistake === "heads-reversed" ? [...contexts].reverse() : contexts;
  let concat = ordered[0].map((_, i) => ordered.flatMap((context) => context[i]));
  if (mistake === "merge-without-transpose") {
    const flat = contexts.flat(2);
    concat = concat.map((row, i) => row.map((_, j) => flat[i * dModel + j]));
  }
  const wo = mistake === "output-projection-transposed" ? transpose(matrices.wo) : matrices.wo;
  const output = mistake === "output-projection-missing" ? concat : times(concat, wo);
  const steps =
    mistake === "heads-single"
      ? {}
      : Object.fromEntries(
          heads.flatMap((head, h) => [
            [`head ${h}/weights`, head.weights],
            [`head ${h}/context`, contexts[h]],
          ]),
        );
  return { q, k, v, ...steps, concat, output: round(output) };
}
