import { describe, expect, test } from "vitest";
import { stepTitles } from "../../../src/check/step-titles.js";
import { layer } from "../../../src/commands/layer.js";
import { createMatrix } from "../../../src/math/matrix.js";
import { recordProblem } from "../../../src/runs/record-problem.js";
import { recordAttend, recordMultihead } from "../../support/record.js";

const four = (rows: number) => createMatrix(rows, 4, (row, col) => row - col);
const matrices = { query: four(2), key: four(3), value: four(3) };

const RUNS = {
  attend: recordAttend({ matrices, settings: {} }),
  causal: recordAttend({ matrices, settings: { causal: true, align: "top-left" } }),
  heads: recordMultihead({ matrices, settings: { heads: 2 } }),
  layer: recordProblem(layer, { matrices: { x: four(2), w1: four(4), w2: four(4) }, settings: {} }),
};

const keys = (run: keyof typeof RUNS, title: string, scope = "", formula?: string) =>
  stepTitles(RUNS[run])
    .find(title, scope, formula)
    .map(({ key }) => key);

describe("a title means the step that it names", () => {
  test.each([
    ["scores", "Scores"],
    ["scores", "  the Scores.  "],
    ["scores", "Scores;,"],
    ["scores", "Matrix of scores"],
    ["scores", "Scores S"],
    ["scores", "S = QKᵀ"],
    ["scores", "Scores := QKᵀ"],
    ["scores", "Scores – S"],
    ["scores", "S — QKᵀ"],
    ["scores", "Scores - QK^T"],
    ["scores", "Scores   QK^T"],
    ["scores", "Scores: QKᵀ = S"],
    ["scores", "Scores (QKᵀ)"],
    ["scores", "Scores [QKᵀ] matrix"],
    ["scores", "Compute the scores"],
    ["scores", "Computed scores"],
    ["scores", "Computing all scores"],
    ["scores", "Calculating our scores"],
    ["scores", "Calculate this table of scores"],
    ["scores", "Find scores here"],
    ["scores", "Scores matrix values"],
    ["scores", "Scores are below"],
    ["scores", "Score table"],
    ["scores", "Scores value"],
    ["scores", "Scores follow"],
    ["scores", "Scores result"],
    ["scores", "Matrix S"],
    ["scores", "(2) Scores"],
    ["scores", "Scores before scaling and softmax"],
    ["scores", "Scores (not rounded)"],
    ["weights", "Table weights"],
    ["weights", "Weights - rounded"],
    ["scores", "Scores step"],
    ["scores", "Scores (before scaling)"],
    ["scores", "Scores, rounded"],
    ["scores", "Scores of the queries with the keys"],
    ["scores", "Scores, before scaling"],
    ["scaled-scores", "Scaled scores, divided by √2"],
    ["scaled-scores", "Scaled scores S′ = S / √d_k"],
    ["scaled-scores", "Scaled Scores (÷ sqrt(2)), rounded"],
    ["scaled-scores", "Scaled scores (after scaling, before the softmax)"],
    ["exponentials", "e^S"],
    ["exponentials", "exp(S) (not normalised)"],
    ["row-sums", "Row sums of the exponentials"],
    ["weights", "Attention weights α"],
    ["weights", "Attention weights (after softmax)"],
    ["weights", "A = softmax(S′)"],
    ["weights", "Resulting weights"],
    ["weights", "Applying softmax"],
    ["weights", "Weights from the softmax"],
    ["output", "Final output"],
    ["output", "Output = AV"],
    ["output", "Context vectors (weights × V)"],
    ["output", "softmax(S) V"],
  ])("%s: %s", (key, title) => expect(keys("causal", title)).toEqual([key]));
});

describe("a title means the step that comes of what it says is done", () => {
  test.each([
    ["weights", "Divide by the row sums"],
    ["weights", "Divided each by its sum"],
    ["weights", "Normalizing by their sums"],
    ["weights", "Normalise rows by the sums"],
    ["scaled-scores", "Divide by √2"],
    ["scaled-scores", "Divide\u00a0by\u00a02"],
    ["scaled-scores", "Skalieren mit 2"],
    ["exponentials", "Exponentiating S"],
    ["weights", "rowwise softmax"],
    ["weights", "softmax columnwise"],
    ["scaled-scores", "Dividing the scores by sqrt(2)"],
    ["scaled-scores", "Then scale by the root of d_k"],
    ["scaled-scores", "Rescaling with d_k"],
    ["scaled-scores", "Scale by 1.41"],
    ["scaled-scores", "Skaliert mit 2"],
    ["scaled-scores", "Geteilt durch die Wurzel aus 2"],
    ["scaled-scores", "teilen durch dk"],
    ["weights", "Apply the softmax"],
    ["weights", "Take row-wise softmax"],
    ["weights", "with softmax over the keys"],
    ["weights", "Applied rows softmax"],
    ["weights", "softmax row-wise"],
    ["weights", "After the column softmax"],
    ["weights", "the softmax of S"],
    ["exponentials", "Exponentiate the scores"],
    ["exponentials", "e to the power of S"],
    ["output", "Multiply by V"],
    ["output", "multiplying with the values"],
    ["output", "Weighing V"],
    ["output", "times the value matrix"],
    ["output", "·V"],
    ["output", "@ V"],
  ])("%s: %s", (key, title) => expect(keys("causal", title)).toEqual([key]));

  test("in a head, whose output is its context", () => {
    expect(keys("heads", "Multiply by V", "head 1")).toEqual(["head 1/context"]);
    expect(keys("heads", "Divide by √2", "head 0")).toEqual(["head 0/scaled-scores"]);
  });

  test.each([
    ...["We divide by √2", "Divide", "Divide by the number", "Divide by the summary", "We apply the softmax"],
    ...["Apply the softmax twice", "We exponentiate", "exponents", "Multiply by W", "We multiply by V", "V"],
    ...[
      "Multiply by V and W",
      "Softmaxes",
      "dk",
      "We divide by the row sums",
      "Zzyzx",
      "",
      "Homework: weights",
    ],
    ...["Homework (softmax)", "Homework, softmax", "Homework of the weights"],
  ])("%s means none", (title) => expect(keys("causal", title)).toEqual([]));
});

describe("a title means all that it may", () => {
  test.each([
    [["scores", "scaled-scores"], "Scores (after scaling)"],
    [["scores", "scaled-scores"], "Scores (÷ √2)"],
    [["scores", "scaled-scores"], "Scores divided by √2".replace("divided", ", divided")],
    [["scores", "scaled-scores"], "Scores (scaled)"],
    [["scores", "scaled-scores"], "Scores (/dk)"],
    [["scores", "scaled-scores"], "Scores (/ d_k)"],
    [["scores", "exponentials"], "Scores after exponentiation"],
    [["scores", "exponentials"], "Scores with exp"],
    [["scores", "row-sums"], "Scores after summing"],
    [["scores", "output"], "Scores after the weighted sum"],
    [["scores", "scaled-scores"], "Scores after scaling"],
    [["scores", "masked-scores"], "Scores (with the mask)"],
    [["scores", "weights"], "Scores (after scaling and softmax)"],
    [["scores", "weights"], "Scores (normalised to probabilities)"],
    [["scores", "exponentials"], "Scores (exponentials)"],
    [["scores", "output"], "Scores = weighted sum"],
    [["scores", "scaled-scores", "masked-scores"], "Scores before the softmax"],
    [["scores", "scaled-scores", "masked-scores"], "Scores, prior to softmax"],
    [["scores", "scaled-scores", "masked-scores"], "Scores (unnormalised)"],
    [["scores", "scaled-scores"], "Scores without the mask"],
    [["scaled-scores", "scores"], "Scaled scores (before scaling)"],
    [["weights", "scores"], "Weights (not masked)"],
    [["weights", "scores"], "Weights before softmax"],
    [["weights", "output"], "Weights (of the output)"],
    [["weights", "scores"], "Weights S"],
    [["weights", "scores"], "Weights = QKᵀ"],
    [["weights", "scores"], "Weights (QKᵀ)"],
    [["scores", "scaled-scores", "weights"], "Attention scores"],
    [["scores"], "Attention scores S"],
    [["scores"], "Attention scores (QKᵀ)"],
    [["weights", "output"], "Attention"],
  ])("%j: %s", (expected, title) => expect(keys("causal", title)).toEqual(expected));

  test("of the scores that a run has", () => {
    expect(keys("attend", "Scores before the softmax")).toEqual(["scores", "scaled-scores"]);
    expect(keys("heads", "Scores before the softmax", "head 1")).toEqual([
      ...["head 1/scores", "head 1/scaled-scores"],
    ]);
    expect(keys("heads", "Scores after scaling", "head 1")).toEqual([
      "head 1/scores",
      "head 1/scaled-scores",
    ]);
    expect(keys("heads", "Context before the softmax", "head 0")).toEqual([
      "head 0/context",
      "head 0/scores",
    ]);
    expect(keys("heads", "Context after the softmax", "head 0")).toEqual(["head 0/context"]);
  });
});

describe("a title in a scope", () => {
  test("means the step of that scope", () => {
    expect(keys("heads", "Weights", "head 1")).toEqual(["head 1/weights"]);
    expect(keys("heads", "softmax(S)", "head 1")).toEqual(["head 1/weights"]);
    expect(keys("heads", "Attention", "head 1")).toEqual(["head 1/weights", "output"]);
    expect(keys("heads", "Mean", "head 1")).toEqual([]);
  });
  test("may mean one of the run itself", () => {
    expect(keys("heads", "Concatenation", "head 1")).toEqual(["concat"]);
    expect(keys("heads", "strongest key", "head 0")).toEqual([
      ...["head 0/strongest-key", "head-strongest-key"],
    ]);
  });
  test("of its own name comes first", () =>
    expect(keys("heads", "entropy / ln m", "head 0")).toEqual(["head 0/entropy"]));
  test("that is the command's means the run itself", () => {
    expect(keys("heads", "Concatenation", "multihead")).toEqual(["concat"]);
    expect(keys("layer", "Norm 1", "layer")).toEqual(["norm-1"]);
    expect(keys("attend", "Multiply by V", "attend")).toEqual(["output"]);
    expect(keys("attend", "Masked scores", "attend")).toEqual(["masked-scores"]);
  });
  test("that is not said may be any head", () =>
    expect(keys("heads", "Weights")).toEqual(["head 0/weights", "head 1/weights"]));
  test("stands behind all operations where it comes of none", () => {
    expect(keys("heads", "Concatenation after the softmax")).toEqual(["concat"]);
    expect(keys("heads", "Concatenation (not rounded)")).toEqual(["concat"]);
  });
  test("of what is no head needs its scope", () => {
    expect(keys("layer", "Variance", "norm-1")).toEqual(["norm-1/variance"]);
    expect(keys("layer", "Variance")).toEqual([]);
  });
  test.each([
    ["residual-1", "First residual"],
    ["residual-2", "the second residual"],
    ["residual-2", "Second residual sum"],
    ["norm-1", "1st norm"],
    ["norm-2", "2nd norm"],
  ])("%s: %s", (key, title) => expect(keys("layer", title)).toEqual([key]));
});

describe("steps of one title", () => {
  const residual = (formula?: string) => keys("layer", "Residual sum", "", formula);
  test("are told apart by their formula", () => {
    expect(residual("input + attention-output")).toEqual(["residual-1"]);
    expect(residual("norm-1  +  feed-forward-2")).toEqual(["residual-2"]);
  });
  test("are all meant where it tells none apart", () => {
    expect(residual()).toEqual(["residual-1", "residual-2"]);
    expect(residual("")).toEqual(["residual-1", "residual-2"]);
    expect(residual("x + y")).toEqual(["residual-1", "residual-2"]);
  });
  test("go by the formula only where there are several", () =>
    expect(keys("attend", "Scores", "", "x + y")).toEqual(["scores"]));
});

describe("what is known of a step", () => {
  test("is the shape of its table", () => {
    expect(stepTitles(RUNS.attend).find("Scores", "")).toEqual([
      { key: "scores", shape: { rows: 2, cols: 3 } },
    ]);
  });
  test("is where the sums of its rows stand", () => {
    const shape = { rows: 2, cols: 3 };
    expect(stepTitles(RUNS.attend).find("e^S", "")).toEqual([
      { key: "exponentials", shape, sums: "row-sums" },
    ]);
    expect(stepTitles(RUNS.heads).find("exp", "head 1")).toEqual([
      { key: "head 1/exponentials", shape, sums: "head 1/row-sums" },
    ]);
  });
  test("is nothing where only another way of working has it", () => {
    expect(stepTitles(RUNS.attend).find("Masked scores", "")).toEqual([{ key: "masked-scores" }]);
    expect(stepTitles(RUNS.attend).find("Scores with masking", "")).toEqual([{ key: "masked-scores" }]);
    for (const title of ["masked exps", "Masked exp", "masked exponential"])
      expect(stepTitles(RUNS.heads).find(title, "head 1")).toEqual([{ key: "head 1/masked-exponentials" }]);
    for (const title of ["Masked score", "masked scaled score", "Score after mask"])
      expect(keys("attend", title)).toEqual(["masked-scores"]);
    for (const title of ["Unmasked scores", "unmasked exps", "masked expression", "masked scoring"])
      expect(keys("attend", title)).toEqual([]);
  });
});

test("a word that is nearly a name is told", () => {
  const { near } = stepTitles(RUNS.attend);
  expect(near("wieghts")).toBe("weights");
  expect(near("looks aat")).toBe("looks at");
  expect(near("Zzyzx")).toBeUndefined();
});

test("heads and the names of rows and columns are counted", () => {
  expect([stepTitles(RUNS.attend).heads, stepTitles(RUNS.heads).heads]).toEqual([0, 2]);
  const labelled = recordAttend({
    matrices,
    settings: {},
    tokens: ["a", "b"],
    keyTokens: ["c", "d", "e"],
  });
  expect([...stepTitles(labelled).labels].sort()).toEqual(["a", "b", "c", "d", "e"]);
});
