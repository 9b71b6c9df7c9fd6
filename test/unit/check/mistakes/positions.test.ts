import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../../src/check/answers.js";
import { UNCHANGED } from "../../../../src/check/person/changes.js";
import { Numbers } from "../../../../src/check/person/numbers.js";
import { sourcesOf } from "../../../../src/check/solution.js";
import {
  type Case,
  type Given,
  homework,
  mistaken,
  mistakeOf,
  placesOf,
  solved,
  writtenIn,
} from "../../../support/mistaken.js";
import { typedAnswers } from "../../../support/typed-answers.js";

// Positions 0 and 1 with d = 4 and base 100: angles 1 and 0.1 in row 1, and sin 1 = 0.84147, cos 1 = 0.5403,
// sin 0.1 = 0.09983, cos 0.1 = 0.995.
const table = (settings: object = {}): Given => [
  "posenc",
  { settings: { length: 2, dModel: 4, base: 100, ...settings } },
];
const paper = table();
const halves = table({ columns: "halves" });
const tensor2tensor = table({ convention: "tensor2tensor" });
const doubled = table({ exponent: "doubled" });
// Exponents 0 and 2/5: angles 1 and 100000^(-2/5) = 0.01; the last column is 0.
const odd = table({ dModel: 5, base: 100_000, oddD: "zero" });
const rotary = (settings: object): Given => [
  "posenc",
  { x: "0 0 0 0 0; 1 2 3 4 5", settings: { kind: "rope", base: 100, rotarySize: 4, ...settings } },
];
const interleaved = rotary({ pairs: "interleaved" });
const halfSplit = rotary({ pairs: "half-split" });
// Three pairs, turned by 1, 0.1 and 0.01.
const sixColumns = (pairs: string): Given => [
  "posenc",
  { x: "0 0 0 0 0 0; 1 2 3 4 5 6", settings: { kind: "rope", base: 1000, pairs } },
];
const heads: Given = [
  "multihead",
  { x: "0 0 0 0; 1 2 3 4", settings: { heads: 1, rope: "half-split", base: 100 } },
];
const attention: Given = ["attend", { x: "1 2; 3 4" }];

const NOWHERE = [
  ...["sin-cos-swapped", "sin-cos-halves", "sin-cos-interleaved", "angle-in-degrees", "position-from-one"],
  ...[
    "rotary-pairing",
    "exponent-half-minus-one",
    "exponent-paper",
    "cos-own-exponent",
    "exponent-by-column",
  ],
  ...["exponent-doubled", "base-off", "pi-rounded"],
];

test.each(NOWHERE.map((id) => [id]))("%s is not made in an attention without positions", (id) =>
  expect(mistaken(id, attention)).toEqual([]),
);

test.each<Case>([
  ["sin-cos-swapped", "in turn", paper, { encoding: ["1 0 1 0; 0.5403 0.84147 0.995 0.09983"] }],
  ["sin-cos-swapped", "in halves", halves, { encoding: ["1 1 0 0; 0.5403 0.995 0.84147 0.09983"] }],
  ["sin-cos-swapped", "five columns", odd, { encoding: ["1 0 1 0 0; 0.5403 0.84147 0.99995 0.01 0"] }],
  ["sin-cos-halves", "in turn", paper, { encoding: ["0 0 1 1; 0.84147 0.09983 0.5403 0.995"] }],
  ["sin-cos-halves", "five columns", odd, { encoding: ["0 0 1 1 0; 0.84147 0.01 0.5403 0.99995 0"] }],
  ["sin-cos-halves", "in halves", halves, { encoding: [] }],
  ["sin-cos-interleaved", "in halves", halves, { encoding: ["0 1 0 1; 0.84147 0.5403 0.09983 0.995"] }],
  ["sin-cos-interleaved", "in turn", paper, { encoding: [] }],
  // sin 1° = 0.01745, cos 1° = 0.99985, sin 0.1° = 0.00175.
  ["angle-in-degrees", "a table", paper, { encoding: ["0 1 0 1; 0.01745 0.99985 0.00175 1"] }],
  ["angle-in-degrees", "RoPE", interleaved, { cos: ["1 1; 0.99985 1"], sin: ["0 0; 0.01745 0.00175"] }],
  ["position-from-one", "a table", paper, { angles: ["1 0.1; 2 0.2", "-1 -0.1; 0 0"] }],
  [
    "position-from-one",
    "from another position",
    table({ offset: 5 }),
    { angles: ["6 0.6; 7 0.7", "4 0.4; 5 0.5"] },
  ],
  // (1 cos 1 − 3 sin 1, 2 cos 0.1 − 4 sin 0.1, 1 sin 1 + 3 cos 1, …), and (1 cos 1 − 2 sin 1, 1 sin 1 + 2 cos 1, …).
  [
    "rotary-pairing",
    "neighbours asked for",
    interleaved,
    { rotated: ["0 0 0 0 0; -1.98411 1.59067 2.46238 4.17968 5"] },
  ],
  [
    "rotary-pairing",
    "halves asked for",
    halfSplit,
    { rotated: ["0 0 0 0 0; -1.14264 1.92208 2.58568 4.27952 5"] },
  ],
  // (1 cos 1 − 4 sin 1, 2 cos 0.1 − 5 sin 0.1, 3 cos 0.01 − 6 sin 0.01, 1 sin 1 + 4 cos 1, …), and
  // (1 cos 1 − 2 sin 1, 1 sin 1 + 2 cos 1, 3 cos 0.1 − 4 sin 0.1, …).
  [
    "rotary-pairing",
    "neighbours of six columns asked for",
    sixColumns("interleaved"),
    { rotated: ["0 0 0 0 0 0; -2.82558 1.49084 2.93985 3.00268 5.17469 6.0297"] },
  ],
  [
    "rotary-pairing",
    "halves of six columns asked for",
    sixColumns("half-split"),
    { rotated: ["0 0 0 0 0 0; -1.14264 1.92208 2.58568 4.27952 4.93975 6.0497"] },
  ],
  ["rotary-pairing", "a table", paper, { encoding: [] }],
  // i/(d/2 − 1) is 0 and 1: rates 1 and 1/100; then all sines first as well.
  [
    "exponent-half-minus-one",
    "in turn",
    paper,
    {
      rates: ["1 0.01", "1 0.01"],
      encoding: ["0 1 0 1; 0.84147 0.5403 0.01 0.99995", "0 0 1 1; 0.84147 0.01 0.5403 0.99995"],
    },
  ],
  ["exponent-half-minus-one", "in halves", halves, { rates: ["1 0.01"] }],
  // i/2 instead of 2i/6, of 10^6.
  [
    "exponent-half-minus-one",
    "six columns",
    table({ dModel: 6, base: 1e6, columns: "halves" }),
    { rates: ["1 0.001 0"] },
  ],
  ["exponent-half-minus-one", "asked for", tensor2tensor, { rates: [] }],
  ["exponent-half-minus-one", "RoPE", interleaved, { "inverse-frequencies": [] }],
  ["exponent-paper", "tensor2tensor", tensor2tensor, { rates: ["1 0.1"] }],
  ["exponent-paper", "asked for", paper, { rates: [] }],
  [
    "exponent-paper",
    "six columns",
    table({ dModel: 6, base: 1e6, convention: "tensor2tensor" }),
    { rates: ["1 0.01 0.0001"] },
  ],
  // Cosines of 100^(-1/4) = 0.316 and 100^(-3/4) = 0.0316.
  ["cos-own-exponent", "in turn", paper, { encoding: ["0 1 0 1; 0.84147 0.95042 0.09983 0.9995"] }],
  ["cos-own-exponent", "in halves", halves, { encoding: ["0 0 1 1; 0.84147 0.09983 0.95042 0.9995"] }],
  // Cosines of 100^(-1/2) = 0.1 and 100^(-3/2): half of what a pair is further on than the last.
  ["cos-own-exponent", "tensor2tensor", tensor2tensor, { encoding: ["0 0 1 1; 0.84147 0.01 0.995 1"] }],
  ["cos-own-exponent", "4i/d", doubled, { encoding: ["0 1 0 1; 0.84147 0.995 0.01 1"] }],
  // Sines of 100^(-2c/4) for c = 0 and 2, cosines for c = 1 and 3.
  ["exponent-by-column", "in turn", paper, { encoding: ["0 1 0 1; 0.84147 0.995 0.01 1"] }],
  ["exponent-by-column", "in halves", halves, { encoding: [] }],
  ["exponent-doubled", "a table", paper, { rates: ["1 0.01"] }],
  ["exponent-doubled", "RoPE", interleaved, { "inverse-frequencies": ["1 0.01"] }],
  // Twice i/(d/2 − 1) is no 4i/d, nor is twice that.
  ["exponent-doubled", "tensor2tensor", tensor2tensor, { rates: [] }],
  ["exponent-doubled", "asked for", doubled, { rates: [] }],
  // 2 · 3.14 = 6.28 and ten times that; angles in degrees, 180/π times as large with another π: sin(π/3.14) = 0.84175.
  [
    "pi-rounded",
    "wavelengths, and angles in degrees",
    paper,
    {
      wavelengths: [
        "6.28 62.8",
        "6.28319 62.83185",
        "6.284 62.84",
        "6.28319 62.83185",
        "6.28571 62.85714",
        "6.28319 62.83185",
      ],
      encoding: [
        "0 1 0 1; 0.84147 0.5403 0.09983 0.995",
        "0 1 0 1; 0.84174 0.53988 0.09988 0.995",
        "0 1 0 1; 0.84147 0.5403 0.09983 0.995",
        "0 1 0 1; 0.8414 0.54041 0.09982 0.99501",
        "0 1 0 1; 0.84147 0.5403 0.09983 0.995",
        "0 1 0 1; 0.84125 0.54064 0.09979 0.99501",
      ],
    },
  ],
])("%s: %s", (id, _, given, expected) =>
  expect(solved(id, given, Object.keys(expected), 5)).toEqual(expected),
);

test.each<[string, Given, (string | undefined)[]]>([
  ["rotary-pairing", interleaved, ["rotated"]],
  ["rotary-pairing", heads, ["q-rotated"]],
  ["pi-rounded", paper, ["wavelengths", "encoding", "wavelengths", "encoding", "wavelengths", "encoding"]],
])("%s is made where the step is done otherwise", (id, given, steps) =>
  expect(placesOf(id, given)).toEqual(steps),
);

describe("the settings with which a mistake is a convention", () => {
  const settingsOf = (id: string, given: Given, typed: Readonly<Record<string, string>> = {}) => {
    const { convention } = mistakeOf(id);
    return mistaken(id, given, typed).map((altered) =>
      typeof convention === "function" ? convention(altered) : convention,
    );
  };
  /** The bases that are read off a written step. */
  const basesOf = (given: Given, typed: Readonly<Record<string, string>>) => {
    const own = homework(given);
    const { applyAt, convention } = mistakeOf("base-off");
    const answers = [...settleAnswers(own.trace, typedAnswers(typed)).values()];
    const numbers = new Numbers(sourcesOf(own.trace), UNCHANGED);
    const altered = answers.flatMap(
      (answer) => applyAt?.(own, { answer, numbers, nodes: [], own: [] }) ?? [],
    );
    return altered.map((one) => typeof convention === "function" && convention(one).base);
  };
  test.each<[string, Given, object[]]>([
    ["rotary-pairing", interleaved, [{ pairs: "half-split" }]],
    ["rotary-pairing", halfSplit, [{ pairs: "interleaved" }]],
    ["rotary-pairing", heads, [{ rope: "interleaved" }]],
    [
      "exponent-half-minus-one",
      paper,
      [{ exponent: "half-minus-one" }, { columns: "halves", exponent: "half-minus-one" }],
    ],
  ])("%s", (id, given, settings) => expect(settingsOf(id, given)).toEqual(settings));

  // The second rate is 1/√base: of 0.02 the base is from 1600 to 4444, of 0.020 from 2380 to 2630, of 0.0200 from 2488 to
  // 2513. Of several, the one of one digit is told, or the smallest.
  test.each([
    ["0.02", 2000],
    ["0.020", 2400],
    ["0.0200", 2500],
    // 1/√1.1 = 0.9535, 1/√10 = 0.3162, 1/√990000 = 0.0010050, 1/√10⁸.
    ["0.953", 1.1],
    ["0.316", 10],
    ["0.001005", 990_000],
    ["0.0001", 100_000_000],
    ["0.1000", undefined],
    // Only that of 1 is 1.00, and 1/√2000000 is beyond what is tried.
    ["1.00", undefined],
    ["0.000707", undefined],
  ])("of the rate %s the base is %d", (rate, base) =>
    expect(basesOf(paper, { rates: `- ${rate}` })).toEqual(base === undefined ? [] : [base]),
  );

  test("a step that the base in force gives has no other base", () =>
    expect(basesOf(paper, { angles: "0 0; 1 0.1" })).toEqual([]));

  test("of any sheet the usual bases are tried", () =>
    expect(settingsOf("base-off", paper)).toEqual([{ base: 1000 }, { base: 10_000 }]));

  test("of large sheets only powers of ten are tried", () => {
    const [, { settings }] = table({ length: 251, base: 100 });
    const typed = (length: number) => {
      const other = homework(["posenc", { settings: { ...(settings as object), length, base: 2500 } }]);
      return { encoding: writtenIn(other.trace, "encoding", 4) };
    };
    const found = (length: number) => basesOf(table({ length }), typed(length));
    expect(found(250)).toEqual([2500]);
    expect(found(251)).not.toEqual([2500]);
  });
});

describe("the exponent of pair i, in units of i", () => {
  test.each<[string, Given, { text: string; value: number } | undefined]>([
    ["exponent-half-minus-one", table({ dModel: 6 }), { text: "i/(d/2 − 1) = i/2", value: 0.5 }],
    // Of five columns two are pairs.
    ["exponent-half-minus-one", odd, { text: "i/(d/2 − 1) = i/1", value: 1 }],
    ["exponent-doubled", table({ dModel: 6 }), { text: "4i/d = 4i/6", value: 4 / 6 }],
    ["exponent-doubled", interleaved, undefined],
  ])("%s", (id, given, amount) => expect(mistakeOf(id).amount?.(homework(given))).toEqual(amount));
});
