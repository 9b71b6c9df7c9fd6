import { describe, expect, test } from "vitest";
import { multihead } from "../../../../src/index.js";
import { refusal } from "../../../support/refusal.js";

type Inputs = Parameters<typeof multihead>[0];
type Settings = Parameters<typeof multihead>[1];

const X = [
  [1, 0],
  [0, 1],
];

describe("a layer of heads ends in", () => {
  test("an output, the weights of each head, and their average when asked for", () => {
    const trace = multihead({ x: X }, { heads: 2 });
    expect(trace.command).toBe("multihead");
    expect(trace.results).toEqual({ weights: ["head 0/weights", "head 1/weights"], output: "output" });
    expect(multihead({ x: X }, { heads: 2, averageWeights: true }).results).toEqual({
      ...trace.results,
      averageWeights: "average-weights",
    });
  });

  test("its output alone, row by row", () =>
    expect(multihead({ x: X }, { heads: 2, stream: true }).results).toEqual({ output: "output" }));

  test("a view of its heads beside each other", () => {
    const { overview } = multihead({ x: X }, { heads: 2 });
    expect(overview).toMatchObject({ ids: ["weights"], steps: ["output"] });
    expect(overview?.scopes).toEqual([[{ kind: "head", index: 0 }], [{ kind: "head", index: 1 }]]);
    expect(overview?.findings).toHaveLength(2);
  });

  test("gradients, when a loss is given", () => {
    // The loss is the sum of the output, so its gradient by each of its cells is 1.
    const trace = multihead({ x: X }, { heads: 2, loss: "sum" });
    expect(Object.keys(trace.results)).toEqual(expect.arrayContaining(["output", "loss"]));
  });
});

describe("a layer of heads is refused", () => {
  const whole = "Give query, key and value, or x for self-attention, or x and memory.";

  test.each<[string, Inputs, Settings, string, string, string]>([
    ...(
      [
        ["a query", { key: X, value: X }, "query"],
        ["a key", { query: X, value: X }, "key"],
        ["a value", { query: X, key: X }, "value"],
        ["anything", {}, "query"],
      ] as const
    ).map(([what, inputs, absent]): [string, Inputs, Settings, string, string, string] => [
      ...([`without ${what}`, inputs, {}, "MISSING_INPUT"] as const),
      ...([`There is no ${absent}.`, whole] as const),
    ]),
    [
      ...(["with local attention", { x: X }, { scoring: "local-m" }, "BAD_VALUE"] as const),
      ...([
        "local-m scoring is local attention, which multihead does not split into heads.",
        "Use qkv attend scoring local-m, or window for heads that look at their neighbourhood.",
      ] as const),
    ],
    ...(
      [
        ["gradients", { backward: X }],
        ["a target", { target: X }],
      ] as const
    ).map(([what, more]): [string, Inputs, Settings, string, string, string] => [
      ...([
        `with several numbers of heads and ${what}`,
        { x: X, ...more },
        { compareHeads: [1, 2] },
      ] as const),
      ...(["CONFLICTING_INPUTS", "compareHeads: gradients are those of one layer."] as const),
      "Give heads instead, and leave out compareHeads.",
    ]),
    [
      ...([
        "with several numbers of heads row by row",
        { x: X },
        { compareHeads: [1], stream: true },
      ] as const),
      ...(["CONFLICTING_INPUTS", "stream: compareHeads needs all weights."] as const),
      "Leave one of them out.",
    ],
  ])("%s", (_, inputs, settings, code, message, hint) => {
    const error = refusal(() => multihead(inputs, settings));
    expect([error?.code, error?.message, error?.details.hint]).toEqual([code, message, hint]);
  });

  test("but not where nothing asks for all weights", () => {
    expect(refusal(() => multihead({ x: X }, { compareHeads: [1], stream: false }))).toBeUndefined();
  });
});
