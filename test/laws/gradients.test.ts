import { describe, expect, test } from "vitest";
import {
  type AttendInputs,
  type AttendSettings,
  attend,
  findStep,
  layer,
  matrixOf,
  model,
  multihead,
  type Trace,
} from "../../src/index.js";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { attendExamples, scoringExample } from "../support/attend-examples.js";
import { derivativesOf } from "../support/derivative.js";
import { expectTraceExplained } from "../support/explained.js";
import { layerExamples } from "../support/layer-examples.js";
import { MODEL_EXAMPLES } from "../support/model-examples.js";
import { createRandom, randomMatrix } from "../support/random.js";

// The law: a recorded gradient is the exact derivative of the explanations of the forward pass.

const random = createRandom(1986);
const matrix = (rows: number, cols: number, size?: number) => randomMatrix(random, rows, cols, size);

/** Every input and step that a gradient was recorded for, with the step that contains it. */
function gradientsIn(trace: Trace): (readonly [by: string, gradient: Matrix])[] {
  return [...trace.steps.map(({ key }) => key), ...trace.inputs.map(({ name }) => name)].flatMap((key) => {
    const slash = key.lastIndexOf("/") + 1;
    const step = findStep(trace, `${key.slice(0, slash)}d-${key.slice(slash)}`);
    return step ? [[key, step.output()] as const] : [];
  });
}

function expectDerivatives(trace: Trace, result: string): void {
  const gradients = gradientsIn(trace);
  const seed = matrixOf(trace, `d-${result}`);
  const exact = derivativesOf(trace, result, seed);
  const found = gradients.map(([key]) => key);
  const smooth = trace.inputs
    .map(({ name }) => name)
    .filter((name) => exact.get(name)?.data.some((value) => value !== 0));
  expect(found, "no input that the result changes with is left out").toEqual(expect.arrayContaining(smooth));
  for (const [key, { data }] of gradients) {
    const wanted = exact.get(key)?.data ?? new Float64Array(data.length);
    for (const [index, value] of data.entries()) {
      const want = wanted[index];
      const isSame = Object.is(value, want) || Math.abs(value - want) <= 1e-12 * Math.max(1, Math.abs(want));
      expect(isSame, `d-${key}: cell ${index} is ${value}, the derivative ${want}`).toBe(true);
    }
  }
}

describe("of attend", () => {
  const local = scoringExample("local-p");
  const settings = { ...local.settings, localRenormalize: true, localWindow: 3 };
  const renormalised = { ...local, name: "local attention, renormalised", settings };
  const examples = [...attendExamples(), renormalised].filter(
    ({ name }) => !["no value", "empty row nan"].includes(name),
  );
  test.each(examples.map((example) => [example.name, example] as const))("%s", (_, { inputs, settings }) => {
    const { shape } = lastOf(attend(inputs, settings));
    const trace = attend({ ...inputs, backward: matrix(shape.rows, shape.cols) }, settings);
    expectDerivatives(trace, lastOf(attend(inputs, settings)).id);
    expectTraceExplained(trace);
  });
});

/** The step that the loss is computed from. */
function lastOf(trace: Trace) {
  const step = findStep(trace, "attentional") ?? findStep(trace, "output");
  if (!step) throw new RangeError("there is no output");
  return step;
}

const projections = { wq: matrix(4, 4), wk: matrix(4, 4), wv: matrix(4, 4), wo: matrix(4, 3) };
const biases = { bq: matrix(1, 4), bk: matrix(1, 4), bv: matrix(1, 4), bo: matrix(1, 3) };
const grouped = { ...projections, wk: matrix(4, 2), wv: matrix(4, 2) };

const LAYERS: readonly (readonly [string, AttendInputs, Parameters<typeof multihead>[1]])[] = [
  ["W and b", { x: matrix(3, 4), ...projections, ...biases }, { heads: 2 }],
  ["no W", { x: matrix(3, 4) }, { heads: 2 }],
  ["grouped heads", { x: matrix(3, 4), ...grouped }, { heads: 2, kvHeads: 1, causal: true }],
  [
    "grouped heads with RoPE and a cache",
    { x: matrix(3, 4), ...grouped, pastKey: matrix(2, 2), pastValue: matrix(2, 2) },
    { heads: 2, kvHeads: 1, rope: "half-split", causal: true },
  ],
  ["RoPE of neighbours", { x: matrix(3, 4), ...projections }, { heads: 1, rope: "interleaved" }],
  ["ALiBi beside a bias", { x: matrix(3, 4), ...projections, bias: matrix(3, 3) }, { heads: 2, alibi: true }],
  ["a bias a head", { x: matrix(3, 4), ...projections, bias: matrix(6, 3) }, { heads: 2 }],
  [
    "torch's extra keys",
    { x: matrix(3, 4), ...projections, biasK: matrix(1, 4), biasV: matrix(1, 4) },
    { heads: 2, addZeroAttention: true },
  ],
  [
    "norms of queries and keys",
    { x: matrix(3, 4), ...projections, queryNorm: matrix(1, 2), keyNorm: matrix(1, 2) },
    { heads: 2, eps: 0.5, rope: "half-split" },
  ],
  ["packed W", { x: matrix(3, 4), wqkv: matrix(4, 12), bqkv: matrix(1, 12) }, { heads: 2 }],
  ["out × in", { x: matrix(3, 4), wqkv: matrix(12, 4), wo: matrix(4, 4) }, { heads: 2, layout: "out-in" }],
  ["general scoring", { x: matrix(3, 4), wa: matrix(2, 2) }, { heads: 2, scoring: "general" }],
];

describe("of multihead", () => {
  test.each(LAYERS)("%s", (_, inputs, settings) => {
    const { rows, cols } = matrixOf(multihead(inputs, settings), "output");
    const trace = multihead({ ...inputs, backward: matrix(rows, cols) }, settings);
    expectDerivatives(trace, "output");
    expectTraceExplained(trace);
  });
});

describe("of layer", () => {
  test.each(layerExamples())("$name", ({ inputs, settings }) => {
    const { rows, cols } = matrixOf(layer(inputs, settings), "output");
    const trace = layer({ ...inputs, backward: matrix(rows, cols) }, settings);
    expectDerivatives(trace, "output");
    expectTraceExplained(trace);
  });
});

describe("of model", () => {
  test.each(MODEL_EXAMPLES)("%s", (_, given) => {
    const trace = model({ ...given, backward: matrix(4, 7) }, { ids: [3, 1, 3, 2] });
    expectDerivatives(trace, "logits");
    expectTraceExplained(trace);
  });

  test("by a cross-entropy, in which a row does not count", () => {
    const [, given] = MODEL_EXAMPLES[0];
    const trace = model(
      { ...given, target: [[1, -100, 2, 0]] },
      { ids: [3, 1, 3, 2], loss: "cross-entropy" },
    );
    const exact = derivativesOf(
      trace,
      "loss",
      createMatrix(1, 1, () => 1),
    );
    for (const [key, gradient] of gradientsIn(trace)) {
      if (key === "target" || key === "loss") continue;
      expect(gradient, key).toBeCloseToMatrix(exact.get(key) ?? createMatrix(gradient.rows, gradient.cols));
    }
    expectTraceExplained(trace);
  });
});

test("of a loss that is worked out", () => {
  const inputs = { query: matrix(3, 2), key: matrix(4, 2), value: matrix(4, 2) };
  const one = createMatrix(1, 1, () => 1);
  for (const [given, settings] of [
    [inputs, { loss: "sum" }],
    [{ ...inputs, target: matrix(3, 2) }, { loss: "mse" }],
  ] as const) {
    const trace = attend(given, settings);
    const exact = derivativesOf(trace, "loss", one);
    for (const name of ["output", "query", "key", "value"]) {
      const wanted = exact.get(name)?.data ?? [];
      for (const [index, value] of matrixOf(trace, `d-${name}`).data.entries()) {
        expect(value).toBeCloseTo(wanted[index], 12);
      }
    }
    expectTraceExplained(trace);
  }
});

describe("agree with differences of the loss", () => {
  const x = matrix(3, 4);
  const weigh = { ...grouped, ...biases, bk: matrix(1, 2), bv: matrix(1, 2) };
  const seed = matrix(3, 3);
  const heads = (inputs: AttendInputs) =>
    multihead(inputs, { heads: 2, kvHeads: 1, causal: true, softcap: 2, rope: "half-split" });
  const loss = (inputs: AttendInputs) =>
    matrixOf(heads(inputs), "output").data.reduce((sum, value, index) => sum + value * seed.data[index], 0);
  const given: Readonly<Record<string, Matrix>> = { x, ...weigh };
  const trace = heads({ ...given, backward: seed });

  test.each(Object.keys(given))("by %s", (name) => {
    const { rows, cols, data } = given[name];
    const step = 1e-5;
    const moved = (index: number, by: number) =>
      loss({
        ...given,
        [name]: { rows, cols, data: data.map((value, at) => (at === index ? value + by : value)) },
      });
    for (const [index, value] of matrixOf(trace, `d-${name}`).data.entries()) {
      // A central difference is off by step²·f‴/6, and by rounding over the step.
      expect(value).toBeCloseTo((moved(index, step) - moved(index, -step)) / (2 * step), 8);
    }
  });
});

describe("worked in blocks of rows, where no n×m step is kept", () => {
  const [n, m] = [420, 400];
  const vectors = { query: matrix(n, 3), key: matrix(m, 3), value: matrix(m, 2) };
  const backward = matrix(n, 2);
  test.each<readonly [string, AttendInputs, Partial<AttendSettings>]>([
    ["scaled dot product", { ...vectors, backward }, {}],
    [
      "masked, capped and biased",
      { ...vectors, bias: matrix(1, m), backward },
      { softcap: 3, window: 50, align: "top-left" },
    ],
    [
      "cosine, whose output is made in blocks as well",
      { ...vectors, target: backward },
      { scoring: "cosine", loss: "mse" },
    ],
    ["additive", { ...vectors, va: matrix(3, 1), backward }, { scoring: "additive" }],
    ["linear", { ...vectors, wa: matrix(1, 9), backward }, { scoring: "linear" }],
    [
      "local",
      { ...vectors, wa: matrix(3, 3), ua: matrix(3, 4), va: matrix(4, 1), backward },
      { scoring: "local-p", localRenormalize: true },
    ],
  ])("%s", (_, inputs, settings) => {
    const kept = attend(inputs, { ...settings, stream: false });
    const streamed = attend(inputs, { ...settings, stream: true });
    expect(findStep(streamed, "d-scores")?.isKept).toBe(false);
    for (const step of streamed.steps) {
      if (!step.isKept || !step.id.startsWith("d-")) continue;
      const wanted = matrixOf(kept, step.key);
      for (const [index, value] of step.output().data.entries()) {
        // Sums over rows have another order of terms.
        expect(Math.abs(value - wanted.data[index]), step.key).toBeLessThan(1e-12);
      }
    }
  });
});
