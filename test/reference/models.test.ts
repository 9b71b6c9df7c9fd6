import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MODEL_SETTINGS, type ModelSettings } from "../../src/attention/model/model-settings.js";
import { completeSettings } from "../../src/attention/setting.js";
import { matrixOf, type Trace, toRows } from "../../src/index.js";
import { openTensors } from "../../src/input/binary/open-tensors.js";
import { countElements, numbersReader } from "../../src/input/binary/tensor.js";
import { nodeFiles } from "../../src/input/files.js";
import { readModel } from "../../src/input/model/read-model.js";
import { storedBytes } from "../../src/input/stored.js";
import { rowOf } from "../../src/math/matrix.js";
import { recordModelRun } from "../../src/runs/model-run.js";

// Small real models with numbers of other implementations. They are stored beside the checkout, not in it.

const MODELS = "../shared/models";
const here = (name: string) => existsSync(`${MODELS}/${name}`);

/** The arrays of a golden.npz, flat, by their names. */
async function readGolden(
  name: string,
): Promise<(array: string) => { shape: readonly number[]; data: Float64Array }> {
  const path = `${MODELS}/${name}/golden.npz`;
  const file = openTensors(storedBytes(readFileSync(path)), path);
  if (!file) throw new Error(`${path} has no arrays`);
  return (array) => {
    const tensor = file.tensors.get(array)?.();
    if (!tensor) throw new Error(`${path} has no ${array}`);
    return { shape: tensor.shape, data: numbersReader(tensor)(0, countElements(tensor.shape) ?? 0) };
  };
}

async function runModel(name: string, given: Partial<ModelSettings>): Promise<Trace> {
  const model = await readModel(`${MODELS}/${name}`, nodeFiles());
  return recordModelRun({ matrices: {}, model, settings: completeSettings(MODEL_SETTINGS, given) });
}

/** The largest difference from another implementation's numbers at this place in a list of all. */
function largestDifference(got: ArrayLike<number>, want: Float64Array, first: number): number {
  let largest = 0;
  for (let at = 0; at < got.length; at++) {
    // −∞ has to be in the same cells of both.
    if (got[at] !== want[first + at]) largest = Math.max(largest, Math.abs(got[at] - want[first + at]));
  }
  return largest;
}

describe.skipIf(!here("gpt-nano-sort"))(
  "gpt-nano-sort: a trained GPT-2 against PyTorch's float32",
  async () => {
    const golden = here("gpt-nano-sort") ? await readGolden("gpt-nano-sort") : undefined;
    if (!golden) return;
    const idx = golden("idx");
    const [batch, length] = idx.shape;
    const traces = await Promise.all(
      Array.from({ length: batch }, (_, row) =>
        runModel("gpt-nano-sort", { ids: Array.from(idx.data.subarray(row * length, (row + 1) * length)) }),
      ),
    );

    /** The step for each of PyTorch's arrays: that of the first layer if no layer is named. */
    const STEPS: Readonly<Record<string, string>> = {
      ...{
        x: "embedding",
        ln1: "layer 0/norm-1",
        yProj: "layer 0/attention-output",
        attnResid: "layer 0/residual-1",
      },
      ...{
        ln2: "layer 0/norm-2",
        fc: "layer 0/feed-forward-1",
        gelu: "layer 0/activation",
        mlp: "layer 0/feed-forward-2",
      },
      ...{ block0: "layer 0/residual", block1: "layer 1/residual", block2: "layer 2/residual" },
      ...{ y: "layer 0/concat", ln_f: "final-norm", lm_head: "logits", probs: "probabilities" },
    };

    test.each(Object.entries(STEPS))("%s is %s", (array, key) => {
      const want = golden(array);
      for (const [row, trace] of traces.entries()) {
        const got = matrixOf(trace, key).data;
        expect(largestDifference(got, want.data, row * got.length)).toBeLessThan(2e-6);
      }
    });

    test.each([
      ["q", "q"],
      ["k", "k"],
      ["v", "v"],
      ["att", "masked-scores"],
      ["attSm", "weights"],
    ])("%s is %s of each head", (array, id) => {
      const want = golden(array);
      for (const [row, trace] of traces.entries()) {
        for (const head of [0, 1, 2]) {
          const got = matrixOf(trace, `layer 0/head ${head}/${id}`).data;
          expect(largestDifference(got, want.data, (row * 3 + head) * got.length)).toBeLessThan(2e-6);
        }
      }
    });
  },
);

test.skipIf(!here("gpt-nano-sort"))(
  "gpt-nano-sort sorts all 3⁶ inputs",
  async () => {
    const model = await readModel(`${MODELS}/gpt-nano-sort`, nodeFiles());
    for (let number = 0; number < 3 ** 6; number++) {
      const given = Array.from({ length: 6 }, (_, place) => Math.floor(number / 3 ** place) % 3);
      const sorted = given.toSorted();
      // If each letter of the answer predicts the next one, the likeliest letters are that answer.
      const settings = completeSettings(MODEL_SETTINGS, {
        ids: [...given, ...sorted.slice(0, 5)],
        stream: true,
      });
      const logits = matrixOf(recordModelRun({ matrices: {}, model, settings }), "logits");
      const likeliest = sorted.map((_, at) =>
        rowOf(logits, 5 + at).indexOf(Math.max(...rowOf(logits, 5 + at))),
      );
      expect(likeliest).toEqual(sorted);
    }
  },
  120_000,
);

test.skipIf(!here("gpt-nano-sort"))("generating with a cache gives what the whole text gives", async () => {
  const { facts } = await runModel("gpt-nano-sort", { ids: [2, 0, 1, 1, 0, 2], generate: 6 });
  expect(facts.generated.value).toMatchObject({ ids: [0, 0, 1, 1, 2, 2] });
});

describe.skipIf(!here("stories260k"))("stories260k: a trained Llama against NumPy's float64", async () => {
  if (!here("stories260k")) return;
  const golden = await readGolden("stories260k");
  const { prompt, tokens, pieces, next } = JSON.parse(
    readFileSync(`${MODELS}/stories260k/golden.json`, "utf8"),
  );
  const trace = await runModel("stories260k", { text: prompt, generate: 16 });

  test("the tokens", () => {
    expect(trace.facts.ids.value).toEqual(tokens);
    expect(trace.facts.tokens.value).toEqual(pieces);
  });

  test("the residual stream, the weights of every head, and the logits", () => {
    const [residual, weights] = [golden("residual"), golden("weights")];
    const size = tokens.length * 64;
    expect(largestDifference(matrixOf(trace, "embedding").data, residual.data, 0)).toBeLessThan(1e-9);
    for (let layer = 0; layer < 5; layer++) {
      const got = matrixOf(trace, `layer ${layer}/residual`).data;
      expect(largestDifference(got, residual.data, (layer + 1) * size)).toBeLessThan(1e-9);
      for (let head = 0; head < 8; head++) {
        const own = matrixOf(trace, `layer ${layer}/head ${head}/weights`).data;
        expect(largestDifference(own, weights.data, (layer * 8 + head) * own.length)).toBeLessThan(1e-9);
      }
    }
    expect(largestDifference(matrixOf(trace, "logits").data, golden("logits").data, 0)).toBeLessThan(1e-9);
  });

  test("the likeliest next pieces, and how the prompt goes on", () => {
    const told = trace.facts.next.value as readonly { readonly token: string }[];
    expect(told.map(({ token }) => token)).toEqual(next);
    const text = `<s> ${prompt} She loved to play outside in the park.`;
    expect(trace.facts.generated.value).toMatchObject({ text });
  });
});

test.skipIf(!here("tiny-bert"))(
  "tiny-bert ends without a head: its output is that of the last layer",
  async () => {
    const trace = await runModel("tiny-bert", { ids: [2, 5, 7, 3] });
    expect(Object.keys(trace.results)).not.toContain("logits");
    expect(toRows(matrixOf(trace, "output"))).toEqual(toRows(matrixOf(trace, "layer 1/residual")));
  },
);

test.skipIf(!here("tiny-gpt2"))(
  "tiny-gpt2 has names without a prefix, and the older files of a tokenizer",
  async () => {
    const trace = await runModel("tiny-gpt2", { text: "low lower" });
    // Its merges join Ġ l o w and e r; the first word has no blank before it.
    expect(trace.facts.tokens.value).toEqual(["l", "o", "w", "Ġlow", "er"]);
    expect(rowOf(matrixOf(trace, "logits"), 0)).toHaveLength(21);
  },
);
