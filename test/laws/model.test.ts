import { describe, expect, test } from "vitest";
import { recordModel } from "../../src/attention/model/model.js";
import { MODEL_SETTINGS } from "../../src/attention/model/model-settings.js";
import { completeSettings } from "../../src/attention/setting.js";
import { DEMO_MODEL } from "../../src/commands/demo-model.js";
import { layer, matrixOf, model, type PlainModel, replay, toRows } from "../../src/index.js";
import { loadedModel } from "../../src/input/model/plain-model.js";
import { type Matrix, rowsOf } from "../../src/math/matrix.js";
import { MemoryBudget } from "../../src/trace/evaluate/memory-budget.js";
import { expectTraceExplained } from "../support/explained.js";
import { MODEL_EXAMPLES } from "../support/model-examples.js";

const { settings: demoSettings, ...demo } = JSON.parse(DEMO_MODEL) as PlainModel & {
  readonly settings: { readonly ids: readonly number[] };
};
describe.each(MODEL_EXAMPLES)("%s", (_, given) => {
  const trace = model(given, { ids: [3, 1, 3, 2], logitLens: true });

  test("every step explains its cells", () => expectTraceExplained(trace));

  test("replayed from equal weights it gives equal bits", () => {
    const replace = new Map(
      trace.inputs.map(({ name, matrix: { rows, cols, data } }) => [
        name,
        { rows, cols, data: data.slice() },
      ]),
    );
    const again = replay(trace, { replace });
    for (const [index, step] of trace.steps.entries()) {
      expect(again.steps[index].output().data, step.key).toEqual(step.output().data);
    }
  });

  test("the lens of the last layer is the row of logits that is told", () => {
    expect(matrixOf(trace, "layer 1/lens-logits")).toBeCloseToMatrix(
      rowsOf(matrixOf(trace, "logits"), { first: 3, count: 1 }),
    );
  });

  test("keeps no n×m step where none is to be kept, with the same logits", () => {
    const streamed = model(given, { ids: [3, 1, 3, 2], stream: true });
    expect(streamed.steps.some(({ id, isKept }) => id === "weights" && isKept)).toBe(false);
    expect(matrixOf(streamed, "logits")).toBeCloseToMatrix(matrixOf(trace, "logits"));
    const shares = (run: typeof trace) => matrixOf(run, "layer 0/head-shares");
    expect(shares(streamed)).toBeCloseToMatrix(shares(trace));
  });
});

const bitsOf = ({ data }: Matrix) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

test.each([false, true])(
  "layers whose numbers are let go give the same bits again (stream: %s)",
  (stream) => {
    const [, given] = MODEL_EXAMPLES.filter(([name]) => name === "llama")[0];
    // 160 tokens: above 100×100 scores, one kernel computes the output of a head, and its pass also gives the measures
    // of the heads.
    const ids = Array.from({ length: 160 }, (_, at) => (at * 5) % 4);
    const settings = completeSettings(MODEL_SETTINGS, { ids, stream });
    const record = (most: number) => {
      const budget = new MemoryBudget(most);
      const { trace } = recordModel({ ...loadedModel(given), ids }, settings, { budget });
      return { budget, trace };
    };
    const [ample, tight] = [record(2 ** 30), record(0)];
    const kept = ample.trace.steps.filter(({ isKept }) => isKept);
    for (const step of kept) {
      expect(bitsOf(matrixOf(tight.trace, step.key)).equals(bitsOf(step.output())), step.key).toBe(true);
    }
    // Two layers of the same size: only one of them is held in memory.
    expect(tight.budget.used).toBeLessThanOrEqual(ample.budget.used / 2);
    // In the backward pass, too: a layer is computed again from the residual stream before it.
    for (const step of kept.toReversed()) {
      expect(bitsOf(matrixOf(tight.trace, step.key)).equals(bitsOf(step.output())), step.key).toBe(true);
    }
  },
);

test("a layer of a model is what qkv layer makes of the same x and weights", () => {
  const [, given] = MODEL_EXAMPLES[0];
  const trace = model(given, { ids: [3, 1, 2] });
  const weightOf = (name: string) => toRows(matrixOf(trace, `h.0.${name}`));
  const alone = layer(
    {
      x: toRows(matrixOf(trace, "embedding")),
      ...{ wqkv: weightOf("attn.c_attn.weight"), bqkv: weightOf("attn.c_attn.bias") },
      ...{ wo: weightOf("attn.c_proj.weight"), bo: weightOf("attn.c_proj.bias") },
      ...{ w1: weightOf("mlp.c_fc.weight"), b1: weightOf("mlp.c_fc.bias") },
      ...{ w2: weightOf("mlp.c_proj.weight"), b2: weightOf("mlp.c_proj.bias") },
      ...{ norm1: weightOf("ln_1.weight"), norm1Bias: weightOf("ln_1.bias") },
      ...{ norm2: weightOf("ln_2.weight"), norm2Bias: weightOf("ln_2.bias") },
    },
    { heads: 2, causal: true, norm: "pre", activation: "gelu-tanh" },
  );
  expect(toRows(matrixOf(alone, "output"))).toEqual(toRows(matrixOf(trace, "layer 0/residual")));
});

describe("the built-in model", () => {
  const trace = model(demo, demoSettings);

  test("has a head that looks at the previous token, and one that looks behind where a token stood before", () => {
    const patterns = trace.facts.heads.value as readonly {
      readonly layer: number;
      readonly pattern: string;
    }[];
    const ofLayer = (index: number) =>
      patterns.filter(({ layer: at }) => at === index).map(({ pattern }) => pattern);
    expect(ofLayer(0)).toContain("previous");
    expect(ofLayer(1)).toContain("induction");
  });

  test("goes on with what repeats", () => {
    const { ids } = demoSettings;
    const period = ids.indexOf(ids[1], 2) - 1;
    const goesOn = model(demo, { ...demoSettings, generate: 6 }).facts.generated;
    expect(goesOn.value).toMatchObject({
      ids: Array.from({ length: 6 }, (_, at) => ids[((ids.length - 1 + at) % period) + 1]),
    });
  });

  test("draws what it goes on with from a seed, when it has a temperature", () => {
    const draw = (seed: number) =>
      model(demo, { ...demoSettings, generate: 8, temperature: 5, seed }).facts.generated.value;
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
