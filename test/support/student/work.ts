// Attention on paper: plain arithmetic on lists of rows, step by step, independent of src.

export type Rows = readonly (readonly number[])[];

/** Returns the numbers of an earlier step or an input, as the student uses them. */
export type Get = (key: string) => Rows;

/** One step, under the key that qkv gives it. */
export interface WorkStep {
  readonly key: string;
  /** The key without its head. */
  readonly id: string;
  readonly head?: number;
  readonly make: (get: Get) => Rows;
}

/** A problem and its steps in order. */
export interface Work {
  readonly command: "attend" | "compare-scoring" | "multihead" | "layer" | "posenc";
  readonly matrices: Readonly<Record<string, Rows>>;
  readonly settings: Readonly<Record<string, boolean | number | readonly string[]>>;
  readonly steps: readonly WorkStep[];
  readonly dK: number;
  readonly causal: boolean;
}

export const transpose = (a: Rows): Rows => a[0].map((_, col) => a.map((row) => row[col]));
export const each = (a: Rows, f: (x: number, row: number, col: number) => number): Rows =>
  a.map((cells, row) => cells.map((x, col) => f(x, row, col)));
export const sum = (row: readonly number[]): number => row.reduce((total, x) => total + x, 0);
/** Computes a product. 0 times anything is 0. */
export const times = (a: Rows, b: Rows): Rows =>
  a.map((row) => transpose(b).map((col) => sum(row.map((x, at) => (x === 0 ? 0 : x * col[at])))));

interface AboutAttention {
  readonly dK: number;
  readonly causal: boolean;
  /** The id of α V. */
  readonly end: string;
  readonly head?: number;
  /** How queries are compared with keys, if not by a plain product. */
  readonly scores?: WorkStep["make"];
  readonly isScaled?: boolean;
}

/** Returns the steps of one attention, from its vectors to α V. */
export function attentionSteps(
  prefix: string,
  vectors: Readonly<Record<"q" | "k" | "v", (get: Get) => Rows>>,
  { dK, causal, end, head, scores, isScaled = true }: AboutAttention,
): readonly WorkStep[] {
  const of = (get: Get, id: string) => get(prefix + id);
  const last = isScaled ? "scaled-scores" : "scores";
  const before = causal ? "masked-scores" : last;
  const step = (id: string, make: (get: Get) => Rows): WorkStep => ({
    ...{ key: prefix + id, id, make },
    ...(head !== undefined && { head }),
  });
  const mask = step("masked-scores", (get) =>
    each(of(get, last), (s, row, col) => (col > row ? Number.NEGATIVE_INFINITY : s)),
  );
  const scaled = step("scaled-scores", (get) => each(of(get, "scores"), (s) => s / Math.sqrt(dK)));
  return [
    step("scores", scores ?? ((get) => times(vectors.q(get), transpose(vectors.k(get))))),
    ...(isScaled ? [scaled] : []),
    ...(causal ? [mask] : []),
    step("exponentials", (get) => each(of(get, before), Math.exp)),
    step("row-sums", (get) => of(get, "exponentials").map((row) => [sum(row)])),
    step("weights", (get) => each(of(get, "exponentials"), (e, row) => e / of(get, "row-sums")[row][0])),
    step(end, (get) => times(of(get, "weights"), vectors.v(get))),
  ];
}

export type Random = () => number;

export const wholeIn = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

export const oneOf = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)];

export const drawRows = (random: Random, rows: number, cols: number, low: number, high: number): Rows =>
  Array.from({ length: rows }, () => Array.from({ length: cols }, () => wholeIn(random, low, high)));

/** One attention of 3 or 4 tokens with whole numbers. */
export function drawAttend(random: Random, dK = oneOf(random, [3, 4])): Work {
  const n = wholeIn(random, 3, 4);
  const [query, key] = [0, 1].map(() => drawRows(random, n, dK, -1, 2));
  const value = drawRows(random, n, wholeIn(random, 2, 3), -3, 6);
  const causal = random() < 0.5;
  const given = (name: "query" | "key" | "value") => (get: Get) => get(name);
  const vectors = { q: given("query"), k: given("key"), v: given("value") };
  return {
    command: "attend",
    ...{ matrices: { query, key, value }, settings: { causal }, dK, causal },
    steps: attentionSteps("", vectors, { dK, causal, end: "output" }),
  };
}

/** Two heads of 3 tokens, with projections of whole numbers. */
export function drawMultihead(random: Random): Work {
  const dK = oneOf(random, [3, 4]);
  const x = drawRows(random, 3, 3, -1, 2);
  const [wq, wk, wv] = [0, 1, 2].map(() => drawRows(random, 3, 2 * dK, -1, 1));
  const wo = drawRows(random, 2 * dK, 3, -1, 1);
  const causal = random() < 0.5;
  const project = (key: string, w: string): WorkStep => ({
    ...{ key, id: key },
    make: (get) => times(get("x"), get(w)),
  });
  const heads = [0, 1].flatMap((head) => {
    const own = (key: string) => (get: Get) => get(key).map((row) => row.slice(head * dK, (head + 1) * dK));
    const vectors = { q: own("q"), k: own("k"), v: own("v") };
    return attentionSteps(`head ${head}/`, vectors, { dK, causal, end: "context", head });
  });
  const join = (get: Get) => get("head 0/context").map((row, at) => [...row, ...get("head 1/context")[at]]);
  return {
    command: "multihead",
    ...{ matrices: { x, wq, wk, wv, wo }, settings: { causal, heads: 2 }, dK, causal },
    steps: [
      ...[project("q", "wq"), project("k", "wk"), project("v", "wv"), ...heads],
      { key: "concat", id: "concat", make: join },
      { key: "output", id: "output", make: (get) => times(get("concat"), get("wo")) },
    ],
  };
}
