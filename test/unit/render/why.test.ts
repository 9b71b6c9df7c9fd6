import { describe, expect, test } from "vitest";
import { parseCellReference } from "../../../src/explain/cell-reference.js";
import { explain } from "../../../src/explain/why.js";
import { attend, multihead, UserError } from "../../../src/index.js";
import { writeExpression } from "../../../src/render/expression.js";
import { foldTerms } from "../../../src/render/notation.js";
import { describeExplanation } from "../../../src/render/why.js";
import { call, constant, named, negative, product, quotient, sum } from "../../../src/trace/expression.js";
import { carriedAttend } from "../../support/carried.js";
import { explainedBy, lines, stepOf, textOf, traceOf } from "../../support/traces.js";

const view = { leaf: () => "x", number: String };
const two = constant(2);

test.each([
  [sum([two, negative(two)]), "2 − 2"],
  [sum([constant(-1), constant(-2)]), "-1 + (-2)"],
  [product(two, constant(-2)), "2·(-2)"],
  [product(sum([two, two]), two), "(2 + 2)·2"],
  [product(two, constant(0.25, "1/4")), "2·(1/4)"],
  [quotient(product(two, constant(2)), product(two, constant(2))), "2·2 / (2·2)"],
  [quotient(two, call("sqrt", two)), "2 / √2"],
  [call("exp", two), "e^2"],
  [call("exp", sum([two, negative(call("max", two, constant(3)))])), "e^(2 − max(2, 3))"],
  [negative(sum([product(two, call("ln", two))])), "−2·ln(2)"],
  [sum([two, negative(constant(-2))]), "2 − (-2)"],
  [sum([two, constant(Number.NEGATIVE_INFINITY, "−∞")]), "2 + (−∞)"],
  [negative(negative(two)), "−(−2)"],
  [sum([]), "0"],
  [
    quotient(constant(3), call("pow", constant(10_000), quotient(constant(4), constant(8)))),
    "3 / 10000^(4/8)",
  ],
  [product(named(3, "σ"), named(3, "σ")), "3²"],
  [product(two, two), "2²"],
  [product(constant(2), constant(2)), "2·2"],
  [product(constant(3), sum([two, two]), negative(two)), "3·(2 + 2)·(−2)"],
  [call("abs", negative(two)), "|−2|"],
  [call("floor", quotient(two, constant(3))), "⌊2 / 3⌋"],
  [call("pow", sum([two, two]), two), "(2 + 2)^2"],
])("%o is written %s", (expression, text) => {
  expect(writeExpression(expression, view)).toBe(text);
});

test("a long sum is folded: four terms, what the middle adds up to, the last", () => {
  const terms = Array.from({ length: 64 }, (_, k) => constant(k));
  // 4 + 5 + … + 62 = 62·63/2 − 6
  expect(writeExpression(sum(terms), view)).toBe("0 + 1 + 2 + 3 + (… 59 more terms, sum 1947) + 63");
  expect(foldTerms([1, 2, 3])).toEqual([1, 2, 3]);
});

const GIVEN = {
  query: [
    [1, 0],
    [0, 2],
  ],
  key: [
    [1, 1],
    [0, 1],
  ],
  value: [
    [1, 0],
    [0, 1],
  ],
  tokens: ["please", "study"],
};
const trace = attend(GIVEN);

test("an explanation goes down to the inputs, each number once", async () => {
  const document = describeExplanation(trace, explain(trace, parseCellReference(trace, "weights[1,0]")), 4);
  // scores 0·1 + 2·1 = 2 for both keys, so both weights are 1/2; e^(2/√2) = e^1.4142 = 4.1133
  expect(await textOf(document, { width: 80 })).toBe(
    lines(`
      weights[study,please] = 0.5000   α = E / Σ E
        = 1/2   exactly
        = exponentials[study,please] / row-sums[study]
        = 4.1133 / 8.2265
        exponentials[study,please] = 4.1133   E = e^s
          = e^scaled-scores[study,please]
          = e^1.4142
          scaled-scores[study,please] = 1.4142   S′ = S / √d_k
            = scores[study,please] / √2
            = 2 / √2
            scores[study,please] = 2   S = Q Kᵀ
              = query[study,0]·key[please,0] + query[study,1]·key[please,1]
              = 0·1 + 2·1
        row-sums[study] = 8.2265   Σ_j E_ij
          = exponentials[study,please] + exponentials[study,study]
          = 4.1133 + 4.1133
          exponentials[study,please] = 4.1133   (see above)
          exponentials[study,study] = 4.1133   E = e^s
            = e^scaled-scores[study,study]
            = e^1.4142
            scaled-scores[study,study] = 1.4142   S′ = S / √d_k
              = scores[study,study] / √2
              = 2 / √2
              scores[study,study] = 2   S = Q Kᵀ
                = query[study,0]·key[study,0] + query[study,1]·key[study,1]
                = 0·0 + 2·1
      `),
  );
});

test("names, values and formulas are not torn apart where they fit a line", async () => {
  const document = describeExplanation(trace, explain(trace, parseCellReference(trace, "scores[1,0]")), 2);
  expect(await textOf(document, { width: 36 })).toBe(
    lines(`
      scores[study,please] = 2   S = Q Kᵀ
        = query[study,0]·key[please,0] +
            query[study,1]·key[please,1]
        = 0·1 + 2·1
      `),
  );
  expect(await textOf(document, { width: 24 })).toBe(
    lines(`
      scores[study,please] = 2
          S = Q Kᵀ
        = query[study,0]·
            key[please,0] +
            query[study,1]·
            key[please,1]
        = 0·1 + 2·1
      `),
  );
});

test("in a scope names stand without it, unless they would mean something else", async () => {
  const identity = [
    [1, 0],
    [0, 1],
  ];
  const layer = multihead({ x: identity, wv: identity }, { heads: 1 });
  const textAt = async (cell: string) =>
    textOf(describeExplanation(layer, explain(layer, parseCellReference(layer, cell), 1), 2));
  expect(await textAt("head 0/scaled-scores[0,0]")).toContain("= scores[0,0] / √2\n");
  // "v" is also the projection that the head's v is cut from.
  expect(await textAt("head 0/context[0,0]")).toContain(
    "= weights[0,0]·head 0/v[0,0] + weights[0,1]·head 0/v[1,0]\n",
  );
});

test("a number that was carried says what it was", async () => {
  const carried = carriedAttend(GIVEN, { unit: "decimals", count: 1 });
  const document = describeExplanation(
    carried,
    explain(carried, parseCellReference(carried, "scaled-scores[1,0]"), 1),
    1,
  );
  expect(await textOf(document)).toBe(
    lines(`
      scaled-scores[study,please] = 1.4   S′ = S / √d_k
        = scores[study,please] / √2
        = 2 / √2
        = 1.41421, carried on as 1.4
        scores[study,please] = 2   (not taken further)
      `),
  );
});

test("a constant with a name is written by it, and then by its number", async () => {
  const formula = quotient(named(7, "S"), constant(2));
  const step = explainedBy(stepOf({ id: "place", formula: "S / 2", rows: [[3.5]] }), formula);
  const document = describeExplanation(
    traceOf([step]),
    explain(traceOf([step]), { key: "place", row: 0, col: 0 }),
    1,
  );
  expect(await textOf(document)).toBe(
    lines(`
      place[0] = 3.5   S / 2
        = S / 2
        = 7 / 2
      `),
  );
});

test("what is left out of a long sum is not explained, and so not above", async () => {
  const key = Array.from({ length: 11 }, () => [1, 0]);
  const long = attend({ query: [[1, 0]], key, value: key });
  const explanation = explain(long, parseCellReference(long, "output[0,0]"), 2, foldTerms);
  expect(explanation.parts.map((part) => (typeof part === "number" ? part : part.col))).toEqual([
    0, 1, 2, 3, 6, 10,
  ]);
  const text = await textOf(describeExplanation(long, explanation, 2));
  expect(text).toContain("… 6 more like it");
  expect(text).not.toContain("exponentials[0,4]");
});

test("a number that was given needs no arithmetic", async () => {
  const given = explain(trace, parseCellReference(trace, "query[study,1]"));
  expect(await textOf(describeExplanation(trace, given, 4))).toBe("query[study,1] = 2   (given)\n");
});

test("a depth stops it", async () => {
  const document = describeExplanation(
    trace,
    explain(trace, parseCellReference(trace, "output[study,0]"), 1),
    2,
  );
  expect(await textOf(document, { width: 80 })).toBe(
    lines(`
      output[study,0] = 0.50   O = α V
        = 1/2   exactly
        = weights[study,please]·value[please,0] + weights[study,study]·value[study,0]
        = 0.50·1 + 0.50·0
        weights[study,please] = 0.50, weights[study,study] = 0.50   (not taken
            further)
      `),
  );
});

test.each([
  ["weights[1,0]", { key: "weights", row: 1, col: 0 }],
  ["weights[study, please]", { key: "weights", row: 1, col: 0 }],
  ["row-sums[1]", { key: "row-sums", row: 1, col: 0 }],
  ["query[0,1]", { key: "query", row: 0, col: 1 }],
  ["weights[1][0]", { key: "weights", row: 1, col: 0 }],
  ["weights[-1,-2]", { key: "weights", row: 1, col: 0 }], // from the end, of two
])("%s is understood", (text, cell) => expect(parseCellReference(trace, text)).toEqual(cell));

test.each([
  ["weights", "USAGE"],
  ["weights[1]", "USAGE"],
  ["weights[2,0]", "USAGE"],
  ["weights[-3,0]", "USAGE"],
  ["weights[man,0]", "USAGE"],
  ["weight[0,0]", "UNKNOWN_STEP"],
])("%s is refused: %s", (text, code) => {
  expect(() => parseCellReference(trace, text)).toThrowError(UserError);
  try {
    parseCellReference(trace, text);
  } catch (error) {
    expect(error).toMatchObject({ code, details: { hint: expect.stringMatching(/\S/) } });
  }
});

test("a step is known by its id where one scope has it, a row by its label where it is one row's", () => {
  const x = [
    [1, 2],
    [0, 1],
    [1, 1],
  ];
  const layer = multihead({ x, tokens: ["the", "cat", "the"] }, { heads: 2 });
  const one = multihead({ x }, { heads: 1 });
  expect(parseCellReference(one, "weights[2,0]")).toEqual({ key: "head 0/weights", row: 2, col: 0 });
  expect(parseCellReference(layer, "output[cat,0]")).toMatchObject({ row: 1 });
  expect(parseCellReference(layer, "output[2 the,0]")).toMatchObject({ row: 2 });
  const errorAt = (text: string) => {
    try {
      return parseCellReference(layer, text);
    } catch (error) {
      return error;
    }
  };
  expect(errorAt("weights[0,1]")).toMatchObject({
    code: "AMBIGUOUS",
    details: { hint: "Say which one: head 0/weights[0,1], head 1/weights[0,1]." },
  });
  expect(errorAt("output[the,0]")).toMatchObject({
    code: "AMBIGUOUS",
    message: '"the" is the name of rows 0, 2.',
  });
});

describe("a function of more than single numbers", () => {
  const sine = call("sin", quotient(constant(100_003), constant(10)));
  const explained = (value: number) => {
    const step = explainedBy(stepOf({ id: "wave", formula: "sin", rows: [[value]] }), sine);
    const wave = traceOf([step]);
    return describeExplanation(wave, explain(wave, { key: "wave", row: 0, col: 0 }), { significant: 6 });
  };

  test("is shown with its arguments worked out", async () => {
    expect(await textOf(explained(Math.sin(10_000.3)))).toBe(
      lines(`
        wave[0] = -0.573346   sin
          = sin(100003 / 10)
          = sin(10000.3)
        `),
    );
  });

  // decimal.js: sin 10000.3 = −0.57334572850837835…
  test("says when float64 gives another number, and only when rounding explains it", async () => {
    expect(await textOf(explained(-0.5733457285083784))).toContain(
      "in float64, as written, it gives -0.5733457285077822, 6.0e-13 away from",
    );
    expect(await textOf(explained(-0.57))).not.toContain("float64");
  });
});
