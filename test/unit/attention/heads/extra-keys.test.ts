import { describe, expect, test } from "vitest";
import { findStep, multihead, toRows } from "../../../../src/index.js";
import { refusal } from "../../../support/refusal.js";

type Inputs = Parameters<typeof multihead>[0];

// Two heads of one column: the query is 1×2, keys and values are 2×2.
const GIVEN: Inputs = {
  query: [[1, 1]],
  key: [
    [1, 2],
    [3, 4],
  ],
  value: [
    [10, 20],
    [30, 40],
  ],
};
const PAST: Inputs = { pastKey: [[5, 6]], pastValue: [[50, 60]] };
const BIAS: Inputs = { biasK: [[7, 8]], biasV: [[70, 80]] };

const run = (more: Inputs, settings: Parameters<typeof multihead>[1] = {}) =>
  multihead({ ...GIVEN, ...more }, { heads: 2, ...settings });

describe("a key without its value", () => {
  test.each<[string, string, Inputs]>([
    ["pastKey", "pastValue", { pastKey: [[5, 6]] }],
    ["pastValue", "pastKey", { pastValue: [[5, 6]] }],
    ["biasK", "biasV", { biasK: [[5, 6]] }],
    ["biasV", "biasK", { biasV: [[5, 6]] }],
  ])("%s without %s is refused", (given, absent, more) => {
    const error = refusal(() => run(more));
    expect(error?.code).toBe("MISSING_INPUT");
    expect(error?.message).toBe(`${given} is given, but ${absent} is not.`);
    expect(error?.details.hint).toBe("A key needs its value.");
  });
});

describe("shapes of what comes beside the keys", () => {
  // One kv head of 1 column of keys and 3 of values, for two heads.
  const grouped: Inputs = { query: [[1, 1]], key: [[1]], value: [[1, 2, 3]] };

  test.each<[string, Inputs, string]>([
    [
      "as many past values as keys",
      { pastKey: [[5]], pastValue: [...[[1, 2, 3]], ...[[1, 2, 3]]] },
      "pastKey is 1×1 but pastValue is 2×3: p must match (1 ≠ 2).",
    ],
    [
      "columns of past keys",
      { pastKey: [[5, 6]], pastValue: [[1, 2, 3]] },
      "pastKey is 1×2 but must have 1 column.",
    ],
    [
      "columns of past values",
      { pastKey: [[5]], pastValue: [[1, 2]] },
      "pastValue is 1×2 but must have 3 columns.",
    ],
    ["one bias_k", { biasK: [[5], [6]], biasV: [[1, 2, 3]] }, "biasK is 2×1 but must have 1 row."],
    ["columns of bias_k", { biasK: [[5, 6]], biasV: [[1, 2, 3]] }, "biasK is 1×2 but must have 1 column."],
    [
      "one bias_v",
      { biasK: [[5]], biasV: [...[[1, 2, 3]], ...[[1, 2, 3]]] },
      "biasV is 2×3 but must have 1 row.",
    ],
    ["columns of bias_v", { biasK: [[5]], biasV: [[1, 2]] }, "biasV is 1×2 but must have 3 columns."],
  ])("%s", (_, more, message) => {
    const error = refusal(() => multihead({ ...grouped, ...more }, { heads: 2, kvHeads: 1 }));
    expect(error?.code).toBe("SHAPE_MISMATCH");
    expect(error?.message).toBe(message);
  });
});

describe("all keys of a head", () => {
  /** Keys and values of head 1, which has the second column of everything. */
  const allOf = (more: Inputs, settings: Parameters<typeof multihead>[1] = {}) => {
    const trace = run(more, settings);
    return ["keys", "values"].map((id) => {
      const step = findStep(trace, `head 1/${id}`);
      return step && { column: toRows(step.output()).flat(), title: step.title, formula: step.formula };
    });
  };

  test("are just the new ones when there are no others", () => {
    expect(allOf({})).toEqual([undefined, undefined]);
  });

  test.each<[string, Inputs, Parameters<typeof multihead>[1], number[], number[], string, string]>([
    ["past", PAST, {}, [6, 2, 4], [60, 20, 40], "[past; new]", "[past; new]"],
    ["bias_k", BIAS, {}, [2, 4, 8], [20, 40, 80], "[new; bias_k]", "[new; bias_v]"],
    ["a zero key", {}, { addZeroAttention: true }, [2, 4, 0], [20, 40, 0], "[new; zero]", "[new; zero]"],
    [
      ...(["all of them", { ...PAST, ...BIAS }, { addZeroAttention: true }] as const),
      ...([
        [6, 2, 4, 8, 0],
        [60, 20, 40, 80, 0],
      ] as [number[], number[]]),
      ...(["[past; new; bias_k; zero]", "[past; new; bias_v; zero]"] as const),
    ],
  ])("with %s", (_, more, settings, keys, values, keyFormula, valueFormula) => {
    expect(allOf(more, settings)).toEqual([
      { column: keys, title: "All keys", formula: keyFormula },
      { column: values, title: "All values", formula: valueFormula },
    ]);
  });

  test("their parts are columns of what was given, and say so", () => {
    const trace = run({ ...PAST, ...BIAS });
    const parts = ["past-k", "past-v", "bias-k", "bias-v"].map((id) => findStep(trace, `head 1/${id}`));
    expect(parts.map((step) => step?.output().data[0])).toEqual([6, 60, 8, 80]);
    expect(parts.map((step) => step?.formula)).toEqual(
      ["pastKey", "pastValue", "biasK", "biasV"].map((name) => `columns 1 to 1 of ${name}`),
    );
  });

  const labelsOf = (more: Inputs & { readonly keyTokens: readonly string[] }) => {
    const { keyTokens, ...inputs } = more;
    const trace = multihead({ ...GIVEN, ...BIAS, ...inputs, keyTokens }, { heads: 2 });
    return ["weights", "keys"].map((id) => findStep(trace, `head 0/${id}`)?.axes);
  };

  test("are named where the new ones are, those of a cache first", () => {
    const named = ["first", "cat", "dog", "bias_k"];
    const [weights, keys] = labelsOf({ ...PAST, keyTokens: ["first", "cat", "dog"] });
    expect(weights?.[1]).toEqual({ name: "key", labels: named });
    expect(keys?.[0]).toEqual({ name: "key", labels: named });
    expect(labelsOf({ keyTokens: ["cat", "dog"] })[0]?.[1].labels).toEqual(named.slice(1));
    const zero = multihead({ ...GIVEN, keyTokens: ["cat", "dog"] }, { heads: 2, addZeroAttention: true });
    expect(findStep(zero, "head 0/weights")?.axes[1].labels).toEqual(["cat", "dog", "zero"]);
  });
});

test("a cache without names is counted where the new keys have some", () => {
  // Tokens name the queries, and as many new keys.
  const x = [[1], [2]];
  const trace = multihead({ x, pastKey: [[3]], pastValue: [[4]], tokens: ["cat", "dog"] });
  expect(findStep(trace, "head 0/weights")?.axes[1].labels).toEqual(["past 0", "cat", "dog"]);
});

describe("a bias beside keys that were not given", () => {
  const bias = [
    [1, 2],
    [3, 4],
  ];
  const query = [
    [1, 1],
    [1, 1],
  ];
  const openBias = (more: Inputs, settings: Parameters<typeof multihead>[1] = {}) =>
    findStep(run({ query, bias, ...more }, settings), "open-bias");

  test("is padded with a zero for each of them", () => {
    const step = openBias(BIAS, { addZeroAttention: true });
    expect(step && toRows(step.output())).toEqual([
      [1, 2, 0, 0],
      [3, 4, 0, 0],
    ]);
    expect(step).toMatchObject({
      ...{ title: "Bias for all keys", formula: "[bias, 0 for bias_k, 0 for zero]" },
      axes: [{ name: "query" }, { name: "key" }],
    });
    expect(openBias(BIAS)?.formula).toBe("[bias, 0 for bias_k]");
  });

  test("is left as it is without such keys, or with a column for them", () => {
    expect(openBias({})).toBeUndefined();
    expect(openBias({ ...BIAS, bias: [[1, 2, 3]] })).toBeUndefined();
    // Two new keys and a past one: a column for each of the three, none for bias_k.
    const step = openBias({ ...PAST, ...BIAS, bias: [[1, 2, 3]] }, { offset: 1 });
    expect(step && toRows(step.output())).toEqual([[1, 2, 3, 0]]);
  });
});
