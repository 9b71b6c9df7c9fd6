import { describe, expect, test } from "vitest";
import { findStep, matrixOf, multihead, toRows } from "../../../../src/index.js";
import { refusal } from "../../../support/refusal.js";

type Inputs = Parameters<typeof multihead>[0];

// One head of two columns: scores 6 and 3, then 6 and −3: both queries look at key 0. Two heads of one column: head 0 has
// 6 and 0 for both; head 1 has 0 and 3, then 0 and −3. So query 0 looks at two keys with two heads, and query 1 at one.
const GIVEN: Inputs = {
  query: [
    [3, 3],
    [3, -3],
  ],
  key: [
    [2, 0],
    [0, 1],
  ],
  value: [
    [1, 2],
    [3, 4],
  ],
};

describe("numbers of heads beside each other", () => {
  const compared = () => multihead(GIVEN, { compareHeads: [1, 2] });
  const sentences = [
    "Average number of different keys that a query looks at, by number of heads: 1: 1.00; 2: 1.50.",
    "One wide head has one pattern per query: from two positions it takes their average. Several heads look at several positions at once, for the same cost.",
  ];

  test("are a table of different keys", () => {
    const step = findStep(compared(), "places");
    expect(step && toRows(step.output())).toEqual([
      [1, 2],
      [1, 1],
    ]);
    expect(step).toMatchObject({
      ...{ title: "Keys that a query's heads look at", notes: sentences },
      formula: "number of different argmax_j α_ij among the heads",
      axes: [{ name: "query" }, { name: "heads", labels: ["1 head", "2 heads"] }],
    });
  });

  test("have the keys of each beside its own heads", () => {
    const [one, two] = ["1 head/places", "2 heads/places"].map((key) => findStep(compared(), key));
    expect([one, two].map((step) => step && toRows(step.output()).flat())).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(two).toMatchObject({
      ...{ id: "places", title: "Different keys looked at", scope: [{ kind: "heads", name: "2 heads" }] },
      formula: "number of different argmax_j α_ij among the heads",
      axes: [{ name: "query" }, { name: "measure" }],
    });
  });

  test("end in that table and an output each", () => {
    const trace = compared();
    expect(trace.results).toEqual({ places: "places", output: ["1 head/output", "2 heads/output"] });
    const cut = (name: string, heads: readonly number[]) => [
      [{ kind: "heads", name }],
      ...heads.map((index) => [
        { kind: "heads", name },
        { kind: "head", index },
      ]),
    ];
    expect(trace.overview).toEqual({
      ...{ findings: sentences, ids: [], steps: ["places"] },
      scopes: [...cut("1 head", [0]), ...cut("2 heads", [0, 1])],
    });
  });

  test("keep all weights, and as many kv heads as heads", () => {
    const trace = multihead({ x: [[1, 2]] }, { compareHeads: [2], heads: 4, kvHeads: 1 });
    expect(matrixOf(trace, "2 heads/head 1/weights").data).toEqual(Float64Array.of(1));
    expect([...matrixOf(trace, "2 heads/head 1/k").data]).toEqual([2]);
    expect(findStep(trace, "2 heads/head 1/weights")?.isKept).toBe(true);
  });

  test("say so when all look at the same keys", () => {
    const key = [
      [2, 2],
      [0, 0],
    ];
    const trace = multihead({ ...GIVEN, query: [[1, 1]], key }, { compareHeads: [2, 1] });
    expect(trace.overview?.findings).toEqual([
      "Average number of different keys that a query looks at, by number of heads: 2: 1.00; 1: 1.00.",
      "With these numbers all heads look at the same keys, so several heads show no more than one.",
    ]);
  });
});

describe("conventions of several numbers of heads", () => {
  type Settings = Parameters<typeof multihead>[1];
  const stated = (settings: Settings) =>
    Object.fromEntries(
      multihead(GIVEN, { compareHeads: [1, 2], ...settings }).conventions.map(({ name, value, text }) => [
        name,
        [value, text],
      ]),
    );

  test("name the numbers", () => expect(stated({}).heads).toEqual(["1,2", "heads compared: 1, 2"]));

  test.each<[string, Settings, unknown[]]>([
    ["none is given", {}, ["1/sqrt(d_k)", "scale by the d_k of one head"]],
    ["one by d_k", { scale: "1/d_k" }, ["1/d_k", "scale by the d_k of one head"]],
    ["a number", { scale: 2 }, [2, "scale 2"]],
    ["a scoring without one", { scoring: "dot" }, [1, "no scale"]],
    ["none wanted", { scale: "none" }, [1, "no scale"]],
  ])("state the scale: %s", (_, settings, expected) => expect(stated(settings).scale).toEqual(expected));
});

describe("what one layer alone can have", () => {
  test.each<[string, Inputs, Parameters<typeof multihead>[1], string, string]>([
    [
      ...(["a stream", {}, { stream: true }] as const),
      ...(["stream: compareHeads needs all weights.", "Leave one of them out."] as const),
    ],
    [
      ...(["gradients", { backward: [...[[1, 1]], ...[[1, 1]]] }, {}] as const),
      ...([
        "compareHeads: gradients are those of one layer.",
        "Give heads instead, and leave out compareHeads.",
      ] as const),
    ],
    [
      ...(["a loss", {}, { loss: "sum" }] as const),
      ...([
        "compareHeads: gradients are those of one layer.",
        "Give heads instead, and leave out compareHeads.",
      ] as const),
    ],
  ])("%s is refused", (_, more, settings, message, hint) => {
    const error = refusal(() => multihead({ ...GIVEN, ...more }, { compareHeads: [1, 2], ...settings }));
    expect(error?.code).toBe("CONFLICTING_INPUTS");
    expect(error?.message).toBe(message);
    expect(error?.details.hint).toBe(hint);
  });
});
