import { describe, expect, test } from "vitest";
import { SCORING_NAMES } from "../../src/attention/scoring/registry.js";
import { compareScoring, findStep, type Matrix, matrixOf, type Trace, toRows } from "../../src/index.js";
import { cellOf, createMatrix, mapCells, rowsOf } from "../../src/math/matrix.js";
import { scoringExample } from "../support/attend-examples.js";
import { derivativesOf } from "../support/derivative.js";
import { expectTraceExplained } from "../support/explained.js";
import { createRandom, randomMatrix } from "../support/random.js";

const random = createRandom(66);
const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
const inputs = { query: matrix(4, 3), key: matrix(5, 3), value: matrix(5, 2) };
const all = { seed: 3, scorings: SCORING_NAMES };
const ZEROS = (rows: number) => Array.from({ length: rows }, () => [0]);

test("vectors that no scoring can compare say why", () => {
  expect(() => compareScoring({ query: [[1, 0]], key: [[1, 0, 0]] })).toThrow(/d_k must match/);
});

describe("every step explains its cells", () => {
  test("all scorings, drawn, with Jacobian and gradient", () => {
    const trace = compareScoring(inputs, { ...all, jacobian: 2, outputGradient: [1, -2] });
    expectTraceExplained(trace);
  });
  test("masked, with an empty row", () => {
    const mask = inputs.query.data.length ? [0, 1, 2, 3].map((i) => [0, 1, 2, 3, 4].map((j) => j < i)) : [];
    expectTraceExplained(compareScoring({ ...inputs, mask }, all));
  });
  test("renormalised local attention, W stored out × in", () => {
    const settings = { ...all, layout: "out-in", localRenormalize: true, localWindow: 1.5 } as const;
    expectTraceExplained(compareScoring(inputs, settings));
  });
  test("one query and one key", () => {
    expectTraceExplained(compareScoring({ query: [[1, 2]], key: [[3, -1]] }, { seed: 1 }));
  });
  test("a sweep", () => {
    expectTraceExplained(compareScoring({}, { sweep: "d_k=2,4", samples: 20 }));
  });
});

describe("laws between scorings", () => {
  const weights = (trace: Trace, name: string) => matrixOf(trace, `${name}/weights`);

  test("concat with W_a cut into W and U is additive", () => {
    const [wa, ua, va] = [matrix(3, 4), matrix(3, 4), matrix(1, 4)];
    const stacked = createMatrix(6, 4, (row, col) => cellOf(row < 3 ? wa : ua, row % 3, col));
    const additive = compareScoring({ ...inputs, wa, ua, va }, { scorings: ["additive"] });
    const concat = compareScoring({ ...inputs, wa: stacked, va }, { scorings: ["concat"] });
    expect(weights(concat, "concat")).toBeCloseToMatrix(weights(additive, "additive"));
  });

  test("britz-add is additive, and britz-mul general with W_a = W₂ W₁ᵀ", () => {
    const [wa, ua, va] = [matrix(3, 4), matrix(3, 4), matrix(1, 4)];
    const both = compareScoring(
      { ...inputs, wa, ua, va },
      { scorings: ["additive", "britz-add", "britz-mul"] },
    );
    expect(weights(both, "britz-add")).toBeCloseToMatrix(weights(both, "additive"));
    const product = createMatrix(3, 3, (row, col) =>
      [0, 1, 2, 3].reduce((sum, a) => sum + cellOf(wa, row, a) * cellOf(ua, col, a), 0),
    );
    const general = compareScoring({ ...inputs, wa: product }, { scorings: ["general"] });
    expect(weights(both, "britz-mul")).toBeCloseToMatrix(weights(general, "general"));
  });

  test("general with the identity is dot", () => {
    const wa = createMatrix(3, 3, (row, col) => (row === col ? 1 : 0));
    const trace = compareScoring({ ...inputs, wa }, { scorings: ["general", "dot"] });
    expect(weights(trace, "general")).toBeCloseToMatrix(weights(trace, "dot"));
    expect(matrixOf(trace, "total-variation")).toBeCloseToMatrix([
      [0, 0],
      [0, 0],
    ]);
    expect(matrixOf(trace, "rank-correlation")).toBeCloseToMatrix([
      [1, 1],
      [1, 1],
    ]);
  });

  test("scaled-dot is dot with the temperature √d_k, and ranks keys as dot does", () => {
    const trace = compareScoring(inputs, { scorings: ["scaled-dot", "dot"] });
    const scaled = compareScoring(inputs, { scorings: ["dot"], scale: 1 / Math.sqrt(3) });
    expect(weights(scaled, "dot")).toBeCloseToMatrix(weights(trace, "scaled-dot"));
    expect(cellOf(matrixOf(trace, "rank-correlation"), 0, 1)).toBeCloseTo(1, 12);
  });

  test("cosine ignores the length of q", () => {
    const longer = { ...inputs, query: mapCells(inputs.query, (value) => 7 * value) };
    const settings = { scorings: ["cosine"] } as const;
    expect(weights(compareScoring(longer, settings), "cosine")).toBeCloseToMatrix(
      weights(compareScoring(inputs, settings), "cosine"),
    );
  });

  test("local attention with a wide D is dot attention times its fall-off, and sums below 1", () => {
    const trace = compareScoring(inputs, { scorings: ["dot", "local-m"], localWindow: 6 });
    // σ = D/2 = 3 and p_t = t: e^(−(j − i)² / 18).
    const expected = mapCells(weights(trace, "dot"), (w, i, j) => w * Math.exp(-((j - i) ** 2) / 18));
    expect(weights(trace, "local-m")).toBeCloseToMatrix(expected);
    const sums = toRows(matrixOf(trace, "local-m/weight-sums")).flat();
    expect(sums.every((sum) => sum < 1)).toBe(true);
  });

  test("keys further than D from p_t get nothing", () => {
    const trace = compareScoring(inputs, { scorings: ["local-m"], localWindow: 1 });
    const far = toRows(weights(trace, "local-m")).flatMap((row, i) =>
      row.filter((_, j) => Math.abs(j - i) > 1),
    );
    expect(far.every((weight) => weight === 0)).toBe(true);
  });

  test("local-p looks at p = S/2 when v_p is 0, since σ(0) = ½", () => {
    const trace = compareScoring({ ...inputs, ua: matrix(3, 2), va: [[0, 0]] }, { scorings: ["local-p"] });
    expect(matrixOf(trace, "local-p/places")).toBeCloseToMatrix([[2.5], [2.5], [2.5], [2.5]]);
  });
});

describe("the softmax Jacobian", () => {
  test("its rows sum to 0, for every scoring", () => {
    for (let jacobian = 0; jacobian < 4; jacobian++) {
      const trace = compareScoring(inputs, { ...all, jacobian });
      for (const name of SCORING_NAMES) {
        expect(matrixOf(trace, `${name}/jacobian-row-sums`)).toBeCloseToMatrix(ZEROS(5), { atol: 1e-15 });
      }
    }
  });

  test("it is zero where the softmax is one-hot", () => {
    // e^−2000 is 0 in float64: p = (1, 0).
    const trace = compareScoring({ query: [[2000]], key: [[1], [0]] }, { scorings: ["dot"], jacobian: 0 });
    expect(
      toRows(matrixOf(trace, "dot/jacobian"))
        .flat()
        .every((value) => Math.abs(value) === 0),
    ).toBe(true);
    expect(toRows(matrixOf(trace, "dot/jacobian-norm"))).toEqual([[0]]);
  });

  test("the gradient of the scores is the derivative of the output, also through a fall-off", () => {
    const { inputs: given } = scoringExample("local-p");
    const trace = compareScoring(given, {
      scorings: ["local-m", "local-p"],
      jacobian: 1,
      outputGradient: [2, -1],
    });
    for (const name of ["local-m", "local-p"]) {
      const seed = createMatrix(4, 2, (row, col) => (row === 1 ? [2, -1][col] : 0));
      const exact = derivativesOf(trace, `${name}/output`, seed).get(`${name}/masked-scores`);
      if (!exact) throw new RangeError("nothing was derived");
      expect(matrixOf(trace, `${name}/score-gradient`)).toBeCloseToMatrix(
        rowsOf(exact, { first: 1, count: 1 }),
      );
    }
  });

  test("a hand-worked case: p = (½, ½)", () => {
    // J = ½·½·[[1, −1], [−1, 1]], ‖J‖ = √(4/16) = ½; g·Vᵀ = (3, 5), times J = (3/4 − 5/4, −3/4 + 5/4).
    const trace = compareScoring(
      { query: [[0]], key: [[1], [2]], value: [[3], [5]] },
      { scorings: ["dot"], jacobian: 0, outputGradient: [1] },
    );
    expect(matrixOf(trace, "dot/jacobian")).toBeCloseToMatrix([
      [0.25, -0.25],
      [-0.25, 0.25],
    ]);
    expect(matrixOf(trace, "dot/jacobian-norm")).toBeCloseToMatrix([[0.5]]);
    expect(matrixOf(trace, "dot/score-gradient")).toBeCloseToMatrix([[-0.5, 0.5]]);
  });

  test("it is the slope of the weights (central differences)", () => {
    const scores = [0.3, -1.2, 0.8];
    const softmax = (s: readonly number[]) => {
      const powers = s.map(Math.exp);
      return powers.map((power) => power / powers.reduce((a, b) => a + b));
    };
    const trace = compareScoring(
      { query: [[1]], key: scores.map((s) => [s]) },
      { scorings: ["dot"], jacobian: 0 },
    );
    const h = 1e-5;
    const moved = (k: number, by: number) => softmax(scores.map((s, j) => (j === k ? s + by : s)));
    const slopes: Matrix = createMatrix(3, 3, (j, k) => (moved(k, h)[j] - moved(k, -h)[j]) / (2 * h));
    // Central differences are off by h²/6 times a third derivative below 1.
    expect(matrixOf(trace, "dot/jacobian")).toBeCloseToMatrix(slopes, { atol: 1e-9 });
  });
});

describe("what is compared", () => {
  test("without parameters, those that need none; the rest is named", () => {
    const trace = compareScoring(inputs);
    const compared = Object.keys(trace.results.scorings);
    expect(compared).toEqual(expect.arrayContaining(["scaled-dot", "dot", "additive", "cosine", "local-m"]));
    expect(compared).not.toContain("general");
    expect(trace.conventions.find(({ name }) => name === "leftOut")?.value).toContain("general");
  });

  test("drawn parameters are those of the seed, whatever else is compared", () => {
    const one = compareScoring(inputs, { seed: 5, scorings: ["general"] });
    const many = compareScoring(inputs, { seed: 5 });
    expect(toRows(matrixOf(many, "general/wa"))).toEqual(toRows(matrixOf(one, "general/wa")));
    const other = compareScoring(inputs, { seed: 6, scorings: ["general"] });
    expect(toRows(matrixOf(other, "general/wa"))).not.toEqual(toRows(matrixOf(one, "general/wa")));
    // Glorot uniform for 3 → 3: within √(6/6) = 1.
    expect(matrixOf(one, "general/wa").data.every((value) => Math.abs(value) < 1)).toBe(true);
  });

  test("costs of a 4×5 comparison with d = 3", () => {
    const trace = compareScoring(inputs, { seed: 1, scorings: ["dot", "general", "additive"] });
    // dot n·m·d; general d·d parameters, n·d·d + n·m·d; additive 2·d·d + d, n·d·d + m·d·d + n·m·d.
    expect(toRows(matrixOf(trace, "costs")).map((row) => row.slice(0, 2))).toEqual([
      [0, 60],
      [9, 96],
      [21, 141],
    ]);
    expect(findStep(trace, "layer-costs")?.notes[0]).toContain("n = 5");
  });

  test("a uniform row has entropy 1 and as many effective keys as keys", () => {
    const trace = compareScoring({ query: [[0, 0]], key: matrix(4, 2) }, { scorings: ["dot"] });
    expect(matrixOf(trace, "dot/entropy")).toBeCloseToMatrix([[1]]);
    expect(matrixOf(trace, "dot/effective-keys")).toBeCloseToMatrix([[4]]);
  });
});
