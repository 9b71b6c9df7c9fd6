import { expect, test } from "vitest";
import {
  attend,
  backward,
  createMatrix,
  findStep,
  matrixOf,
  multihead,
  replay,
  toRows,
} from "../../../../src/index.js";
import { runCli } from "../../../support/run-cli.js";

const X = [
  [1, 0],
  [0, 1],
];

test("x that is query, key and value has the sum of three parts", () => {
  const trace = attend({ x: X, backward: X });
  expect(findStep(trace, "d-x")?.inputs).toEqual(["d-value", "d-query", "d-key"]);
});

test("projections give their parts of d-x, and each W its own", () => {
  const trace = attend({ x: X, wq: X, wk: X, wv: X, bq: [[0, 0]], backward: X });
  expect(findStep(trace, "d-x")?.inputs).toEqual(["d-x-from-v", "d-x-from-k", "d-x-from-q"]);
  expect(Object.keys(trace.results.gradients)).toEqual(["x", "wq", "wk", "wv", "bq"]);
});

test("the gradient of a kv head is the sum over the query heads that read it", () => {
  const trace = multihead(
    { query: [[1, 2, 3, 4]], key: X, value: X, backward: [[1, 0, 0, 1]] },
    { heads: 2, kvHeads: 1 },
  );
  expect(findStep(trace, "d-key")?.inputs).toEqual(["head 0/d-k", "head 1/d-k"]);
  const [one, other] = ["head 0/d-k", "head 1/d-k"].map((key) => matrixOf(trace, key).data);
  expect([...matrixOf(trace, "d-key").data]).toEqual([...one].map((value, index) => value + other[index]));
});

test("masked cells are 0 and shown as masked, as far back as the scores", () => {
  const trace = attend({ x: X, backward: X }, { causal: true });
  for (const id of ["d-masked-scores", "d-scaled-scores", "d-scores"]) {
    const step = findStep(trace, id);
    expect([...(step?.blocked?.data ?? [])], id).toEqual([0, 1, 0, 0]);
    expect(step?.output().data[1], id).toBe(0);
  }
  // The weight was 0, but the loss would change with it.
  expect(findStep(trace, "d-weights")?.blocked).toBeUndefined();
});

test("one number, or the word ones, stands for every cell", async () => {
  const given = { query: [[1, 0]], key: X, value: X };
  expect(toRows(matrixOf(attend({ ...given, backward: [[2]] }), "d-output"))).toEqual([[2, 2]]);
  const stdin = JSON.stringify({ ...given, backward: "ones" });
  for (const args of [["--backward", "ones"], []]) {
    const { stdout } = await runCli(["attend", "-", "--json", ...args], { stdin });
    const { inputs, gradients } = JSON.parse(stdout);
    expect(inputs.backward).toEqual([[1]]);
    // Every weight contributes 1 + 0 to the loss, so the weights do not matter, and dV = αᵀ.
    expect(gradients.query).toEqual([[0, 0]]);
  }
});

test("the JSON of a run with a loss is a bundle that gives it again", async () => {
  const args = ["attend", "--query", "1 0", "--key", "1 0; 0 1", "--value", "1 2; 3 5"];
  const first = await runCli([...args, "--loss", "mse:1 1", "--json"]);
  expect(JSON.parse(first.stdout)).toMatchObject({ settings: { loss: "mse" }, inputs: { target: [[1, 1]] } });
  const again = await runCli(["attend", "-", "--json"], { stdin: first.stdout });
  expect(again.stdout).toBe(first.stdout);
});

test("gradients are recorded further in a run that has none, and leave it as it is", () => {
  const given = { query: X, key: X, value: X };
  const trace = attend(given, { causal: true });
  const further = backward(trace, [
    [1, 2],
    [3, 4],
  ]);
  const before = trace.steps.length;
  const asked = attend(
    {
      ...given,
      backward: [
        [1, 2],
        [3, 4],
      ],
    },
    { causal: true },
  );
  expect(further.steps.map(({ key }) => key)).toEqual(asked.steps.map(({ key }) => key));
  for (const key of ["d-query", "d-key", "d-value"]) {
    expect(matrixOf(further, key)).toEqual(matrixOf(asked, key));
  }
  expect(trace.steps.length).toBe(before);
  expect(() => backward(further)).toThrow(/already/);
});

test.each([false, true])("gradients of a replay are those of its changed numbers; streamed: %s", (stream) => {
  const trace = attend({ query: X, key: X, value: X }, { stream });
  const weights = createMatrix(2, 2, (_, col) => (col === 0 ? 0.75 : 0.25));
  const changed = backward(replay(trace, { replace: new Map([["weights", weights]]) }));
  // dV = αᵀ dO with dO = 1: the sums of the columns of the weights.
  expect(toRows(matrixOf(changed, "d-value"))).toEqual([
    [1.5, 1.5],
    [0.5, 0.5],
  ]);
});

test("gradients of a run that keeps no weights", () => {
  const given = { query: X, key: X, value: X };
  const streamed = backward(attend(given, { stream: true }));
  expect(matrixOf(streamed, "d-key")).toEqual(matrixOf(backward(attend(given)), "d-key"));
  // The same steps are kept as in a run that has its gradients from the start.
  const asked = attend({ ...given, backward: [[1]] }, { stream: true });
  const keptOf = ({ steps }: typeof asked) => steps.map(({ key, isKept }) => [key, isKept]);
  expect(keptOf(streamed)).toEqual(keptOf(asked));
});

const ARGS = ["--query", "1 0; 0 1", "--key", "1 0", "--value", "1 2 3"];

test.each([
  [[...ARGS, "--backward", "1 2"], "SHAPE_MISMATCH", /backward is 1×2/],
  [[...ARGS, "--loss", "mse:1 2"], "SHAPE_MISMATCH", /target is 1×2/],
  [[...ARGS, "--loss", "mse"], "MISSING_INPUT", /needs a target/],
  [[...ARGS, "--target", "1 2 3; 1 2 3"], "MISSING_INPUT", /no loss that compares/],
  [[...ARGS, "--loss", "sum", "--backward", "ones"], "CONFLICTING_INPUTS", /Both a gradient/],
  [[...ARGS, "--loss", "mse:1", "--target", "2"], "USAGE", /--loss and --target 2 contradict each other/],
  [[...ARGS, "--loss", "cross"], "BAD_VALUE", /"cross" is not one of the choices/],
  [ARGS.slice(0, 4).concat("--backward", "ones"), "MISSING_INPUT", /Gradients need an output/],
])("%j is refused", async (args, code, message) => {
  const { exitCode, stderr } = await runCli(["attend", ...args]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`[${code}]`);
  expect(stderr).toMatch(message);
});

test("--compare-heads has no gradients", () => {
  expect(() => multihead({ x: X, backward: X }, { compareHeads: [1, 2] })).toThrow(/one layer/);
});
