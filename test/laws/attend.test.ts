import { describe, expect, test } from "vitest";
import { SCORING_NAMES } from "../../src/attention/scoring/registry.js";
import {
  type AttendInputs,
  type AttendSettings,
  attend,
  type Matrix,
  matrixOf,
  toRows,
} from "../../src/index.js";
import { cellOf, createMatrix, mapCells, rowOf } from "../../src/math/matrix.js";
import { attendExamples, scoringExample } from "../support/attend-examples.js";
import { expectTraceExplained } from "../support/explained.js";
import { createRandom, randomMatrix } from "../support/random.js";

const random = createRandom(3);
const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
const weightsOf = (...args: Parameters<typeof attend>) => matrixOf(attend(...args), "weights");
const outputOf = (...args: Parameters<typeof attend>) => matrixOf(attend(...args), "output");

function asMatrix(rows: AttendInputs["key"]): Matrix {
  if (typeof rows !== "object" || !("cols" in rows)) throw new Error("the examples are matrices");
  return rows;
}

const permuteRows = (rows: AttendInputs["key"], order: readonly number[]): Matrix => {
  const given = asMatrix(rows);
  return createMatrix(given.rows, given.cols, (row, col) => cellOf(given, order[row], col));
};

const isLocal = (scoring: AttendSettings["scoring"] = "dot") => scoring.startsWith("local-");

describe("every example", () => {
  for (const { name, inputs, settings } of attendExamples()) {
    test(`${name}: every step explains its cells`, () => expectTraceExplained(attend(inputs, settings)));

    test(`${name}: each row of weights sums to 1, or is empty`, () => {
      const weights = weightsOf(inputs, settings);
      for (let row = 0; row < weights.rows; row++) {
        const sum = rowOf(weights, row).reduce((a, b) => a + b, 0);
        const isEmpty = name.includes("empty row") && (sum === 0 || Number.isNaN(sum));
        if (isLocal(settings.scoring)) expect(sum).toBeLessThan(1);
        else expect(isEmpty || Math.abs(sum - 1) < 1e-12, `row ${row} sums to ${sum}`).toBe(true);
      }
    });
  }
});

describe("every scoring", () => {
  for (const scoring of SCORING_NAMES) {
    const { inputs, settings } = scoringExample(scoring, 29);
    test(`${scoring}: permuting keys with their values changes nothing`, () => {
      if (scoring === "location" || isLocal(scoring)) return; // These depend on positions as well as on keys: see below.
      const order = [3, 0, 4, 1, 2];
      const permuted = {
        ...inputs,
        key: permuteRows(inputs.key, order),
        value: permuteRows(inputs.value, order),
      };
      expect(outputOf(permuted, settings)).toBeCloseToMatrix(outputOf(inputs, settings));
    });

    test(`${scoring}: adding a constant to each row of scores changes nothing`, () => {
      const shift = createMatrix(4, 5, (row) => 3 * row - 5);
      expect(weightsOf({ ...inputs, bias: shift }, settings)).toBeCloseToMatrix(weightsOf(inputs, settings));
    });

    test(`${scoring}: causal row i does not depend on keys after i`, () => {
      const causal = { ...settings, causal: true, align: "top-left" } as const;
      const late = { ...inputs, key: mapCells(asMatrix(inputs.key), (v, row) => (row > 2 ? 3 * v : v)) };
      const rows = (given: AttendInputs) => toRows(outputOf(given, causal)).slice(0, 3);
      expect(rows(late)).toEqual(rows(inputs));
    });
  }

  test("location scores do not see the keys", () => {
    const { inputs, settings } = scoringExample("location");
    expect(weightsOf({ ...inputs, key: matrix(5, 3) }, settings)).toBeCloseToMatrix(
      weightsOf(inputs, settings),
    );
  });

  test("concat with W_a cut into W and U is additive", () => {
    const { inputs } = scoringExample("additive");
    const [wa, ua] = [asMatrix(inputs.wa), asMatrix(inputs.ua)];
    const stacked = createMatrix(6, 4, (row, col) =>
      row < 3 ? cellOf(wa, row, col) : cellOf(ua, row - 3, col),
    );
    const { ua: _, ...concat } = { ...inputs, wa: stacked };
    expect(weightsOf(concat, { scoring: "concat" })).toBeCloseToMatrix(
      weightsOf(inputs, { scoring: "additive" }),
    );
  });

  test("general with the identity is dot", () => {
    const { inputs } = scoringExample("dot");
    const identity = createMatrix(3, 3, (row, col) => (row === col ? 1 : 0));
    expect(weightsOf({ ...inputs, wa: identity }, { scoring: "general" })).toBeCloseToMatrix(
      weightsOf(inputs, { scoring: "dot" }),
    );
  });

  test("additive without parameters is additive with the identity and ones", () => {
    const { query, key, value } = scoringExample("dot").inputs;
    const identity = createMatrix(3, 3, (row, col) => (row === col ? 1 : 0));
    const full = { query, key, value, wa: identity, ua: identity, va: [[1, 1, 1]] };
    expect(weightsOf({ query, key, value } as AttendInputs, { scoring: "additive" })).toBeCloseToMatrix(
      weightsOf(full as AttendInputs, { scoring: "additive" }),
    );
  });

  test("cosine ignores the length of q", () => {
    const { inputs, settings } = scoringExample("cosine");
    const longer = { ...inputs, query: mapCells(asMatrix(inputs.query), (v) => 7 * v) };
    expect(weightsOf(longer, settings)).toBeCloseToMatrix(weightsOf(inputs, settings));
  });

  test("scaled-dot is dot with the scale 1/√d_k", () => {
    const { inputs } = scoringExample("dot");
    expect(weightsOf(inputs, { scoring: "dot", scale: "1/sqrt(d_k)" })).toBeCloseToMatrix(weightsOf(inputs));
  });

  test("W stored out × in gives the same as its transpose stored in × out", () => {
    const flip = (given: Matrix) =>
      createMatrix(given.cols, given.rows, (row, col) => cellOf(given, col, row));
    for (const scoring of ["general", "additive", "concat", "location"] as const) {
      const { inputs, settings } = scoringExample(scoring);
      const stored = {
        ...inputs,
        wa: flip(asMatrix(inputs.wa)),
        ...(inputs.ua && { ua: flip(asMatrix(inputs.ua)) }),
      };
      expect(weightsOf(stored, { ...settings, layout: "out-in" })).toBeCloseToMatrix(
        weightsOf(inputs, settings),
      );
    }
  });
});

describe("projections and masks", () => {
  test("x with W is query, key and value projected beforehand", () => {
    const [x, wq, wk, wv, bk] = [matrix(4, 3), matrix(3, 2), matrix(3, 2), matrix(3, 5), matrix(1, 2)];
    const times = (w: Matrix, b?: Matrix) =>
      createMatrix(4, w.cols, (row, col) =>
        Array.from(rowOf(x, row)).reduce(
          (sum, v, k) => sum + v * cellOf(w, k, col),
          b ? cellOf(b, 0, col) : 0,
        ),
      );
    const projected = { query: times(wq), key: times(wk, bk), value: times(wv) };
    expect(outputOf({ x, wq, wk, wv, bk })).toBeCloseToMatrix(outputOf(projected));
  });

  test("a mask is a bias of −∞, whichever way true is meant", () => {
    const inputs = { query: matrix(3, 2), key: matrix(4, 2), value: matrix(4, 2) };
    const mask = [
      [true, false, true, true],
      [true, true, false, true],
      [false, false, false, true],
    ];
    const bias = mask.map((row) => row.map((may) => (may ? 0 : Number.NEGATIVE_INFINITY)));
    const inverted = mask.map((row) => row.map((may) => !may));
    const expected = outputOf({ ...inputs, bias });
    expect(outputOf({ ...inputs, mask })).toBeCloseToMatrix(expected);
    expect(outputOf({ ...inputs, mask: inverted }, { maskTrue: "drop" })).toBeCloseToMatrix(expected);
  });

  test("−1e9 in masked cells, and masked exponentials times 0, give the weights of −∞", () => {
    const inputs = { query: matrix(6, 4), key: matrix(6, 4), value: matrix(6, 2), bias: matrix(6, 6) };
    for (const settings of [{ causal: true }, { window: 3 }, { keyLength: 4, causal: true, softcap: 2 }]) {
      const exact = outputOf(inputs, settings);
      for (const maskFill of [
        "replace:-1e9",
        "replace:float32.min",
        "add:-1e4",
        "subtract:1e9",
        "multiply-exp",
      ]) {
        expect(outputOf(inputs, { ...settings, maskFill })).toBeCloseToMatrix(exact);
      }
    }
  });

  test("a number added to every score of a row leaves the softmax without a mask, as BERT's all-padding row", () => {
    const inputs = { query: matrix(3, 4), key: matrix(5, 4) };
    // s − 10000 is rounded to 2^−40 = 9e-13.
    expect(weightsOf(inputs, { keyLength: 0, maskFill: "add:-1e4" })).toBeCloseToMatrix(weightsOf(inputs), {
      atol: 1e-11,
    });
  });

  test("a window of W keys allows exactly W keys in every row that has them", () => {
    const x = matrix(9, 2);
    for (const window of [1, 2, 5, 9]) {
      const counts = toRows(weightsOf({ x }, { window })).map(
        (row) => row.filter((weight) => weight > 0).length,
      );
      expect(counts).toEqual(Array.from({ length: 9 }, (_, i) => Math.min(i + 1, window)));
    }
  });

  test("a softcap far above the scores changes nothing, and masked weights stay 0", () => {
    const x = matrix(5, 3);
    const plain = weightsOf({ x }, { causal: true });
    expect(weightsOf({ x }, { causal: true, softcap: 1e9 })).toBeCloseToMatrix(plain, { atol: 1e-9 });
    expect(cellOf(weightsOf({ x }, { causal: true, softcap: 0.5 }), 0, 1)).toBe(0);
  });

  test("padding keys beyond the key length changes nothing", () => {
    const [query, key, value] = [matrix(3, 2), matrix(4, 2), matrix(4, 3)];
    const pad = (given: Matrix) =>
      createMatrix(6, given.cols, (row, col) => (row < 4 ? cellOf(given, row, col) : 99));
    const padded = outputOf({ query, key: pad(key), value: pad(value) }, { keyLength: 4 });
    expect(padded).toBeCloseToMatrix(outputOf({ query, key, value }));
  });

  test("bottom-right causal on the last queries gives the last rows of the whole", () => {
    const x = matrix(6, 3);
    const last = createMatrix(2, 3, (row, col) => cellOf(x, 4 + row, col));
    const cached = outputOf({ query: last, key: x, value: x }, { causal: true, align: "bottom-right" });
    expect(toRows(cached)).toEqual(toRows(outputOf({ x }, { causal: true })).slice(4));
  });
});
