import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import { parseCellReference } from "../../../../src/explain/cell-reference.js";
import { exactForm } from "../../../../src/explain/exact/exact-form.js";
import {
  type AttendInputs,
  attend,
  compareScoring,
  multihead,
  posenc,
  type Trace,
} from "../../../../src/index.js";
import { evaluateArithmetic } from "../../../../src/math/arithmetic.js";
import { mapCells } from "../../../../src/math/matrix.js";
import { writeExpression } from "../../../../src/render/expression.js";
import { type Expression, evaluate } from "../../../../src/trace/expression.js";
import { attendExamples } from "../../../support/attend-examples.js";
import { carriedAttend } from "../../../support/carried.js";

const write = (form: Expression) => writeExpression(form, { leaf: () => "?", number: String, isClose: true });

function exactText(trace: Trace, cell: string): string | undefined {
  const form = exactForm(trace, parseCellReference(trace, cell));
  return form && write(form);
}

const query = [[1, 0]];
const key = [
  [0, 1],
  [1, 1],
  [3, 0],
];

describe("attend", () => {
  // scores 0, 1, 3 over √2
  test.each([
    ["scaled-scores[0,2]", "3/√2"],
    ["exponentials[0,0]", "1"],
    ["row-sums[0]", "1 + e^(1/√2) + e^(3/√2)"],
    ["weights[0,2]", "e^(3/√2) / (1 + e^(1/√2) + e^(3/√2))"],
    ["output[0,0]", "(4 + 6·e^(3/√2)) / (1 + e^(1/√2) + e^(3/√2))"],
    // The same value for every key: the weights add up to 1.
    ["output[0,1]", "5/2"],
  ])("%s is %s", (cell, text) => {
    const value = [
      [4, 2.5],
      [0, 2.5],
      [6, 2.5],
    ];
    expect(exactText(attend({ query, key, value }), cell)).toBe(text);
  });

  test.each([
    // d_k = 8: 1/√8 = 1/(2·√2)
    [
      { query: [[1, 0, 0, 0, 0, 0, 0, 0]], key: [[1, 0, 0, 0, 0, 0, 0, 0]] },
      "scaled-scores[0,0]",
      "1/(2·√2)",
    ],
    // d_k = 6: 2/√6, which is √6/3
    [{ query: [[1, 0, 0, 0, 0, 0]], key: [[2, 0, 0, 0, 0, 0]] }, "scaled-scores[0,0]", "2/√6"],
    // d_k = 4: −0.1·5/2
    [{ query: [[-0.1, 0, 0, 0]], key: [[5, 0, 0, 0]] }, "scaled-scores[0,0]", "−1/4"],
    // Equal scores: common factors other than e^0 cancel, too.
    [
      {
        query: [[1, 1]],
        key: [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
      },
      "weights[0,1]",
      "1/3",
    ],
  ])("%o: %s is %s", (inputs, cell, text) => {
    expect(exactText(attend(inputs), cell)).toBe(text);
  });

  test("a masked key is e^−∞ = 0", () => {
    const trace = attend({ query, key, mask: [[true, true, false]] });
    expect(exactText(trace, "weights[0,1]")).toBe("e^(1/√2) / (1 + e^(1/√2))");
    expect(exactText(trace, "weights[0,2]")).toBe("0");
  });

  test("other scorings", () => {
    expect(exactText(attend({ query, key }, { scoring: "cosine" }), "scores[0,1]")).toBe("1/√2");
    expect(exactText(attend({ query, key }, { scoring: "additive" }), "scores[0,2]")).toBe("tanh(4)");
    const bilinear = {
      query,
      key,
      wa: [
        [0.5, 0],
        [0, 1],
      ],
    };
    expect(exactText(attend(bilinear, { scoring: "general" }), "weights[0,2]")).toBe(
      "e^(3/2) / (1 + e^(1/2) + e^(3/2))",
    );
  });
});

test.each([
  // 10000^(2/4) = 100
  [4, "encoding[3,2]", "sin(3/100)"],
  [4, "encoding[0,2]", "0"],
  [6, "encoding[3,3]", "cos(3/10000^(1/3))"],
  [8, "rates[0,3]", "1/1000"],
])("posenc, d_model %d: %s is %s", (dModel, cell, text) => {
  expect(exactText(posenc({}, { length: 4, dModel }), cell)).toBe(text);
});

describe("there is none", () => {
  test.each([
    ["of numbers that are not short", attend({ query: [[0.3333333, 0]], key }), "scores[0,1]"],
    [
      "of numbers rounded on the way",
      carriedAttend({ query, key }, { unit: "decimals", count: 2 }),
      "weights[0,2]",
    ],
    ["of a number that is none", attend({ query: [[Number.NaN, 0]], key }), "scores[0,1]"],
    ["of what was masked", attend({ query, key, mask: [[true, true, false]] }), "masked-scores[0,2]"],
    [
      "of long arithmetic",
      attend({ query, key: Array.from({ length: 40 }, (_, j) => [j, 1]) }),
      "weights[0,1]",
    ],
  ])("%s", (_, trace, cell) => expect(exactText(trace, cell)).toBeUndefined());
});

describe("the law: an exact form is the number of its cell", () => {
  const x = [
    [1, 0, 2, 1],
    [0, 1, 1, 2],
    [1, 1, 0, -1],
  ];
  const traces: readonly (readonly [string, Trace])[] = [
    ...attendExamples().map(
      ({ name, inputs, settings }) => [name, attend(inHalves(inputs), settings)] as const,
    ),
    ["multihead", multihead({ x }, { heads: 2, alibi: true })],
    ["rope", multihead({ x }, { heads: 2, rope: "half-split" })],
    ["compare-scoring", compareScoring({ query: [[1, 0]], key, value: key })],
    ["posenc", posenc({ x }, { shift: 3 })],
    ["whole numbers", attend({ query: x, key: x, value: x }, { causal: true })],
  ];
  const cases = traces.map(([name, trace]) => [name, exactForms(trace)] as const);

  test.each(cases)("%s", (_, forms) => {
    for (const [cell, form, value] of forms) {
      const distance = decimalOf(form).minus(value).abs().toNumber();
      expect(distance, cell).toBeLessThanOrEqual(1e-12 * Math.abs(value) + evaluate(form).error);
      // Typed in again where a number is expected, the form means the same number.
      const text = write(form).replaceAll("²", "^2");
      if (!/[a-df-zπ]/.test(text))
        expect(evaluateArithmetic(text, { e: Math.E }), text).toBeCloseTo(value, 9);
    }
  });

  test("enough cells have one", () => {
    expect(cases.filter(([, forms]) => forms.length > 10).length).toBeGreaterThan(20);
  });
});

/** The same inputs as short numbers. */
function inHalves(inputs: AttendInputs): AttendInputs {
  const halves = Object.entries(inputs).map(([name, given]) => [
    name,
    "data" in given ? mapCells(given, (value: number) => Math.round(2 * value) / 2) : given,
  ]);
  return Object.fromEntries(halves);
}

function exactForms(trace: Trace): (readonly [cell: string, form: Expression, value: number])[] {
  return trace.steps.flatMap((step) => {
    const matrix = step.output();
    return Array.from(matrix.data.subarray(0, 5)).flatMap((value, index) => {
      const [row, col] = [Math.floor(index / matrix.cols), index % matrix.cols];
      const { key } = step;
      const form = exactForm(trace, { key, row, col });
      return form ? [[`${key}[${row},${col}]`, form, value] as const] : [];
    });
  });
}

const Precise = Decimal.clone({ precision: 25 });

/** An expression of numbers, computed to 25 digits by another program. */
function decimalOf(expression: Expression): Decimal {
  switch (expression.kind) {
    case "cell":
      throw new Error("an exact form has no cells");
    case "constant":
      return new Precise(expression.value);
    case "negative":
      return decimalOf(expression.of).neg();
    case "sum":
      return expression.terms.reduce((total, term) => total.plus(decimalOf(term)), new Precise(0));
    case "product":
      return expression.factors.reduce((total, factor) => total.times(decimalOf(factor)), new Precise(1));
    case "quotient":
      return decimalOf(expression.dividend).div(decimalOf(expression.divisor));
    case "call": {
      const [x, y] = expression.args.map(decimalOf);
      if (expression.fn === "pow") return x.pow(y);
      const { fn } = expression;
      if (fn === "exp" || fn === "ln" || fn === "sqrt" || fn === "tanh" || fn === "sin" || fn === "cos")
        return x[fn]();
      throw new Error(`${fn} is not expected in an exact form`);
    }
  }
}
