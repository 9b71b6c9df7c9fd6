import { describe, expect, test } from "vitest";
import type { LoadedModel } from "../../../../src/attention/model/architecture.js";
import { recordModelRun } from "../../../../src/attention/model/model-run.js";
import { checkModelDump } from "../../../../src/check/model/check-model.js";
import type { DumpedTensor } from "../../../../src/check/model/dumped-tensor.js";
import type { ModelHomework } from "../../../../src/check/model/model-homework.js";
import { loadedModel, type PlainModel } from "../../../../src/input/model/plain-model.js";
import { matrixOf, type Trace } from "../../../../src/trace/trace.js";
import { MODEL_EXAMPLES } from "../../../support/model-examples.js";
import { refusal } from "../../../support/refusal.js";

// Models of two layers and two heads on four tokens; a dump is a run of the same weights by another config.json.

const IDS = [3, 1, 4, 2];

const settings = { ids: IDS, logitLens: false, seed: 0 } as never;
const record = (model: LoadedModel, layer?: number): Trace =>
  recordModelRun({ matrices: {}, settings, model }, layer === undefined ? {} : { layer });

function exampleOf(kind: string): PlainModel {
  const found = MODEL_EXAMPLES.find(([name]) => name === kind)?.[1];
  if (!found) throw new TypeError(`there is no ${kind}`);
  return found;
}

const withConfig = (plain: PlainModel, config: object): LoadedModel =>
  loadedModel({ ...plain, config: { ...plain.config, ...config } });

const known = new Map<string, ModelHomework>();

function homeworkOf(kind: string): ModelHomework {
  const model = loadedModel(exampleOf(kind));
  const homework = known.get(kind) ?? { trace: record(model), model, ids: IDS, record };
  known.set(kind, homework);
  return homework;
}

const tensor = (name: string, shape: readonly number[], numbers: ArrayLike<number>): DumpedTensor => ({
  ...{ name, source: "dump.npz", shape, kept: "float32" },
  numbers: () => Float64Array.from(numbers),
});

/** Steps of a run under the names of a dump. */
const dumpOf = (trace: Trace, names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([name, key]) => {
    const { rows, cols, data } = matrixOf(trace, key);
    return tensor(name, [rows, cols], data.map(Math.fround));
  });

const STATES = {
  "hidden_states.0": "embedding",
  "hidden_states.1": "layer 0/residual",
  "hidden_states.2": "final-norm",
  logits: "logits",
};

describe("a dump that is right", () => {
  const homework = homeworkOf("gpt2");

  test("agrees, step by step in the order of the run", () => {
    const { logits, ...states } = STATES;
    const dump = dumpOf(homework.trace, { logits, ...states, "wte.weight": "wte.weight" });
    const found = checkModelDump(homework, dump);
    expect(found).toMatchObject({ judgedAs: "machine", verdict: "agrees", diagnosis: [] });
    expect(found).not.toHaveProperty("skipped");
    expect(found.precision).toEqual({
      ...{ compute: "float32", stored: "float32", from: "answer", roundsInputs: false },
    });
    expect(
      found.steps.map(({ scope, id, name, verdict, wrong, of }) => [scope, id, name, verdict, wrong, of]),
    ).toEqual([
      // 7 tokens of the vocabulary, 4 columns
      ["", "wte.weight", undefined, "agrees", 0, 28],
      ["", "embedding", "hidden_states.0", "agrees", 0, 16],
      ["layer 0", "residual", "hidden_states.1", "agrees", 0, 16],
      ["", "final-norm", "hidden_states.2", "agrees", 0, 16],
      ["", "logits", undefined, "agrees", 0, 28],
    ]);
    expect(found.steps[0]).not.toHaveProperty("where");
    expect(found.steps[0].working).toMatchObject({ compute: "float32", stored: "float32" });
  });

  test("says what nothing is called like", () => {
    const dump = [...dumpOf(homework.trace, STATES), tensor("unheard", [1], [1])];
    expect(checkModelDump(homework, dump)).toMatchObject({ verdict: "agrees", skipped: ["unheard"] });
  });

  test("may be of another type, or within a tolerance", () => {
    const [logits] = dumpOf(homework.trace, { logits: "logits" });
    const off = { ...logits, numbers: () => logits.numbers().map((x) => x * (1 + 2 ** -8)) };
    expect(checkModelDump(homework, [off]).verdict).toBe("differs");
    const short = checkModelDump(homework, [off], { dtype: "bfloat16" });
    expect([short.verdict, short.precision.compute, short.precision.from]).toEqual([
      "agrees",
      "bfloat16",
      "option",
    ]);
    const tolerance = { atol: 0.1, rtol: 0 };
    expect(checkModelDump(homework, [off], { tolerance }).verdict).toBe("agrees");
  });

  test("takes of several names the one that fits", () => {
    for (const key of ["norm-1", "norm-1/normalised"]) {
      const [one] = dumpOf(homework.trace, { "blocks.1.ln1.hook_normalized": `layer 1/${key}` });
      const found = checkModelDump(homework, [one]);
      expect([found.verdict, found.steps.map(({ scope, id }) => `${scope}/${id}`)]).toEqual([
        ...["agrees", [key === "norm-1" ? "layer 1/norm-1" : "layer 1/norm-1/normalised"]],
      ]);
    }
  });
});

describe("tokens in a dump", () => {
  const homework = homeworkOf("gpt2");
  const logits = dumpOf(homework.trace, { logits: "logits" });
  const check = (one: DumpedTensor, batch?: number, other: Partial<ModelHomework> = {}) =>
    checkModelDump({ ...homework, ...other }, [one, ...logits], { ...(batch !== undefined && { batch }) });

  test.each([
    ["input_ids", [4], IDS, undefined],
    ["ids", [1, 4], IDS, undefined],
    ["Tokens", [2, 4], [0, 0, 0, 0, ...IDS], 1],
    ["idx", [2, 4], [...IDS, 0, 0, 0, 0], 0],
    ["token_ids", [2, 4], [...IDS, 0, 0, 0, 0], undefined],
  ] as const)("%s that were run are no numbers of the model", (name, shape, ids, batch) => {
    const found = check(tensor(name, shape, ids), batch);
    expect([found.verdict, found.steps.length, found.skipped]).toEqual(["agrees", 1, undefined]);
  });

  test.each([
    ["input_ids", [4], [3, 1, 4, 1], undefined, "3, 1, 4, 1", "--ids 3,1,4,1"],
    ["ids", [3], [3, 1, 4], undefined, "3, 1, 4", "--ids 3,1,4"],
    ["tokens", [2, 4], [...IDS, 5, 6, 7, 8], 1, "5, 6, 7, 8", "--ids 5,6,7,8"],
  ] as const)("others are refused: %s %j", (name, shape, ids, batch, said, hint) => {
    const error = refusal(() => check(tensor(name, shape, ids), batch));
    expect([error?.code, error?.details.location]).toEqual(["CONFLICTING_INPUTS", { source: "dump.npz" }]);
    expect(error?.message).toContain(`${name} is ${said}.`);
    expect(error?.details.hint).toContain(hint);
  });

  test("of a decoder are its own", () => {
    const two = { decoderIds: [5, 6] };
    expect(check(tensor("decoder_input_ids", [2], [5, 6]), undefined, two).verdict).toBe("agrees");
    const error = refusal(() => check(tensor("tgt", [2], [5, 7]), undefined, two));
    expect(error?.details.hint).toContain("--decoder-ids 5,7");
    // Without a decoder nothing is called so.
    expect(check(tensor("tgt", [2], [5, 7])).skipped).toEqual(["tgt"]);
  });

  test("are none with three axes, and under other names", () => {
    expect(check(tensor("ids", [1, 1, 4], IDS)).skipped).toEqual(["ids"]);
    expect(check(tensor("my_ids", [4], IDS)).skipped).toEqual(["my_ids"]);
    expect(check(tensor("ids_of", [4], IDS)).skipped).toEqual(["ids_of"]);
  });
});

describe("a dump of which no name is known is refused", () => {
  test.each([
    [["a", "b"], "a, b."],
    [["a", "b", "c", "d", "e", "f"], "a, b, c, d, e, f."],
    [["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e, f, …."],
    [[], "there is none."],
  ])("%j", (names, said) => {
    const error = refusal(() =>
      checkModelDump(
        homeworkOf("gpt2"),
        names.map((name) => tensor(name, [1], [0])),
      ),
    );
    expect(error?.code).toBe("UNKNOWN_STEP");
    expect(error?.message).toContain(said);
    expect(error?.details.location).toEqual({ source: names.length > 0 ? "dump.npz" : "--check" });
  });
});

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
