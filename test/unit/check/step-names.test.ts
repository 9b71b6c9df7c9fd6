import { describe, expect, test } from "vitest";
import { ambiguousName, findNamedStep, findRequiredSteps, findStep } from "../../../src/check/step-names.js";
import { createMatrix } from "../../../src/math/matrix.js";
import type { Trace } from "../../../src/trace/trace.js";
import { recordAttend, recordMultihead, recordPosenc } from "../../support/record.js";
import { refusal } from "../../support/refusal.js";

const four = createMatrix(2, 4, (row, col) => row + col);
const matrices = { query: four, key: four, value: four };
const attend = recordAttend({ matrices, settings: { causal: true } });
const heads = (count: number) => recordMultihead({ matrices, settings: { heads: count } });
const gradients = recordAttend({ matrices, settings: { loss: "sum" } });

const found = (trace: Trace, name: string) => findStep(trace, name)?.key;

describe("what people write over a step", () => {
  test.each([
    ["scores", "scores"],
    ["Q·K^T", undefined],
    ["QK^T", "scores"],
    ["Dot products", "scores"],
    ["scaled_scores", "scaled-scores"],
    ["Scaled-Scores", "scaled-scores"],
    ["QK^T/√d_k", "scaled-scores"],
    ["S'", "scaled-scores"],
    ["masked scaled scores", "masked-scores"],
    ["e^s", "exponentials"],
    ["Row sum", "row-sums"],
    ["denominators", "row-sums"],
    ["α", "weights"],
    ["Attention weights", "weights"],
    ["Gewichte", "weights"],
    ["权重", "weights"],
    ["context vector", "output"],
    ["Ausgabe", "output"],
    ["Résultat", "output"],
    ["head 0/weights", undefined],
    ["constructor", undefined],
    ["__proto__", undefined],
    ["", undefined],
  ])("%s", (name, key) => expect(found(attend, name)).toBe(key));

  test("is its result where the run calls it so", () => {
    const trace = recordPosenc({ matrices: {}, settings: { length: 2, dModel: 2 } });
    expect(found(trace, "output")).toBe("encoding");
    expect(found(trace, "PE")).toBe("encoding");
  });

  test("in a head goes by the head, and needs none where there is one", () => {
    expect(found(heads(2), "head 1/weights")).toBe("head 1/weights");
    expect(found(heads(2), "Head_1: A")).toBe("head 1/weights");
    expect(found(heads(2), "head1.softmax")).toBe("head 1/weights");
    expect(found(heads(2), "head 7/weights")).toBeUndefined();
    expect(found(heads(2), "weights")).toBeUndefined();
    expect(found(heads(1), "weights")).toBe("head 0/weights");
    expect(found(heads(1), "probs")).toBe("head 0/weights");
    expect(found(heads(2), "output")).toBe(heads(2).results.output);
  });
});

describe("a name that means no step", () => {
  const refused = (trace: Trace, name: string, line?: number) =>
    refusal(() => findNamedStep(trace, name, "sheet", line));

  test("is unknown, and the nearest is asked for", () => {
    const error = refused(attend, "weihgts", 3);
    expect([error?.code, error?.message]).toEqual([
      "UNKNOWN_STEP",
      'There is no step "weihgts" in this run.',
    ]);
    expect(error?.details).toMatchObject({
      ...{ hint: 'Did you mean "weights"?', location: { source: "sheet", line: 3 } },
    });
    expect(refused(attend, "weihgts")?.details.location).toStrictEqual({ source: "sheet" });
  });

  test("like none is told which there are", () => {
    const hint = refused(attend, "xyzzyplugh")?.details.hint;
    expect(hint).toMatch(/^The steps are: .*scores, .*weights/);
    expect(hint).toBe(`The steps are: ${attend.steps.map(({ key }) => key).join(", ")}.`);
  });

  test("that people use for several is told which", () => {
    expect(refused(attend, "Attention scores")?.details.hint).toBe(
      "Name the step: scores or scaled-scores or weights.",
    );
    expect(ambiguousName(attend, "logits", "")).toEqual(["scores", "scaled-scores", "masked-scores"]);
    expect(ambiguousName(attend, "z", "")).toEqual(["row-sums", "output"]);
    expect(ambiguousName(heads(2), "logits", "Head 1")).toEqual(["scores", "scaled-scores"]);
    expect(ambiguousName(heads(2), "logits", "")).toEqual([]);
    expect(ambiguousName(attend, "weights", "")).toEqual([]);
    expect(ambiguousName(attend, "constructor", "")).toEqual([]);
    expect(ambiguousName(attend, "toString", "")).toEqual([]);
  });
});

describe("steps that are required by name", () => {
  const keys = (trace: Trace, name: string) =>
    findRequiredSteps(trace, name, "--require").map(({ key }) => key);

  test("are those of every head", () => {
    expect(keys(heads(2), "weights")).toEqual(["head 0/weights", "head 1/weights"]);
    expect(keys(heads(2), "Scaled_Scores")).toEqual(["head 0/scaled-scores", "head 1/scaled-scores"]);
    expect(keys(heads(2), "softmax")).toEqual(["head 0/weights", "head 1/weights"]);
    expect(keys(heads(2), "head 1/weights")).toEqual(["head 1/weights"]);
    expect(keys(attend, "weights")).toEqual(["weights"]);
    expect(keys(attend, "output")).toEqual(["output"]);
  });

  test("are refused where there are none", () => {
    const error = refusal(() => keys(attend, "frobs"));
    expect([error?.code, error?.details.location]).toEqual(["UNKNOWN_STEP", { source: "--require" }]);
    expect(refusal(() => keys(attend, "constructor"))?.code).toBe("UNKNOWN_STEP");
  });
});

/** A run of which nothing but the names of its steps is known. */
const named = (keys: readonly string[], results: Trace["results"] = {}) => {
  const steps = keys.map((key) => {
    const parts = key.split("/");
    const scope = parts.slice(0, -1).map((name) => ({ kind: name, name }));
    return { key, id: parts.at(-1), scope };
  });
  return { steps, results } as unknown as Trace;
};

describe("what people write over a step of a layer", () => {
  const layer = named([
    ...["attention-output", "residual-1", "norm-1", "feed-forward-1", "activation", "feed-forward-2"],
    ...["residual-2", "norm-2", "output"],
  ]);
  test.each([
    ["Self-attention", "attention-output"],
    ["MHA", "attention-output"],
    ["residual sum 1", "residual-1"],
    ["Skip connection 1", "residual-1"],
    ["x + attention", "residual-1"],
    ["Residual after attention", "residual-1"],
    ["Add 2", "residual-2"],
    ["Residual connection 2", "residual-2"],
    ["residual after FFN", "residual-2"],
    ["LN 1", "norm-1"],
    ["Add & Norm 1", "norm-1"],
    ["LayerNorm 2", "norm-2"],
    ["RMSNorm 2", "norm-2"],
    ["Pre-activation", "feed-forward-1"],
    ["before activation", "feed-forward-1"],
    ["before ReLU", "feed-forward-1"],
    ["before Swish", "feed-forward-1"],
    ["After activation", "activation"],
    ["after GELU", "activation"],
    ["SiLU", "activation"],
    ["FFN", "feed-forward-2"],
    ["MLP output", "feed-forward-2"],
  ])("%s", (name, key) => expect(found(layer, name)).toBe(key));

  test.each([
    ["hidden", ["feed-forward-1", "activation"]],
    ["Hidden layer", ["feed-forward-1", "activation"]],
    ["Norm", ["norm-1", "norm-2"]],
    ["Layer norm", ["norm-1", "norm-2"]],
    ["Add & Norm", ["norm-1", "norm-2"]],
    ["Layer normalisation", ["norm-1", "norm-2"]],
    ["residual", ["residual-1", "residual-2"]],
    ["Add", ["residual-1", "residual-2"]],
  ])("%s may be either of two", (name, keys) => {
    expect(ambiguousName(layer, name, "")).toEqual(keys);
    expect(found(layer, name)).toBeUndefined();
  });
});

describe("names of steps in heads", () => {
  const many = named(
    Array.from({ length: 13 }, (_, head) =>
      ["q", "k", "v", "context"].map((id) => `head ${head}/${id}`),
    ).flat(),
    {
      contexts: Array.from({ length: 13 }, (_, head) => `head ${12 - head}/context`),
      output: "head 3/context",
    },
  );
  test.each([
    ["head 12/Query", "head 12/q"],
    ["Head 1 : Keys", "head 1/k"],
    ["head_2.values", "head 2/v"],
    [" HEAD-2: key", "head 2/k"],
    ["head 12/head output", "head 12/context"],
    // The results of the run by their own name, one for each head.
    ["head 12/contexts", "head 0/context"],
    ["my head 1/q", undefined],
    ["ahead 1/q", undefined],
    ["head 13/q", undefined],
    ["contexts", undefined],
    ["dq", undefined],
  ])("%s", (name, key) => expect(found(many, name)).toBe(key));

  test("are required by the name of a result", () => {
    const cross = named(["head 0/weights", "cross-head 0/weights", "cross-head 1/weights"], {
      crossWeights: ["cross-head 0/weights", "cross-head 1/weights"],
      last: "cross-head 1/weights",
    });
    const keys = (name: string) => findRequiredSteps(cross, name, "--require").map(({ key }) => key);
    expect(keys("crossWeights")).toEqual(["cross-head 0/weights", "cross-head 1/weights"]);
    expect(keys("last")).toEqual(["cross-head 1/weights"]);
    expect(keys("weights").length).toBe(3);
  });
});

describe("names of gradients", () => {
  const both = named(["d-value", "d-v", "d-scores", "d-row-dots", "log-sum-exp", "weights"]);
  test.each([
    // Of the value that was given, where there is no step of that name.
    ["dV", "d-v"],
    ["v.grad", "d-v"],
    ["d value", "d-value"],
    ["∂L/∂s", "d-scores"],
    ["grad_qkt", "d-scores"],
    ["δ", "d-row-dots"],
    ["delta", "d-row-dots"],
    ["softmax_lse", "log-sum-exp"],
    ["dights", undefined],
    ["grad", undefined],
  ])("%s", (name, key) => expect(found(both, name)).toBe(key));
  test("of an input go by its other names", () =>
    expect(found(named(["d-value", "d-key"]), "dK")).toBe("d-key"));
});

test("gradients are called by what they are of", () => {
  const ids = gradients.steps.map(({ id }) => id).filter((id) => id.startsWith("d-"));
  for (const [name, id] of [
    ["dQ", "d-query"],
    ["grad_query", "d-query"],
    ["K.grad", "d-key"],
    ["∂L/∂v", "d-value"],
    ["dL/dV", "d-value"],
    ["d scores", "d-scores"],
  ])
    if (ids.includes(id)) expect(found(gradients, name)).toBe(id);
  expect(ids).toContain("d-query");
});
