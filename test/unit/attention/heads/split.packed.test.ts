import { describe, expect, test } from "vitest";
import { findStep, multihead, toRows } from "../../../../src/index.js";
import { refusal } from "../../../support/refusal.js";

type Inputs = Parameters<typeof multihead>[0];
type Settings = Parameters<typeof multihead>[1];

// Two heads of two columns and one kv head: 4 + 2 + 2 = 8 columns.
const GROUPED: Settings = { heads: 2, kvHeads: 1 };
const X = [[1, 0]];
const WQKV = [
  [1, 2, 3, 4, 5, 6, 7, 8],
  [11, 12, 13, 14, 15, 16, 17, 18],
];
const BQKV = [[1, 2, 3, 4, 5, 6, 7, 8]];

const partsOf = (inputs: Inputs, settings: Settings, ids: readonly string[]) => {
  const trace = multihead(inputs, settings);
  return ids.map((id) => {
    const step = findStep(trace, id);
    return step && [toRows(step.output()), step.title, step.formula];
  });
};

describe("packed projections", () => {
  test("hold H·d, G·d and G·d columns", () => {
    expect(partsOf({ x: X, wqkv: WQKV }, GROUPED, ["wq", "wk", "wv"])).toEqual([
      [WQKV.map((row) => row.slice(0, 4)), "W^Q", "columns 0 to 3 of wqkv"],
      [WQKV.map((row) => row.slice(4, 6)), "W^K", "columns 4 to 5 of wqkv"],
      [WQKV.map((row) => row.slice(6, 8)), "W^V", "columns 6 to 7 of wqkv"],
    ]);
  });

  test("hold rows where they are stored out × in", () => {
    // 4 rows for one head and one kv head of one column each would be 1 + 1 + 1 = 3: two heads are 2 + 1 + 1.
    const stored = [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ];
    const parts = partsOf({ x: X, wqkv: stored }, { ...GROUPED, layout: "out-in" }, ["wq", "wk", "wv"]);
    expect(parts).toEqual([
      [
        [
          [1, 2],
          [3, 4],
        ],
        ...["W^Q", "rows 0 to 1 of wqkv"],
      ],
      [[[5, 6]], "W^K", "rows 2 to 2 of wqkv"],
      [[[7, 8]], "W^V", "rows 3 to 3 of wqkv"],
    ]);
  });

  test("have a packed b, of columns however W is stored", () => {
    const parts = [
      [[[1, 2, 3, 4]], "b^Q", "columns 0 to 3 of bqkv"],
      [[[5, 6]], "b^K", "columns 4 to 5 of bqkv"],
      [[[7, 8]], "b^V", "columns 6 to 7 of bqkv"],
    ];
    const ids = ["bq", "bk", "bv"];
    expect(partsOf({ x: X, wqkv: WQKV, bqkv: BQKV }, GROUPED, ids)).toEqual(parts);
    const stored = BQKV[0].map((value) => [value, 0]);
    const given = { x: X, wqkv: stored, bqkv: BQKV };
    expect(partsOf(given, { ...GROUPED, layout: "out-in" }, ids)).toEqual(parts);
  });
});

test("a packed b stands beside W of their own, too", () => {
  const parts = partsOf({ x: [[1]], wq: [[1]], wk: [[1]], wv: [[1]], bqkv: [[7, 8, 9]] }, {}, [
    "q",
    "k",
    "v",
  ]);
  // 1·1 + 7, + 8, + 9
  expect(parts.map((part) => part?.[0])).toEqual([[[8]], [[9]], [[10]]]);
});

describe("are refused", () => {
  const one = [[1]];

  test.each<[string, Inputs, Settings, string, string]>([
    [
      ...(["beside each W", { x: one, wqkv: [[1, 2, 3]], wv: one }, {}] as const),
      ...([
        "Both wqkv and wv are given.",
        "A packed W holds W^Q, W^K and W^V; give one or the other.",
      ] as const),
    ],
    [
      ...(["beside each b", { x: one, wqkv: [[1, 2, 3]], bqkv: [[1, 2, 3]], bq: one }, {}] as const),
      ...([
        "Both bqkv and bq are given.",
        "A packed b holds b^Q, b^K and b^V; give one or the other.",
      ] as const),
    ],
  ])("%s", (_, inputs, settings, message, hint) => {
    const error = refusal(() => multihead(inputs, settings));
    expect(error?.code).toBe("CONFLICTING_INPUTS");
    expect(error?.message).toBe(message);
    expect(error?.details.hint).toBe(hint);
  });

  test.each<[string, Inputs]>([
    ["a W", {}],
    ["each W", { wq: one, wk: one }],
  ])("a b without %s", (_, more) => {
    const error = refusal(() => multihead({ x: one, bqkv: [[1, 2, 3]], ...more }));
    expect(error?.code).toBe("MISSING_INPUT");
    expect(error?.message).toBe("bqkv is given, but neither wqkv nor all of wq, wk and wv.");
    expect(error?.details.hint).toBe("Leave it out, or give the matrices of this bias.");
  });

  test.each<[string, Inputs, Settings, string, string]>([
    [
      ...(["wqkv", { x: X, wqkv: [...[[1, 2, 3]], ...[[4, 5, 6]]] }, GROUPED] as const),
      ...(["wqkv", "wqkv is 2×3: 3 columns cannot be divided among 4 heads of q, k and v."] as const),
    ],
    [
      ...(["wqkv", { x: X, wqkv: [...[[1, 2]], ...[[3, 4]]] }, { ...GROUPED, layout: "out-in" }] as const),
      ...(["wqkv", "wqkv is 2×2: 2 rows cannot be divided among 4 heads of q, k and v."] as const),
    ],
    [
      ...(["bqkv", { x: X, wqkv: WQKV, bqkv: [[1, 2, 3]] }, GROUPED] as const),
      ...(["bqkv", "bqkv is 1×3: 3 columns cannot be divided among 4 heads of q, k and v."] as const),
    ],
  ])("a %s that does not come out even", (_, inputs, settings, name, message) => {
    const error = refusal(() => multihead(inputs, settings));
    expect(error?.code).toBe("SHAPE_MISMATCH");
    expect(error?.message).toBe(message);
    expect(error?.details).toMatchObject({
      subject: { name },
      hint: "Check heads, kvHeads and layout.",
    });
  });
});
