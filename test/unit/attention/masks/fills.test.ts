import { describe, expect, test } from "vitest";
import { parseFill } from "../../../../src/attention/masks/fills.js";
import { setting } from "../../../../src/errors.js";
import {
  type AttendSettings,
  attend,
  matrixOf,
  multihead,
  toRows,
  UserError,
} from "../../../../src/index.js";

// Query 0 may attend to key 0, query 1 to none. Without a mask: e^0 = 1 and e^(ln 3) = 3, weights 1/4 and 3/4.
const inputs = {
  scores: [
    [0, Math.log(3)],
    [0, Math.log(3)],
  ],
  mask: [
    [true, false],
    [false, false],
  ],
};

const run = (maskFill: string, settings: Partial<AttendSettings> = {}) =>
  attend(inputs, { maskFill, ...settings });

describe("masked scores", () => {
  test.each([
    ["neg-inf", [-Infinity, -Infinity]],
    ["replace:-1e9", [-1e9, -1e9]],
    ["replace:-1e10", [-1e10, -1e10]],
    // The largest finite float32 is (2 − 2^−23)·2^127.
    ["replace:float32.min", [-(2 - 2 ** -23) * 2 ** 127, -(2 - 2 ** -23) * 2 ** 127]],
    ["add:-1e4", [-10_000, Math.log(3) - 10_000]],
    ["subtract:65504", [-65_504, Math.log(3) - 65_504]],
    ["subtract: 2^10", [-1024, Math.log(3) - 1024]],
    // The largest finite float16 is (2 − 2^−10)·2^15.
    [" replace: float16.min ", [-(2 - 2 ** -10) * 2 ** 15, -(2 - 2 ** -10) * 2 ** 15]],
    // A number alone is what masked_fill of torch takes.
    ["-1e9", [-1e9, -1e9]],
    ["float16.min", [-(2 - 2 ** -10) * 2 ** 15, -(2 - 2 ** -10) * 2 ** 15]],
    ["-inf", [-Infinity, -Infinity]],
  ])("%s", (maskFill, masked) => {
    expect(toRows(matrixOf(run(maskFill), "masked-scores"))).toEqual([[0, masked[1]], masked]);
  });

  test("multiply-exp takes them to the exponentials as they are, and then times 0", () => {
    const trace = run("multiply-exp");
    expect(trace.steps.some(({ id }) => id === "masked-scores")).toBe(false);
    expect(matrixOf(trace, "exponentials")).toBeCloseToMatrix([
      [1, 3],
      [1, 3],
    ]);
    expect(toRows(matrixOf(trace, "masked-exponentials"))).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(toRows(matrixOf(trace, "weights"))).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });
});

describe("a query that may attend to no key", () => {
  const warningOf = (...args: Parameters<typeof run>) => run(...args).warnings.join(" ");
  const lastRow = (maskFill: string) => toRows(matrixOf(run(maskFill), "weights"))[1];

  test("with one number everywhere attends to all keys alike, whatever emptyRow says", () => {
    // −3.4e38 absorbs the score that it is added to.
    for (const fill of ["replace:-1e9", "replace:float32.min", "add:float32.min"]) {
      expect(lastRow(fill)).toEqual([0.5, 0.5]);
    }
    expect(warningOf("replace:-1e9", { emptyRow: "error" })).toMatch(
      /^Query 1 may attend to no key: with maskFill replace:-1e9 all keys get the same weight.*emptyRow/,
    );
  });

  test("with a number added has the softmax of its scores without a mask, as BERT's padding", () => {
    // s − 10000 is rounded to 2^−40 = 9e-13.
    expect(matrixOf(run("add:-1e4"), "weights")).toBeCloseToMatrix(
      [
        [1, 0],
        [1 / 4, 3 / 4],
      ],
      { atol: 2e-12 },
    );
    expect(warningOf("add:-1e4")).toContain("the weights are those without a mask");
  });

  test("with multiply-exp follows emptyRow", () => {
    expect(warningOf("multiply-exp")).toContain("(emptyRow zero)");
    const uniform = matrixOf(run("multiply-exp", { emptyRow: "uniform" }), "weights");
    expect(toRows(uniform)[1]).toEqual([0.5, 0.5]);
    expect(() => run("multiply-exp", { emptyRow: "error" })).toThrow(UserError);
  });

  test("the conventions say what holds", () => {
    const texts = (maskFill: string) => run(maskFill).conventions.map(({ text }) => text);
    expect(texts("add:-1e4")).toContain("masked cells: s − 1e4 (add:-1e4)");
    expect(texts("add:-1e4")).not.toContain("a row that may attend to no key gives 0");
    expect(texts("multiply-exp")).toContain("a row that may attend to no key gives 0");
  });
});

describe("a fill that changes an answer", () => {
  test("is warned of when masked keys keep weight", () => {
    // e^(ln 3) = 3 beside e^0 = 1.
    const given = { scores: [[Math.log(3), 5]], mask: [[true, false]] };
    const trace = attend(given, { maskFill: "replace:0" });
    expect(matrixOf(trace, "weights")).toBeCloseToMatrix([[3 / 4, 1 / 4]]);
    expect(trace.warnings).toEqual([
      "Query 0 gave masked keys some weight with maskFill replace:0; with neg-inf they have none.",
    ]);
  });

  test("is warned of when masked exponentials leave nothing of the others", () => {
    // e^(0 − 800) is 0 in float64, and the e^(800 − 800) beside it is masked.
    const given = { scores: [[0, 800]], mask: [[true, false]] };
    const trace = attend(given, { maskFill: "multiply-exp" });
    expect(toRows(matrixOf(trace, "weights"))).toEqual([[0, 0]]);
    expect(trace.warnings).toEqual([expect.stringMatching(/^Query 0 lost all keys/)]);
    expect(toRows(matrixOf(attend(given), "weights"))).toEqual([[1, 0]]);
  });

  test("is not warned of when it changes nothing", () => {
    const given = { scores: [[1, 2]], mask: [[true, false]] };
    for (const maskFill of ["replace:-1e9", "add:-1e4", "subtract:1e9", "multiply-exp"]) {
      expect(attend(given, { maskFill }).warnings).toEqual([]);
    }
  });

  test("says so once for all heads", () => {
    const x = [
      [1, 2],
      [3, 1],
    ];
    const { warnings } = multihead({ x }, { heads: 2, causal: true, maskFill: "replace:-1" });
    expect(warnings).toEqual([
      "Query 0 gave masked keys some weight with maskFill replace:-1; with neg-inf they have none.",
    ]);
  });
});

test("a zero key saves a row from being empty", () => {
  // Scores −10000 for the key that is masked, 0 for the zero key.
  const trace = multihead(
    { query: [[0]], key: [[5]], value: [[7]] },
    { keyLength: 0, addZeroAttention: true, maskFill: "add:-1e4" },
  );
  expect(toRows(matrixOf(trace, "head 0/weights"))).toEqual([[0, 1]]);
  expect(trace.warnings).toEqual([]);
});

describe("what is no fill", () => {
  const refusal = (maskFill: string) => {
    try {
      run(maskFill);
    } catch (error) {
      if (error instanceof UserError) return `${error.code}: ${error.message} ${error.details.hint ?? ""}`;
    }
    return "nothing was thrown";
  };

  test.each([
    ["repalce:-1e9", 'Did you mean "replace"?'],
    ["zero", "Give one of neg-inf, replace:-1e9, add:-1e4, subtract:1e9, multiply-exp."],
    ["replace", "Give the number behind a colon: replace:-1e9."],
    ["replace:", "Give the number behind a colon: replace:-1e9."],
    ["neg-inf:3", "neg-inf takes no number: write maskFill neg-inf."],
    ["replace:-inf", "−∞ in masked cells is neg-inf."],
    ["add:many", '"many" is not a number'],
    ["constructor:1", "is not a way to fill masked cells."],
  ])("%s", (written, expected) => {
    expect(refusal(written)).toMatch(/^BAD_VALUE/);
    expect(refusal(written)).toContain(expected);
  });
});

test.each([
  [
    "multiply-exp:3",
    `is not a fill. multiply-exp takes no number: write ${setting("maskFill")} multiply-exp.`,
  ],
  ["add:", "is not complete. Give the number behind a colon: add:"],
  [":3", "is not a way to fill masked cells"],
  ["add:-inf", "is not a fill with a finite number. −∞ in masked cells is neg-inf."],
])("the fill %s is refused", (given, said) => {
  const told = () => {
    try {
      parseFill(given);
    } catch (error) {
      return error instanceof UserError ? `${error.message} ${error.details.hint}` : error;
    }
    return "read";
  };
  expect(told()).toContain(said);
});
