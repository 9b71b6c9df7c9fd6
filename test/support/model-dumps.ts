import type { LoadedModel } from "../../src/attention/model/architecture.js";
import type { DumpedTensor } from "../../src/check/model/dumped-tensor.js";
import type { ModelHomework } from "../../src/check/model/model-homework.js";
import { loadedModel, type PlainModel } from "../../src/input/model/plain-model.js";
import { recordModelRun } from "../../src/runs/model-run.js";
import { matrixOf, type Trace } from "../../src/trace/trace.js";
import { MODEL_EXAMPLES } from "./model-examples.js";

// Models of two layers and two heads on four tokens. A dump is a run of the same weights with another config.json.

export const IDS = [3, 1, 4, 2];

const settings = { ids: IDS, logitLens: false, seed: 0 } as never;
export const record = (model: LoadedModel, layer?: number): Trace =>
  recordModelRun({ matrices: {}, settings, model }, layer === undefined ? {} : { layer });

export function exampleOf(kind: string): PlainModel {
  const found = MODEL_EXAMPLES.find(([name]) => name === kind)?.[1];
  if (!found) throw new TypeError(`there is no ${kind}`);
  return found;
}

export const withConfig = (plain: PlainModel, config: object): LoadedModel =>
  loadedModel({ ...plain, config: { ...plain.config, ...config } });

const known = new Map<string, ModelHomework>();

export function homeworkOf(kind: string): ModelHomework {
  const model = loadedModel(exampleOf(kind));
  const homework = known.get(kind) ?? { trace: record(model), model, ids: IDS, record };
  known.set(kind, homework);
  return homework;
}

export const tensor = (name: string, shape: readonly number[], numbers: ArrayLike<number>): DumpedTensor => ({
  ...{ name, source: "dump.npz", shape, kept: "float32" },
  numbers: () => Float64Array.from(numbers),
});

/** Steps of a run under the names of a dump. */
export const dumpOf = (trace: Trace, names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([name, key]) => {
    const { rows, cols, data } = matrixOf(trace, key);
    return tensor(name, [rows, cols], data.map(Math.fround));
  });

export const STATES = {
  "hidden_states.0": "embedding",
  "hidden_states.1": "layer 0/residual",
  "hidden_states.2": "final-norm",
  logits: "logits",
};
