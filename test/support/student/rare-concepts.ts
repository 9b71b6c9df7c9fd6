import { type Concept, inHead, type Place } from "./concepts.js";
import { each, type Rows, sum, times, transpose } from "./work.js";

// Less frequent mistakes of students, with and without a name in qkv.

/** Makes a concept. If the problem lacks what it needs, or it does not fit, the step stays right. */
const at = (
  id: string,
  step: string,
  make: (place: Place) => Rows,
  more: Partial<Concept> = {},
): Concept => ({
  ...{ id, at: step },
  make: (place) => {
    const made =
      step === "output" && (!place.has("concat") || place.has("attention-output"))
        ? place.right
        : make(place);
    return made[0] && made.length === place.right.length && made[0].length === place.right[0].length
      ? made
      : place.right;
  },
  ...more,
});
const byRow = { isByRow: true } as const;
const saidAs = (...fits: string[]) => ({ ...byRow, fits });
const masked = { needsMask: true } as const;
const scaled = (id: string, factor: (place: Place) => number): Concept =>
  at(id, "scaled-scores", (place) => each(place.beside("scores"), (s) => s * factor(place)), byRow);
const ofPowers = (id: string, make: (powers: Rows) => Rows, more: Partial<Concept> = {}) =>
  at(id, "weights", ({ beside }) => make(beside("exponentials")), more);
const byRows = (powers: Rows): Rows => powers.map((row) => row.map((x) => x / sum(row)));
/** Makes weights from a row of scores without exponentials. */
const fromScores = (id: string, f: (row: readonly number[]) => readonly number[]) =>
  at(id, "weights", ({ beside }) => beside("scaled-scores").map(f), { ...byRow, needsNoMask: true });
const product = (id: string, step: string, make: (q: Rows, k: Rows, v: Rows) => Rows | undefined) =>
  at(id, step, (place) => {
    const made = make(inHead(place, "q"), inHead(place, "k"), inHead(place, "v"));
    return made ?? place.right;
  });
const swapRows = (rows: Rows): Rows => [rows[1], rows[0], ...rows.slice(2)];

/** Mistakes that qkv has names for and that are not in `CONCEPTS`. */
export const RARE: readonly Concept[] = [
  scaled("scale-by-sqrt-dmodel", ({ width }) => 1 / Math.sqrt(width)),
  scaled("scale-by-sqrt-n", ({ right }) => 1 / Math.sqrt(right[0].length)),
  at(
    "mask-off-by-one",
    "masked-scores",
    ({ beside }) => each(beside("scaled-scores"), (s, i, j) => (j > i + 1 ? Number.NEGATIVE_INFINITY : s)),
    masked,
  ),
  at(
    "mask-after-softmax",
    "weights",
    ({ beside }) => each(byRows(each(beside("scaled-scores"), Math.exp)), (a, i, j) => (j > i ? 0 : a)),
    { ...masked, unwritten: ["masked-scores", "exponentials", "row-sums"] },
  ),
  at("mask-not-asked", "exponentials", ({ right }) => each(right, (e, i, j) => (j > i ? 0 : e)), {
    needsNoMask: true,
  }),
  fromScores("softmax-missing", (row) => row),
  fromScores("softmax-without-exp", (row) => row.map((x) => x / sum(row))),
  fromScores("softmax-sigmoid", (row) => row.map((x) => 1 / (1 + Math.exp(-x)))),
  fromScores("softmax-uniform", (row) => row.map(() => 1 / row.length)),
  ofPowers(
    "softmax-hard",
    (powers) => powers.map((row) => row.map((_, j) => (j === row.indexOf(Math.max(...row)) ? 1 : 0))),
    byRow,
  ),
  ofPowers("softmax-twice", (powers) => byRows(each(byRows(powers), Math.exp)), { needsNoMask: true }),
  at(
    "softmax-absolute",
    "exponentials",
    ({ right }) => each(right, (e) => (e === 0 ? 0 : Math.exp(Math.abs(Math.log(e))))),
    byRow,
  ),
  ofPowers("softmax-by-count", (powers) => each(powers, (x) => x / powers.length), byRow),
  at("softmax-base-10", "exponentials", ({ right }) => each(right, (e) => 10 ** Math.log(e)), byRow),
  product("key-not-transposed", "scores", (q, k) => (q[0].length === k.length ? times(q, k) : undefined)),
  product("scores-of-queries", "scores", (q) => times(q, transpose(q))),
  product("scores-of-keys", "scores", (_, k) => times(k, transpose(k))),
  at("output-is-value", "end", ({ get }) => get("value")),
  at("value-is-key", "end", ({ beside, get }) => times(beside("weights"), get("key"))),
  at("query-not-projected", "q", ({ get }) => get("x")),
  at("value-not-projected", "v", ({ get }) => get("x")),
  at("key-projected-with-wq", "k", ({ get }) => times(get("x"), get("wq"))),
  at("projection-transposed", "k", ({ get }) => times(get("x"), transpose(get("wk")))),
  at("output-projection-missing", "output", ({ get }) => get("concat")),
  at("heads-reversed", "concat", ({ get, right, has }) =>
    has("head 1/context")
      ? get("head 1/context").map((row, i) => [...row, ...get("head 0/context")[i]])
      : right,
  ),
  at("rows-swapped", "scores", ({ right }) => swapRows(right)),
  at("columns-swapped", "end", ({ right }) => transpose(swapRows(transpose(right)))),
  at("rows-swapped", "weights", ({ right }) => swapRows(right), { needsNoMask: true }),
  at("rows-swapped", "end", ({ right }) => swapRows(right)),
];

/** The same in a layer, in gradients and in a table of positions. */
export const MORE_RARE: readonly Concept[] = [
  at("residual-missing", "residual-1", ({ get }) => get("attention-output")),
  at("residual-missing", "residual-2", ({ get }) => get("feed-forward-2")),
  at("norm-root-missing", "normalised", ({ right, beside }) =>
    each(right, (x, i) => x / Math.sqrt(beside("variance")[i][0] + 1e-5)),
  ),
  at("activation-absolute", "activation", ({ get }) => each(get("feed-forward-1"), Math.abs)),
  at("norm-missing", "norm-1", ({ get }) => get("residual-1")),
  at("output-projection-missing", "attention-output", ({ get }) => get("concat")),
  at("output-projection-transposed", "attention-output", ({ get }) =>
    times(get("concat"), transpose(get("wo"))),
  ),
  at("feed-forward-transposed", "feed-forward-1", ({ get }) => times(get("norm-1"), transpose(get("w1")))),
  at("sin-cos-halves", "encoding", ({ get }) =>
    get("angles").map((row) => [...row.map(Math.sin), ...row.map(Math.cos)]),
  ),
  at(
    "exponent-by-column",
    "encoding",
    ({ right, base }) =>
      each(right, (_, i, col) => (col % 2 ? Math.cos : Math.sin)(i / base ** ((2 * col) / right[0].length))),
    { unwritten: ["rates", "angles"] },
  ),
  at("cos-own-exponent", "encoding", ({ right, base, get }) =>
    each(right, (x, i, col) =>
      col % 2 ? Math.cos(get("angles")[i][(col - 1) / 2] * base ** (-1 / right[0].length)) : x,
    ),
  ),
  at("exponent-doubled", "rates", ({ right }) => each(right, (x) => x ** 2)),
  at("base-off", "rates", ({ right, base }) => each(right, (x) => x ** (Math.log(1000) / Math.log(base)))),
  at("grad-transposed", "d-value", ({ get }) => times(get("weights"), get("backward"))),
  at("grad-query-key-swapped", "d-query", ({ get }) => times(get("d-scores"), get("query"))),
];

/** Mistakes that people make less often. Any name would be false that is not among those that fit. */
export const UNNAMED: readonly Concept[] = [
  at(
    "e-times-x",
    "exponentials",
    ({ right }) => each(right, (e) => (e === 0 ? 0 : Math.E * Math.log(e))),
    saidAs("softmax-without-exp"),
  ),
  at(
    "one-plus-x",
    "exponentials",
    ({ right }) => each(right, (e) => (e === 0 ? 0 : 1 + Math.log(e))),
    saidAs("softmax-linear"),
  ),
  at(
    "negative-to-zero",
    "exponentials",
    ({ right }) => each(right, (e) => (e === 0 ? 0 : Math.max(1, e))),
    byRow,
  ),
  ofPowers("sum-of-the-others", (powers) => powers.map((row) => row.map((x) => x / (sum(row) - x))), byRow),
  ofPowers(
    "sum-of-the-next-row",
    (powers) => powers.map((row, i) => row.map((x) => x / sum(powers[(i + 1) % powers.length]))),
    { fits: ["matrix-reordered"] },
  ),
  ofPowers("by-the-norm", (powers) => powers.map((row) => row.map((x) => x / Math.hypot(...row))), byRow),
  product("cosine", "scores", (q, k) =>
    times(q, transpose(k)).map((row, i) =>
      row.map((s, j) => s / (Math.hypot(...q[i]) * Math.hypot(...k[j]) || 1)),
    ),
  ),
  product("distance", "scores", (q, k) =>
    q.map((a) => k.map((b) => Math.hypot(...a.map((x, i) => x - b[i])))),
  ),
  { ...scaled("scale-squared", ({ dK }) => 1 / dK ** 2), fits: ["scale-fitted"] },
  at(
    "value-of-the-largest",
    "end",
    ({ beside, get }) => beside("weights").map((row) => get("value")[row.indexOf(Math.max(...row))]),
    saidAs("softmax-hard"),
  ),
  at("mean-of-values", "end", ({ right, beside }) => each(right, (x) => x / beside("weights").length), byRow),
  at("output-cut-at-zero", "end", ({ right }) => each(right, (x) => Math.max(0, x)), byRow),
  at(
    "values-turned-over",
    "end",
    ({ beside, get }) => times(beside("weights"), [...get("value")].reverse()),
    { fits: ["matrix-reordered"] },
  ),
];

/** The same in a layer, in gradients and in a table of positions. */
export const MORE_UNNAMED: readonly Concept[] = [
  at("residual-twice", "residual-1", ({ right, get }) => each(right, (x, i, j) => x + get("x")[i][j]), {
    fits: ["term-changed"],
  }),
  at(
    "residual-subtracted",
    "residual-1",
    ({ right, get }) => each(right, (x, i, j) => x - 2 * get("x")[i][j]),
    { fits: ["term-changed"] },
  ),
  at("activation-late", "feed-forward-2", ({ get }) =>
    each(times(get("feed-forward-1"), get("w2")), (x) => Math.max(0, x)),
  ),
  at("mean-is-sum", "mean", ({ right, width }) => each(right, (x) => x * width)),
  at("variance-is-sum", "variance", ({ right, width }) => each(right, (x) => x * width)),
  at(
    "sine-everywhere",
    "encoding",
    ({ right, get }) => each(right, (_, i, col) => Math.sin(get("angles")[i][Math.floor(col / 2)])),
    { fits: ["sin-cos-one"] },
  ),
  at("angle-multiplied", "angles", ({ right, get }) =>
    each(right, (_, i, pair) => i / get("rates")[0][pair]),
  ),
  at("angle-doubled", "angles", ({ right }) => each(right, (x) => 2 * x), { fits: ["numbers-multiplied"] }),
  // Another base gives the same rates.
  at(
    "exponent-by-last-column",
    "rates",
    ({ right, base }) => each(right, (_, __, pair) => base ** ((-2 * pair) / (2 * right[0].length - 1))),
    { fits: ["base-off"] },
  ),
  at(
    "delta-added",
    "d-scaled-scores",
    ({ get }) => each(get("weights"), (a, i, j) => a * (get("d-weights")[i][j] + get("d-row-dots")[i][0])),
    { fits: ["term-changed"] },
  ),
  at(
    "grad-scale-multiplied",
    "d-scores",
    ({ get, dK }) => each(get("d-scaled-scores"), (s) => s * Math.sqrt(dK)),
    { fits: ["scale-multiplied"] },
  ),
  at(
    "delta-of-columns",
    "d-row-dots",
    ({ get }) =>
      transpose(get("weights")).map((col, j) => [sum(col.map((a, i) => a * get("d-weights")[i][j]))]),
    { fits: ["grad-softmax-over-columns"] },
  ),
];

/** Other right routes that are not in the first list. */
export const MORE_ROUTES: readonly (readonly Concept[])[] = [
  [
    at(
      "mean-subtracted",
      "exponentials",
      ({ right }) =>
        each(right, (e, i) => {
          const row = right[i].filter((x) => x > 0).map(Math.log);
          return e / Math.exp(sum(row) / row.length);
        }),
      { isRight: true },
    ),
  ],
  [
    at("first-subtracted", "exponentials", ({ right }) => each(right, (e, i) => e / right[i][0]), {
      isRight: true,
    }),
  ],
  [
    at("masked-afterwards", "masked-scores", ({ beside }) => beside("scaled-scores"), {
      ...masked,
      isRight: true,
    }),
    at(
      "masked-and-renormalised",
      "weights",
      ({ beside }) => byRows(each(beside("exponentials"), (e, i, j) => (j > i ? 0 : e))),
      { ...masked, isRight: true },
    ),
  ],
];
