import { describe, expect, test } from "vitest";
import { type AttendInputs, type AttendSettings, attend, UserError } from "../../../src/index.js";

/** The error that attend throws. */
function errorOf(inputs: AttendInputs, settings: Partial<AttendSettings> = {}): UserError {
  try {
    attend(inputs, settings);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("attend threw nothing");
}

const zeros = (rows: number, cols: number) => Array.from({ length: rows }, () => Array<number>(cols).fill(0));

describe("shapes that do not fit", () => {
  test("query and key: both shapes, the dimension, the transpose that fits", () => {
    const error = errorOf({ query: zeros(3, 4), key: zeros(4, 5) });
    expect(error.code).toBe("SHAPE_MISMATCH");
    expect(error.message).toBe("query is 3×4 but key is 4×5: d_k must match (4 ≠ 5).");
    expect(error.details.hint).toBe('key has 4 rows and looks transposed: pass transpose: "key".');
    expect(error.details.drawing).toBe(
      ["query  3 × 4    n × d_k", "           ^", "key    4 × 5    m × d_k", "           ^"].join("\n"),
    );
  });

  test("no transpose is advised where none fits", () => {
    expect(errorOf({ query: zeros(3, 4), key: zeros(2, 5) }).details.hint).toBe("key must be m × d_k.");
  });

  test("value against key", () => {
    const error = errorOf({ query: zeros(3, 4), key: zeros(5, 4), value: zeros(2, 5) });
    expect(error.message).toBe("key is 5×4 but value is 2×5: m must match (5 ≠ 2).");
    expect(error.details.hint).toBe('value has 2 rows and looks transposed: pass transpose: "value".');
  });

  test("W stored the other way round", () => {
    const error = errorOf({ x: zeros(3, 4), wq: zeros(2, 4), wk: zeros(4, 2) });
    expect(error.message).toBe("x is 3×4 but wq is 2×4: d_model must match (4 ≠ 2).");
    expect(error.details.hint).toContain('layout: "out-in"');
  });

  test("bias of a projection", () => {
    expect(errorOf({ x: zeros(3, 4), wq: zeros(4, 2), bq: zeros(1, 3) }).message).toBe(
      "wq is 4×2 but bq is 1×3: d_out must match (2 ≠ 3).",
    );
    expect(errorOf({ x: zeros(3, 4), wq: zeros(4, 2), bq: zeros(2, 2) }).message).toBe(
      "bq is 2×2 but must have 1 row.",
    );
  });

  test("mask and score bias", () => {
    const mask = [[true, true]];
    expect(errorOf({ x: zeros(3, 4), mask }).message).toBe(
      "scores is 3×3 but mask is 1×2: m must match (3 ≠ 2).",
    );
    expect(errorOf({ x: zeros(3, 4), bias: zeros(2, 3) }).message).toBe(
      "scores is 3×3 but bias is 2×3: n must match (3 ≠ 2).",
    );
  });

  test("parameters of scorings", () => {
    const inputs = { query: zeros(2, 3), key: zeros(4, 3) };
    expect(errorOf({ ...inputs, wa: zeros(3, 2) }, { scoring: "general" }).message).toBe(
      "key is 4×3 but wa is 3×2: d_k must match (3 ≠ 2).",
    );
    expect(errorOf({ ...inputs, wa: zeros(5, 2) }, { scoring: "concat" }).message).toBe(
      "wa is 5×2 but must have 6 rows.",
    );
    expect(errorOf({ ...inputs, wa: zeros(3, 3) }, { scoring: "location" }).message).toBe(
      "wa is 3×3: it scores 3 positions, but there are 4 keys.",
    );
    expect(errorOf({ ...inputs, wa: zeros(1, 7) }, { scoring: "linear" }).message).toBe(
      "wa is 1×7 but must be 1×9 or 1×6.",
    );
    expect(errorOf({ ...inputs, va: zeros(1, 2) }, { scoring: "additive" }).message).toBe(
      "query is 2×3 but va is 1×2: d_a must match (3 ≠ 2).",
    );
    expect(errorOf({ query: zeros(2, 3), key: zeros(4, 5) }, { scoring: "additive" }).code).toBe(
      "SHAPE_MISMATCH",
    );
    for (const scoring of ["general", "concat", "location", "linear"] as const) {
      expect(errorOf(inputs, { scoring }).code).toBe("MISSING_INPUT");
    }
  });

  test("labels", () => {
    expect(errorOf({ x: zeros(3, 4), tokens: ["a", "b"] }).message).toBe(
      "tokens has 2 names, but there are 3 queries.",
    );
  });
});

describe("inputs that are missing or contradict each other", () => {
  const cases: readonly (readonly [inputs: AttendInputs, code: string])[] = [
    [{}, "MISSING_INPUT"],
    [{ query: zeros(2, 2) }, "MISSING_INPUT"],
    [{ key: zeros(2, 2) }, "MISSING_INPUT"],
    [{ x: zeros(2, 2), key: zeros(2, 2) }, "CONFLICTING_INPUTS"],
    [{ x: zeros(2, 2), query: zeros(2, 2) }, "CONFLICTING_INPUTS"],
    [{ x: zeros(2, 2), memory: zeros(2, 2), key: zeros(2, 2) }, "CONFLICTING_INPUTS"],
    [{ scores: zeros(2, 2), query: zeros(2, 2) }, "CONFLICTING_INPUTS"],
    [{ scores: zeros(2, 2), x: zeros(2, 2) }, "CONFLICTING_INPUTS"],
    [{ x: zeros(2, 2), bq: zeros(1, 2) }, "MISSING_INPUT"],
    [{ query: zeros(2, 2), key: zeros(2, 2), wv: zeros(2, 2) }, "MISSING_INPUT"],
  ];
  for (const [inputs, code] of cases) {
    test(`${Object.keys(inputs).join(", ") || "nothing"}: ${code}`, () =>
      expect(errorOf(inputs).code).toBe(code));
  }
});

describe("settings that make no sense", () => {
  const x = zeros(2, 2);
  test("d_k does not exist when scores are given", () => {
    expect(errorOf({ scores: x }, { scale: "1/sqrt(d_k)" }).code).toBe("BAD_VALUE");
    expect(attend({ scores: x }).conventions.find(({ name }) => name === "scale")?.value).toBe(1);
  });
  test.each([
    [{ scale: "1/0" }],
    [{ scale: "1/sqr(2)" }],
    [{ scale: Number.NaN }],
    [{ softcap: 0 }],
    [{ softcap: -1 }],
    [{ window: 0 }],
    [{ keyLength: 3 }],
    [{ keyLength: 1.5 }],
    [{ scoring: "scaled" }],
  ] as const)("%o", (settings) => {
    expect(errorOf({ x }, settings as Partial<AttendSettings>).code).toBe("BAD_VALUE");
  });
  test("an unknown setting", () => {
    const error = errorOf({ x }, { cuasal: true } as Partial<AttendSettings>);
    expect([error.code, error.details.hint]).toEqual(["UNKNOWN_KEY", 'Did you mean "causal"?']);
  });
});

describe("where query 0 stands among the keys", () => {
  const inputs = { query: zeros(2, 2), key: zeros(5, 2) };
  const offsetOf = (settings: Partial<AttendSettings>) =>
    attend(inputs, settings).conventions.find(({ name }) => name === "queryOffset")?.value;

  test("is not guessed when there are more keys than queries", () => {
    expect(errorOf(inputs, { causal: true }).code).toBe("ALIGNMENT_NEEDED");
    expect(errorOf(inputs, { window: 2 }).code).toBe("ALIGNMENT_NEEDED");
    expect(errorOf(inputs, { causal: true, align: "top-left", queryOffset: 1 }).code).toBe(
      "CONFLICTING_INPUTS",
    );
  });
  test("follows align, the key length, or the offset", () => {
    expect(offsetOf({ causal: true, align: "top-left" })).toBe(0);
    expect(offsetOf({ causal: true, align: "bottom-right" })).toBe(3);
    expect(offsetOf({ causal: true, align: "bottom-right", keyLength: 4 })).toBe(2);
    expect(offsetOf({ causal: true, queryOffset: -1 })).toBe(-1);
  });
});

describe("rows that may attend to nothing", () => {
  const inputs = {
    x: [
      [1, 0],
      [0, 1],
    ],
    mask: [
      [false, false],
      [true, true],
    ],
    tokens: ["a", "b"],
  };
  test("are named in a warning", () => {
    expect(attend(inputs).warnings).toEqual([
      "Query 0 (a) may attend to no key: weights and output are 0 (emptyRow zero).",
    ]);
  });
  test("are an error on request", () => {
    expect(errorOf(inputs, { emptyRow: "error" }).message).toBe("Query 0 (a) may attend to no key.");
  });
});

test("a mask that lets no query see its own place is probably meant the other way", () => {
  const mask = [
    [false, true],
    [true, false],
  ];
  expect(attend({ x: zeros(2, 2), mask }).warnings.join()).toContain("maskTrue drop");
  expect(attend({ x: zeros(2, 2), mask }, { maskTrue: "drop" }).warnings).toEqual([]);
});

test("NaN and infinities in inputs are reported and propagate; in a bias they are refused", () => {
  const trace = attend({
    x: [
      [Number.NaN, 1],
      [1, 2],
    ],
  });
  expect(trace.warnings).toEqual([
    "x holds NaN at [0, 0]; it propagates",
    "Query 0 and 1 cannot compute weights: a score is NaN or above the largest double.",
  ]);
  const square = zeros(2, 2);
  expect(errorOf({ x: square, bias: [[0, Number.POSITIVE_INFINITY]] }).code).toBe("NON_FINITE");
  expect(errorOf({ x: square, bias: [[0, Number.NaN]] }).code).toBe("NON_FINITE");
  expect(attend({ x: square, bias: [[0, Number.NEGATIVE_INFINITY]] }).warnings).toEqual([]);
});
