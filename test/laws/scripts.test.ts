import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import type { ScriptName } from "../../src/code/dialect-names.js";
import { onnx } from "../../src/code/dialects/onnx.js";
import { attentionModel } from "../../src/code/dialects/onnx-attention.js";
import { DIALECTS } from "../../src/code/dialects/registry.js";
import { attend, backward, keyOf, layer, multihead, posenc, type Trace } from "../../src/index.js";
import { createRecorder } from "../../src/trace/recorder.js";
import { attendExamples } from "../support/attend-examples.js";
import { layerExamples } from "../support/layer-examples.js";
import { verdictOf } from "../support/onnx-runtime.js";
import { ALL_SAMPLES } from "../support/op-samples.js";
import { posencExamples } from "../support/posenc-examples.js";
import { pythonWith, runScripts } from "../support/python.js";
import { createRandom, randomMatrix } from "../support/random.js";
import { bundleOf, readWorked } from "../support/worked.js";

// The law: a run that is written in another language, and run there, gives the same numbers, step by step.

vi.setConfig({ testTimeout: 240_000 });

const AXES = [{ name: "row" }, { name: "column" }] as const;

/** Makes one run of all samples of the ops. */
function runOfOp(
  name: string,
  op: (typeof ALL_SAMPLES)[number][1],
  samples: (typeof ALL_SAMPLES)[number][2],
) {
  const recorder = createRecorder(name);
  for (const [index, [inputs, params]] of samples.entries()) {
    const refs = inputs.map((matrix, at) => recorder.input(`sample ${index} input ${at}`, matrix, AXES));
    recorder.step(op, refs, { params, id: `sample ${index}`, title: name, formula: name, axes: AXES });
  }
  return recorder.trace();
}

const EMPTY = { scores: [[Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]], value: [[1], [2]] };

function multiheadRuns(): readonly (readonly [string, Trace])[] {
  const random = createRandom(4);
  const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
  const inputs = { x: matrix(5, 8), wq: matrix(8, 8), wk: matrix(8, 4), wv: matrix(8, 4), wo: matrix(8, 8) };
  const grouped = { heads: 4, kvHeads: 2 };
  const past = { pastKey: matrix(3, 4), pastValue: matrix(3, 4) };
  return [
    ["grouped heads", multihead(inputs, grouped)],
    ["RoPE", multihead(inputs, { ...grouped, rope: "interleaved", causal: true })],
    ["ALiBi", multihead(inputs, { ...grouped, alibi: true, causal: true })],
    [
      "gradients",
      multihead({ ...inputs, backward: "ones" }, { ...grouped, causal: true, rope: "half-split" }),
    ],
    ["a cache", multihead({ ...inputs, ...past }, { ...grouped, causal: true })],
  ];
}

function exampleRuns(): readonly (readonly [string, Trace])[] {
  const folder = "fixtures/inputs";
  return [
    ...attendExamples().map(({ name, inputs, settings }) => [name, attend(inputs, settings)] as const),
    ...attendExamples()
      .filter(({ inputs }) => inputs.value !== undefined)
      .map(({ name, inputs, settings }) => {
        const { results } = attend(inputs, settings);
        const hasGradients = results.gradients !== undefined || results.output === undefined;
        const trace = attend(inputs, settings);
        return [`${name}, backward`, hasGradients ? trace : backward(trace)] as const;
      }),
    ...(["zero", "nan", "uniform"] as const).map(
      (emptyRow) => [`an empty row gives ${emptyRow}`, attend(EMPTY, { emptyRow, scale: "none" })] as const,
    ),
    ...multiheadRuns(),
    ...layerExamples().map(({ name, inputs, settings }) => [name, layer(inputs, settings)] as const),
    ...posencExamples().map(({ name, inputs, settings }) => [name, posenc(inputs, settings)] as const),
    ...readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .map((file) => {
        const { settings, ...inputs } = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
        return [
          file,
          settings?.heads ? multihead(inputs, { ...settings, kvHeads: 1 }) : attend(inputs, settings),
        ] as const;
      }),
    ...readWorked("attend").map((example) => {
      const { settings, ...inputs } = bundleOf(example);
      return [example.id, attend(inputs, settings as Parameters<typeof attend>[1])] as const;
    }),
  ];
}

/** Makes every step that is kept a result, so that every one is compared. */
const withAllSteps = (trace: Trace): Trace => ({
  ...trace,
  results: { ...trace.results, steps: trace.steps.filter(({ isKept }) => isKept).map(keyOf) },
});

const RUNS: readonly (readonly [string, Trace])[] = [
  ...ALL_SAMPLES.map(([name, op, samples]) => [`op ${name}`, runOfOp(name, op, samples)] as const),
  ...exampleRuns(),
];

const MODULES: Readonly<Record<ScriptName, readonly string[]>> = {
  numpy: ["numpy"],
  torch: ["torch", "numpy"],
  jax: ["jax", "numpy"],
  keras: ["keras", "numpy"],
};

describe("onnx", () => {
  test("every model, run, agrees", async () => {
    const verdicts: [string, string][] = [];
    for (const [run, trace] of RUNS) {
      // If every step is an output, a runtime cannot fuse operators, as it does in the runs of users.
      const whole = run.startsWith("op ") ? withAllSteps(trace) : trace;
      verdicts.push([run, await verdictOf(onnx.emit(whole, {}).text)]);
    }
    expect(verdicts.filter(([, verdict]) => verdict !== "agrees")).toEqual([]);
  });

  test("every attention by the operator Attention of opset 23 agrees, or its obstacle is said", async () => {
    let numModels = 0;
    for (const [run, trace] of RUNS) {
      const { bytes, obstacles } = attentionModel(trace);
      if (bytes === undefined) continue;
      numModels++;
      expect([run, await verdictOf(bytes), obstacles.length >= 0]).toEqual([run, "agrees", true]);
    }
    expect(numModels).toBeGreaterThan(20);
  });

  test.each([
    ["steps", (trace: Trace) => onnx.emit(trace, {}).text],
    ["the operator", (trace: Trace) => attentionModel(trace).bytes ?? new Uint8Array()],
  ])("a model of %s notices another number", async (_, model) => {
    const pair = [
      [1, 0],
      [0, 1],
    ];
    const trace = attend({ query: [[1, 0]], key: pair, value: [[3], [5]] });
    expect(await verdictOf(model(trace))).toBe("agrees");
    const changed = trace.steps.map((step) =>
      step.id === "output"
        ? { ...step, output: () => ({ rows: 1, cols: 1, data: Float64Array.of(3.7) }) }
        : step,
    );
    expect(await verdictOf(model({ ...trace, steps: changed }))).toBe("another result");
  });
});

describe.each(Object.entries(MODULES))("%s", (name, modules) => {
  const dialect = DIALECTS[name as ScriptName];
  const python = pythonWith(...modules);

  test("every run is written, with a name of its own for every step", () => {
    for (const [run, trace] of RUNS) {
      const { text } = dialect.emit(trace, {});
      const assigned = Array.from(text.matchAll(/^(\w+) = /gm), ([, variable]) => variable);
      expect(assigned, run).toEqual([...new Set(assigned)]);
      expect(assigned.length, run).toBeGreaterThanOrEqual(trace.inputs.length + trace.steps.length);
    }
  });

  test.skipIf(!python)("every script, run, gives the numbers of the run", () => {
    const scripts = RUNS.map(([run, trace]) => ({
      name: run,
      text: dialect.emit(withAllSteps(trace), {}).text,
    }));
    expect(runScripts(python ?? "", scripts)).toEqual({});
  });

  test.skipIf(!python)("a script notices another number", () => {
    const { text } = dialect.emit(
      attend({
        query: [[1, 0]],
        key: [
          [1, 0],
          [0, 1],
        ],
        value: [[3], [5]],
      }),
      {},
    );
    const changed = text.replace("[[3.0], [5.0]]", "[[3.0], [5.000001]]");
    expect(Object.keys(runScripts(python ?? "", [{ name: "changed", text: changed }]))).toEqual(["changed"]);
  });
});
