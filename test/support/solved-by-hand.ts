// Solves the exercises in plain arithmetic on lists of numbers, right and with mistakes. It uses nothing of qkv.

export type Rows = readonly (readonly number[])[];
export type Steps = Readonly<Record<string, Rows>>;

interface Problem {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

const t = (a: Rows): Rows => a[0].map((_, col) => a.map((row) => row[col]));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, at) => sum + x * b[at], 0);
const times = (a: Rows, b: Rows): Rows => a.map((row) => t(b).map((col) => dot(row, col)));
const each = (a: Rows, f: (x: number, row: number, col: number) => number): Rows =>
  a.map((cells, row) => cells.map((x, col) => f(x, row, col)));
const plus = (a: Rows, b: Rows): Rows => each(a, (x, row, col) => x + b[row][col]);
const add = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0);
const columns = (a: Rows, chosen: readonly number[]): Rows => a.map((row) => chosen.map((col) => row[col]));

/** One attention with d_k = 4, so that √d_k = 2. */
function attention(q: Rows, k: Rows, v: Rows, causal: boolean, mistake: string): Steps {
  const scores = mistake === "scores-transposed" ? times(k, t(q)) : times(q, t(k));
  const divisor = { "scale-missing": 1, "scale-by-dk": 4, "scale-multiplied": 0.5 }[mistake] ?? 2;
  const scaled = each(scores, (s) => s / divisor);
  const isBlocked = (row: number, col: number) => causal && col > row;
  const fill = mistake === "mask-zero-fill" ? 0 : Number.NEGATIVE_INFINITY;
  const leavesOpen = mistake === "mask-missing" || mistake === "mask-after-softmax";
  const masked = each(scaled, (s, row, col) => (isBlocked(row, col) && !leavesOpen ? fill : s));
  const powers = each(masked, (s) => (mistake === "softmax-base-2" ? 2 : Math.E) ** s);
  const sums = powers.map((row) => [add(row)]);
  const columnSums = t(powers).map(add);
  const weights = each(powers, (e, row, col) => {
    if (mistake === "softmax-not-normalised") return e;
    if (mistake === "softmax-over-columns") return e / columnSums[col];
    return mistake === "mask-after-softmax" && isBlocked(row, col) ? 0 : e / sums[row][0];
  });
  const output = times(mistake === "weights-transposed" ? t(weights) : weights, v);
  return {
    ...{ scores, "scaled-scores": scaled, ...(causal && { "masked-scores": masked }) },
    ...{ exponentials: powers, "row-sums": sums, weights, output },
  };
}

type Solver = (problem: Problem, mistake: string) => Steps;

const given = (problem: Problem, name: string) => problem[name] as Rows;

const attend: Solver = (p, mistake) =>
  attention(given(p, "query"), given(p, "key"), given(p, "value"), p.settings.causal === true, mistake);

const multihead: Solver = (p, mistake) => {
  const x = given(p, "x");
  const [q, k, v] = ["wq", "wk", "wv"].map((name) => times(x, given(p, name)));
  const heads = [0, 1].map((head) => {
    const own = (a: Rows) => {
      const size = a[0].length / 2;
      const at = Array.from({ length: size }, (_, col) => col);
      return columns(
        a,
        at.map((col) => (mistake === "heads-strided" ? 2 * col + head : head * size + col)),
      );
    };
    return attention(own(q), own(k), own(v), false, mistake);
  });
  const concat = heads[0].output.map((row, at) => [...row, ...heads[1].output[at]]);
  const output = mistake === "output-projection-missing" ? concat : times(concat, given(p, "wo"));
  return {
    ...{ q, k, v, concat, output },
    ...Object.fromEntries(
      heads.flatMap(({ scores, weights }, head) => [
        [`head ${head}/scores`, scores],
        [`head ${head}/weights`, weights],
      ]),
    ),
  };
};

const posenc: Solver = (p, mistake) => {
  const base = Number(p.settings.base);
  const rates = [1, 1 / Math.sqrt(base)];
  const places = given(p, "positions")[0].map((place) => place + (mistake === "position-from-one" ? 1 : 0));
  const angles = places.map((place) => rates.map((rate) => place * rate));
  const encoding = angles.map(([first, second]) => {
    const size = mistake === "angle-in-degrees" ? Math.PI / 180 : 1;
    const [a, b] = [first * size, second * size];
    if (mistake === "sin-cos-swapped") return [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
    if (mistake === "sin-cos-halves") return [Math.sin(a), Math.sin(b), Math.cos(a), Math.cos(b)];
    return [Math.sin(a), Math.cos(a), Math.sin(b), Math.cos(b)];
  });
  return { rates: [rates], angles, encoding };
};

function norm(a: Rows): Rows {
  return a.map((row) => {
    const mean = add(row) / row.length;
    const variance = add(row.map((x) => (x - mean) ** 2)) / row.length;
    return row.map((x) => (x - mean) / Math.sqrt(variance + 1e-5));
  });
}

const layer: Solver = (p, mistake) => {
  const x = given(p, "x");
  const [q, k, v] = ["wq", "wk", "wv"].map((name) => times(x, given(p, name)));
  const { scores, weights, output: attended } = attention(q, k, v, false, mistake);
  const residual1 = plus(x, attended);
  const norm1 = norm(residual1);
  const in1 = times(norm1, given(p, "w1"));
  const activation = each(in1, (z) => Math.max(0, z));
  const out = times(activation, given(p, "w2"));
  const residual2 = plus(norm1, out);
  return {
    ...{ "head 0/scores": scores, "head 0/weights": weights, "attention-output": attended },
    ...{ "residual-1": residual1, "norm-1": norm1, "feed-forward-1": in1, activation },
    ...{ "feed-forward-2": out, "residual-2": residual2, output: norm(residual2) },
  };
};

const gradients: Solver = (p, mistake) => {
  const [q, k, v, dOutput] = ["query", "key", "value", "backward"].map((name) => given(p, name));
  const { weights, output } = attention(q, k, v, false, "");
  const dWeights = times(dOutput, t(v));
  const dots = weights.map((row, at) => [dot(row, dWeights[at])]);
  const dScaled = each(weights, (w, row, col) => {
    if (mistake === "grad-softmax-elementwise") return dWeights[row][col] * w * (1 - w);
    return w * (dWeights[row][col] - (mistake === "grad-row-dots-missing" ? 0 : dots[row][0]));
  });
  const dScores = each(dScaled, (s) => (mistake === "grad-scale-missing" ? s : s / 2));
  const [forQuery, forKey] = mistake === "grad-query-key-swapped" ? [q, k] : [k, q];
  return {
    ...{ weights, output, "d-weights": dWeights, "d-row-dots": dots, "d-scaled-scores": dScaled },
    ...{ "d-scores": dScores, "d-value": times(t(weights), dOutput) },
    ...{ "d-query": times(dScores, forQuery), "d-key": times(t(dScores), forKey) },
  };
};

/** Computes every step of a problem, right if no mistake is given. */
export const SOLVERS: Readonly<Record<string, Solver>> = { attend, multihead, posenc, layer, gradients };
