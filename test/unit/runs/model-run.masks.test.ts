import { expect, test } from "vitest";
import { MODEL_SETTINGS } from "../../../src/attention/model/model-settings.js";
import { completeSettings } from "../../../src/attention/setting.js";
import { matrixOf } from "../../../src/index.js";
import { recordModelRun } from "../../../src/runs/model-run.js";
import { drawnModel } from "../../../src/systems/drawn/drawn-model.js";
import { findSystem } from "../../../src/systems/registry.js";

const sizes = { layers: 1, dModel: 8, vocabulary: 5 };
const pieces = ["[CLS]", "a", "b", "[SEP]", "[MASK]"];
const tokenizer = {
  pieces,
  maskId: 4,
  decode: (ids: readonly number[]) => ids.map((id) => pieces[id]).join(" "),
};

function run(preset: string, ids: readonly number[]) {
  const model = { ...drawnModel(findSystem(preset), sizes, 1), tokenizer };
  return recordModelRun({
    matrices: {},
    model,
    settings: completeSettings(MODEL_SETTINGS, { ids: [...ids] }),
  });
}

test("a model that fills in masks tells each of them, the likeliest first", () => {
  const trace = run("bert", [0, 4, 1, 4, 3]);
  const logits = matrixOf(trace, "logits");
  const expected = [1, 3].map((position) => {
    const row = [...logits.data.subarray(position * 5, position * 5 + 5)];
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const next = row
      .map((logit, id) => ({
        id,
        token: pieces[id],
        probability: expect.closeTo(Math.exp(logit) / total, 12),
      }))
      .sort((a, b) => row[b.id] - row[a.id]);
    return { position, next };
  });
  expect(trace.facts.filled.value).toEqual(expected);
  expect(trace.facts.next.value).toEqual(expected[0].next);
});

test("where none is masked it says so, and a model that continues a text fills nothing", () => {
  expect(run("bert", [0, 1, 2, 3]).facts.filled.value).toEqual([]);
  expect(run("gpt2", [0, 4, 1]).facts).not.toHaveProperty("filled");
});
