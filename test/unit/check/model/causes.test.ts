import { describe, expect, test } from "vitest";
import type { LoadedModel } from "../../../../src/attention/model/architecture.js";
import { checkModelDump } from "../../../../src/check/model/check-model.js";
import type { DumpedTensor } from "../../../../src/check/model/dumped-tensor.js";
import { UserError } from "../../../../src/errors.js";
import { mapCells, matrixFromRows, toRows } from "../../../../src/math/matrix.js";
import { replay } from "../../../../src/trace/recorder.js";
import { matrixOf, type Trace } from "../../../../src/trace/trace.js";
import { dumpOf, exampleOf, homeworkOf, record, STATES, withConfig } from "../../../support/model-dumps.js";

type Layer = LoadedModel["architecture"]["layer"];

const withLayer = (model: LoadedModel, own: Partial<Layer>): LoadedModel => ({
  ...model,
  architecture: { ...model.architecture, layer: { ...model.architecture.layer, ...own } },
});

const namedIn = (kind: string, dump: readonly DumpedTensor[]) =>
  checkModelDump(homeworkOf(kind), dump).diagnosis.map(({ mistake }) => mistake.id);

/** A dump in which a number is added to every cell of a step. */
const shifted = (trace: Trace, key: string, by = 5) =>
  dumpOf(trace, { [key]: key }).map((one) => ({ ...one, numbers: () => one.numbers().map((x) => x + by) }));

describe("the cause of what is wrong", () => {
  test.each<[string, string, object, object | undefined, string]>([
    ["gpt2", "model-norm-eps", { layer_norm_epsilon: 1e-3 }, { eps: 1e-3 }, "residual"],
    ["gpt2", "model-gelu-variant", { activation_function: "gelu" }, { activation: "gelu" }, "residual"],
    ["gpt2", "model-activation", { activation_function: "relu" }, { activation: "relu" }, "residual"],
    ["llama", "model-norm-eps", { rms_norm_eps: 1e-3 }, { eps: 1e-3 }, "residual"],
    ["mistral", "model-window-missing", { sliding_window: null }, undefined, "residual"],
    ["mistral", "model-window-off-by-one", { sliding_window: 3 }, { window: 3 }, "residual"],
  ])("in %s is %s", (kind, mistake, config, parameters, step) => {
    const homework = homeworkOf(kind);
    const other = record(withConfig(exampleOf(kind), config));
    const { verdict, diagnosis, steps } = checkModelDump(homework, dumpOf(other, STATES));
    expect([verdict, steps[0].verdict, steps[1].verdict]).toEqual(["differs", "agrees", "differs"]);
    const found = diagnosis.find((one) => one.mistake.id === mistake);
    expect(found).toMatchObject({ step, ...(parameters && { parameters }) });
    expect(found?.explains).toBe(found?.of);
    expect(found?.of).toBe(steps.reduce((sum, { wrong }) => sum + wrong, 0));
    expect(steps[1]).toHaveProperty("where");
  });

  test("is none where a part before it would be wrong as well", () => {
    const homework = homeworkOf("gpt2");
    const other = record(withConfig(exampleOf("gpt2"), { activation_function: "relu" }));
    const [embedding, first, ...rest] = dumpOf(other, STATES);
    const shifted = { ...embedding, numbers: () => embedding.numbers().map((x) => x + 1) };
    expect(checkModelDump(homework, [shifted, first, ...rest]).diagnosis).toEqual([]);
  });

  test("leaves right what was right before", () => {
    const homework = homeworkOf("gpt2");
    const other = record(withConfig(exampleOf("gpt2"), { layer_norm_epsilon: 1e-3 }));
    const [norm] = dumpOf(homework.trace, { "layer 0/norm-1": "layer 0/norm-1" });
    const [residual] = dumpOf(other, { "layer 0/residual": "layer 0/residual" });
    const named = (dump: readonly DumpedTensor[]) =>
      checkModelDump(homework, dump).diagnosis.map(({ mistake }) => mistake.id);
    expect(named([residual])).toContain("model-norm-eps");
    expect(named([norm, residual])).not.toContain("model-norm-eps");
  });

  test("behind the layers is looked for in the whole run", () => {
    const homework = homeworkOf("gpt2");
    const { architecture } = homework.model;
    const other = record({ ...homework.model, architecture: { ...architecture, hasFinalNorm: false } });
    const dump = dumpOf(other, {
      "hidden_states.1": "layer 0/residual",
      "hidden_states.2": "layer 1/residual",
      logits: "logits",
    });
    const { diagnosis, steps } = checkModelDump(homework, dump);
    expect(steps.map(({ verdict }) => verdict)).toEqual(["agrees", "differs", "differs"]);
    expect(diagnosis.map(({ mistake, step, explains, of }) => [mistake.id, step, explains === of])).toEqual([
      ["model-final-norm-missing", "final-norm", true],
    ]);
  });

  test("of several the ones that explain most", () => {
    // Right up to layer 0, and no activation gives what was made up behind it.
    const homework = homeworkOf("gpt2");
    const other = record(withConfig(exampleOf("gpt2"), { activation_function: "gelu" }));
    const [embedding, first, second, logits] = dumpOf(other, STATES);
    const wrong = { ...logits, numbers: () => logits.numbers().map((x) => x + 5) };
    const { diagnosis } = checkModelDump(homework, [embedding, first, second, wrong]);
    const [found] = diagnosis;
    expect([found.mistake.id, found.of - found.explains]).toEqual(["model-gelu-variant", 28]);
  });

  test("may be an altered step", () => {
    const homework = homeworkOf("llama");
    const dump = (scale: string) => {
      const { model } = homework;
      const layer = { ...model.architecture.layer, scale };
      return dumpOf(record({ ...model, architecture: { ...model.architecture, layer } }), {
        "blocks.0.hook_attn_out": "layer 0/attention-output",
      });
    };
    // √d of one head is √2; multiplied by it in place of divided.
    const named = checkModelDump(homework, dump("sqrt(2)")).diagnosis.map(({ mistake }) => mistake.id);
    expect(named).toContain("scale-multiplied");
    expect(checkModelDump(homework, dump("none")).diagnosis.map(({ mistake }) => mistake.id)).toContain(
      "model-scale",
    );
  });
});

describe("of what a config says", () => {
  test.each<[string, string, string, (model: LoadedModel) => LoadedModel]>([
    [
      "gpt2",
      "model-gelu-variant",
      "activation-gelu-variant",
      (own) => withLayer(own, { activation: "gelu" }),
    ],
    ["gpt2", "model-activation", "activation-other", (own) => withLayer(own, { activation: "relu" })],
    ["gpt2", "model-norm-place", "norm-misplaced", (own) => withLayer(own, { norm: "post" })],
    ["gpt2", "model-mask-missing", "mask-missing", (own) => withLayer(own, { causal: false })],
    ["llama", "model-scale", "scale-missing", (own) => withLayer(own, { scale: "none" })],
    // Heads of two columns: 1/d_k = 1/√d_model = 1/2.
    ["llama", "model-scale", "scale-by-dk", (own) => withLayer(own, { scale: "1/2" })],
    ["llama", "model-scale", "scale-by-sqrt-dmodel", (own) => withLayer(own, { scale: "1/2" })],
    ["llama", "model-gate-swapped", "gate-swapped", withGatesSwapped],
  ])("in %s %s is told, and not %s as well", (kind, variation, mistake, alter) => {
    const ids = namedIn(kind, dumpOf(record(alter(homeworkOf(kind).model)), STATES));
    expect(ids).toContain(variation);
    expect(ids).not.toContain(mistake);
  });

  function withGatesSwapped(model: LoadedModel): LoadedModel {
    const layers = model.weights.layers.map(({ w1, w3, ...rest }) => ({ ...rest, w1: w3, w3: w1 }));
    return { ...model, weights: { ...model.weights, layers } } as LoadedModel;
  }
});

test("a softmax over the heads of a layer is named", () => {
  const { trace } = homeworkOf("bert");
  const scores = [0, 1].map((head) => toRows(matrixOf(trace, `layer 0/head ${head}/scaled-scores`)));
  // e^s over the sum of e^s of both heads
  const weights = scores.map((own) =>
    own.map((row, i) =>
      row.map((s, j) => Math.exp(s) / (Math.exp(scores[0][i][j]) + Math.exp(scores[1][i][j]))),
    ),
  );
  const replace = new Map(
    weights.map((rows, head) => [`layer 0/head ${head}/weights`, matrixFromRows(rows)] as const),
  );
  const keys = [...replace.keys(), "layer 0/attention-output"];
  const dump = dumpOf(replay(trace, { replace }), Object.fromEntries(keys.map((key) => [key, key])));
  expect(namedIn("bert", dump)).toEqual(["softmax-over-heads"]);
});

describe("candidates are run", () => {
  const { trace, model, ids } = homeworkOf("gpt2");

  /** To which layers models are run that are found to be no cause in `of`. */
  const lastLayers = (of: Trace, key: string) => {
    const asked = new Set<number | undefined>();
    const refuse = (_: LoadedModel, last?: number): Trace => {
      asked.add(last);
      throw new UserError("BAD_VALUE", "no such model");
    };
    const found = checkModelDump({ trace: of, model, ids, record: refuse }, shifted(of, key));
    expect([found.steps.map((step) => step.verdict), found.diagnosis]).toEqual([["differs"], []]);
    return [...asked];
  };

  test.each<[string, number | undefined]>([
    ["wte.weight", undefined],
    ["token-embedding", 0],
    ["embedding", 0],
    ["layer 0/residual", 0],
    ["layer 1/norm-1", 1],
    ["final-norm", undefined],
    ["logits", undefined],
  ])("where %s is wrong as far as layer %s", (key, last) => expect(lastLayers(trace, key)).toEqual([last]));

  test("as far as the first layer of the decoder for what its encoder makes", () => {
    const keys = new Set(trace.steps.map(({ key }) => key));
    const within = (key: string) => (keys.has(key) ? `encoder/${key}` : key);
    const steps = trace.steps.map(({ key, scope, inputs, ...step }) => ({
      ...{ ...step, key: within(key), inputs: inputs.map(within) },
      scope: [{ kind: "stack", name: "encoder" }, ...scope],
    }));
    expect(lastLayers({ ...trace, steps }, "encoder/layer 1/residual")).toEqual([0]);
  });
});

describe("of models that make the first wrong part right", () => {
  const { trace, model, ids } = homeworkOf("gpt2");
  const other = record(withLayer(model, { eps: 1e-3 }));

  /** A run with the numbers of some steps of another. */
  const mixed = (own: Trace, from: Trace, ...keys: readonly string[]) =>
    replay(own, { replace: new Map(keys.map((key) => [key, matrixOf(from, key)] as const)) });

  /** The values of ε that are named where models with them give these runs, and all others are refused. */
  const named = (runs: ReadonlyMap<number, Trace>, dump: readonly DumpedTensor[], isRunWhole = true) => {
    const asked: (number | undefined)[] = [];
    const run = ({ architecture: { layer } }: LoadedModel, last?: number): Trace => {
      const found = layer.eps === undefined ? undefined : runs.get(layer.eps);
      if (!found || (last === undefined && !isRunWhole)) throw new UserError("BAD_VALUE", "no such model");
      asked.push(last);
      return found;
    };
    const { diagnosis } = checkModelDump({ trace, model, ids, record: run }, dump);
    return { asked, eps: diagnosis.map(({ parameters }) => parameters?.eps) };
  };

  const first = "layer 0/residual";
  const dump = dumpOf(other, { [first]: first, logits: "logits" });

  test("those are named that give most of the rest", () => {
    const runs = new Map([
      [1e-12, mixed(trace, other, first, "final-norm", "logits")],
      // Its logits are those of the right run.
      [1e-3, mixed(other, trace, "logits")],
    ]);
    expect(named(runs, dump)).toEqual({ asked: [0, undefined, 0, undefined], eps: [1e-12] });
  });

  test("those are named that leave what is right as it is", () => {
    // The dump has the right logits.
    const right = [...dumpOf(other, { [first]: first }), ...dumpOf(trace, { logits: "logits" })];
    const runs = new Map([
      [1e-12, mixed(other, trace, "logits")],
      [1e-3, other],
    ]);
    expect(named(runs, right).eps).toEqual([1e-12]);
  });

  test("none is named that cannot be run to its end", () => {
    expect(named(new Map([[1e-3, other]]), dump, false)).toEqual({ asked: [0], eps: [] });
  });

  test("each is run once where the first wrong part stands behind the layers", () => {
    const behind = dumpOf(other, { logits: "logits" });
    expect(named(new Map([[1e-3, other]]), behind)).toEqual({ asked: [undefined], eps: [1e-3] });
  });

  test("at the step of the mistake where a weight is wrong first, which no step makes", () => {
    const weight = matrixOf(trace, "wte.weight");
    const run = replay(trace, { replace: new Map([["wte.weight", mapCells(weight, (x) => x + 5)]]) });
    const homework = { trace, model, ids, record: () => run };
    const { diagnosis } = checkModelDump(homework, shifted(trace, "wte.weight"));
    expect(diagnosis.find(({ mistake }) => mistake.id === "model-norm-eps")?.step).toBe("normalised");
  });
});
