import {
  attentionSteps,
  drawAttend,
  drawRows,
  each,
  type Get,
  oneOf,
  type Random,
  type Rows,
  sum,
  times,
  transpose,
  type Work,
  type WorkStep,
  wholeIn,
} from "./work.js";

// Other work on paper: gradients of one attention, several scorings, one layer, a table of positions.

const given = (name: string) => (get: Get) => get(name);
const inside = (prefix: string, id: string, make: (get: Get) => Rows): WorkStep => ({
  key: prefix + id,
  id,
  make,
});
const step = (id: string, make: (get: Get) => Rows): WorkStep => inside("", id, make);
const added = (a: Rows, b: Rows): Rows => each(a, (x, row, col) => x + b[row][col]);

/** One attention, and the gradients of a loss with respect to values, queries and keys. */
export function drawGradients(random: Random): Work {
  const forward = drawAttend(random);
  const { query, key, value } = forward.matrices;
  const { dK } = forward;
  const vectors = { q: given("query"), k: given("key"), v: given("value") };
  return {
    ...forward,
    ...{ causal: false, settings: { causal: false } },
    matrices: { query, key, value, backward: drawRows(random, query.length, value[0].length, -2, 3) },
    steps: [
      ...attentionSteps("", vectors, { dK, causal: false, end: "output" }),
      step("d-value", (get) => times(transpose(get("weights")), get("backward"))),
      step("d-weights", (get) => times(get("backward"), transpose(get("value")))),
      step("d-row-dots", (get) =>
        get("weights").map((row, i) => [sum(row.map((a, j) => a * get("d-weights")[i][j]))]),
      ),
      step("d-scaled-scores", (get) =>
        each(get("weights"), (a, i, j) => a * (get("d-weights")[i][j] - get("d-row-dots")[i][0])),
      ),
      step("d-scores", (get) => each(get("d-scaled-scores"), (s) => s / Math.sqrt(dK))),
      step("d-query", (get) => times(get("d-scores"), get("key"))),
      step("d-key", (get) => times(transpose(get("d-scores")), get("query"))),
    ],
  };
}

const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, at) => x * b[at]));
const pairs = (query: Rows, key: Rows, score: (q: readonly number[], k: readonly number[]) => number): Rows =>
  query.map((q) => key.map((k) => score(q, k)));
const features = (prefix: string, name: "query" | "key", w: string): WorkStep =>
  inside(prefix, `${name}-features`, (get) => times(get(name), get(w)));

/** How a scoring computes its scores: the steps before them, and the formula of each score. */
const SCORINGS: Readonly<
  Record<
    string,
    (prefix: string) => { readonly before?: readonly WorkStep[]; readonly make: WorkStep["make"] }
  >
> = {
  dot: () => ({ make: (get) => pairs(get("query"), get("key"), dot) }),
  "scaled-dot": () => ({ make: (get) => pairs(get("query"), get("key"), dot) }),
  // The cosine with a vector of zeros is 0.
  cosine: () => ({
    make: (get) =>
      pairs(get("query"), get("key"), (q, k) => dot(q, k) / (Math.hypot(...q) * Math.hypot(...k) || 1)),
  }),
  general: (prefix) => ({
    before: [features(prefix, "query", "wa")],
    make: (get) => pairs(get(`${prefix}query-features`), get("key"), dot),
  }),
  additive: (prefix) => ({
    before: [features(prefix, "query", "wa"), features(prefix, "key", "ua")],
    make: (get) =>
      pairs(get(`${prefix}query-features`), get(`${prefix}key-features`), (q, k) =>
        sum(q.map((x, at) => get("va")[0][at] * Math.tanh(x + k[at]))),
      ),
  }),
};

/** Two or three scorings of the same vectors. */
export function drawComparison(random: Random): Work {
  const { matrices, dK, causal } = drawAttend(random);
  const names = Object.keys(SCORINGS);
  while (names.length > 3 || (names.length > 2 && random() < 0.5))
    names.splice(wholeIn(random, 0, names.length - 1), 1);
  const [wa, ua] = [0, 1].map(() => drawRows(random, dK, dK, -1, 1));
  const vectors = { q: given("query"), k: given("key"), v: given("value") };
  return {
    command: "compare-scoring",
    matrices: { ...matrices, wa, ua, va: drawRows(random, 1, dK, -1, 2) },
    ...{ settings: { causal, scorings: names }, dK, causal },
    steps: names.flatMap((name, head) => {
      const prefix = `${name}/`;
      const { before = [], make } = SCORINGS[name](prefix);
      const about = { dK, causal, end: "output", head, scores: make, isScaled: name === "scaled-dot" };
      return [...before.map((one) => ({ ...one, head })), ...attentionSteps(prefix, vectors, about)];
    }),
  };
}

/** ε, which is added to a variance before the root. */
const EPSILON = 1e-5;

/** A norm after a sum: the mean and variance of each row, and the row normalised by them. */
function normSteps(name: string, sumOf: string): readonly WorkStep[] {
  const prefix = `${name}/`;
  const meanOf = (get: Get) => get(`${prefix}mean`);
  return [
    inside(prefix, "mean", (get) => get(sumOf).map((row) => [sum(row) / row.length])),
    inside(prefix, "variance", (get) =>
      get(sumOf).map((row, i) => [sum(row.map((x) => (x - meanOf(get)[i][0]) ** 2)) / row.length]),
    ),
    inside(prefix, "normalised", (get) =>
      each(
        get(sumOf),
        (x, i) => (x - meanOf(get)[i][0]) / Math.sqrt(get(`${prefix}variance`)[i][0] + EPSILON),
      ),
    ),
    step(name, (get) => get(`${prefix}normalised`)),
  ];
}

/** One layer with one head and 3 tokens, norms after the sums, and whole numbers as weights. */
export function drawLayer(random: Random): Work {
  const dK = oneOf(random, [3, 4]);
  const x = drawRows(random, 3, dK, -1, 2);
  const [wq, wk, wv, wo, w1, w2] = Array.from({ length: 6 }, () => drawRows(random, dK, dK, -1, 1));
  const project = (key: string, w: string) => step(key, (get) => times(get("x"), get(w)));
  const vectors = { q: given("q"), k: given("k"), v: given("v") };
  return {
    ...{ command: "layer", matrices: { x, wq, wk, wv, wo, w1, w2 } },
    ...{ settings: { causal: false, heads: 1 }, dK, causal: false },
    steps: [
      ...[project("q", "wq"), project("k", "wk"), project("v", "wv")],
      ...attentionSteps("head 0/", vectors, { dK, causal: false, end: "context", head: 0 }),
      step("concat", given("head 0/context")),
      step("attention-output", (get) => times(get("concat"), get("wo"))),
      step("residual-1", (get) => added(get("x"), get("attention-output"))),
      ...normSteps("norm-1", "residual-1"),
      step("feed-forward-1", (get) => times(get("norm-1"), get("w1"))),
      step("activation", (get) => each(get("feed-forward-1"), (a) => Math.max(0, a))),
      step("feed-forward-2", (get) => times(get("activation"), get("w2"))),
      step("residual-2", (get) => added(get("norm-1"), get("feed-forward-2"))),
      ...normSteps("norm-2", "residual-2"),
      step("output", given("norm-2")),
    ],
  };
}

/** A table of sines and cosines of 3 to 5 positions. */
export function drawTable(random: Random): Work {
  const [length, dModel, base] = [
    wholeIn(random, 3, 5),
    oneOf(random, [4, 6, 8]),
    oneOf(random, [100, 10_000]),
  ];
  const places = Array.from({ length: dModel / 2 }, (_, pair) => pair);
  const positions = Array.from({ length }, (_, position) => position);
  return {
    ...{ command: "posenc", matrices: {}, settings: { length, dModel, base }, dK: dModel, causal: false },
    steps: [
      step("rates", () => [places.map((pair) => base ** ((-2 * pair) / dModel))]),
      step("angles", (get) => positions.map((position) => get("rates")[0].map((rate) => position * rate))),
      step("encoding", (get) =>
        get("angles").map((row) => row.flatMap((angle) => [Math.sin(angle), Math.cos(angle)])),
      ),
    ],
  };
}
