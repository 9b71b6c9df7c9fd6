import { describe, expect, test } from "vitest";
import type { FloatName } from "../../src/check/machine/float-names.js";
import type { RowRange } from "../../src/math/matrix.js";
import { storedMatrix } from "../../src/math/stored-matrix.js";
import { rounded, roundedWeights } from "../../src/runs/arithmetic/round-stored.js";
import { safetensorsOf } from "../support/array-files.js";
import { runCli } from "../support/run-cli.js";

// A model in a type: its weights, what is said first, and how it goes on.

const CONFIG = { model_type: "gpt2", n_embd: 8, n_head: 2, n_layer: 1, vocab_size: 11, n_positions: 16 };

const SHAPES: Readonly<Record<string, readonly number[]>> = {
  "wte.weight": [11, 8],
  "wpe.weight": [16, 8],
  "h.0.ln_1.weight": [8],
  "h.0.ln_1.bias": [8],
  "h.0.attn.c_attn.weight": [8, 24],
  "h.0.attn.c_attn.bias": [24],
  "h.0.attn.c_proj.weight": [8, 8],
  "h.0.attn.c_proj.bias": [8],
  "h.0.ln_2.weight": [8],
  "h.0.ln_2.bias": [8],
  "h.0.mlp.c_fc.weight": [8, 32],
  "h.0.mlp.c_fc.bias": [32],
  "h.0.mlp.c_proj.weight": [32, 8],
  "h.0.mlp.c_proj.bias": [8],
  "ln_f.weight": [8],
  "ln_f.bias": [8],
};

/** The model with its weights stored in a type. */
function stored(type: FloatName) {
  const tensors = Object.entries(SHAPES).map(([name, shape], at) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const data = Float64Array.from({ length: count }, (_, index) => Math.sin(1 + at + 3 * index));
    return [name, { shape, data, type }] as const;
  });
  return {
    "m/config.json": JSON.stringify(CONFIG),
    "m/model.safetensors": safetensorsOf(Object.fromEntries(tensors)),
  };
}

const WORDS = ["model", "m", "--ids", "3,1,4,1,5", "--json"];

async function run(type: FloatName, ...more: string[]) {
  const { exitCode, stdout, stderr } = await runCli([...WORDS, ...more], { given: stored(type) });
  if (exitCode !== 0) throw new Error(stderr);
  return {
    ...(JSON.parse(stdout) as { logits: number[][]; next: { id: number; probability: number }[] }),
    stderr,
  };
}

describe("weights", () => {
  test.each(["float32", "float16", "bfloat16"] as const)("are those of a file in %s", async (type) => {
    const rounded = await run("float64", "--dtype", type);
    const lying = await run(type, "--dtype", type);
    expect(rounded.logits).toEqual(lying.logits);
    expect(rounded.stderr).toContain(`note: the weights of the model are rounded to ${type}\n`);
    // Weights of float32 that lie as such are rounded where they go into the kernel.
    if (type !== "float32") expect((await run("float32", "--dtype", type)).logits).toEqual(lying.logits);
  });
  test("of a file in float32 are taken as they lie", async () => {
    const [exact, machine] = await Promise.all([run("float32"), run("float32", "--dtype", "float32")]);
    expect(machine.stderr).toBe(exact.stderr);
    const [right, near] = [exact.logits.flat(), machine.logits.flat()];
    const off = Math.max(...right.map((value, at) => Math.abs(value - near[at])));
    // Worked in float32, not in float64, and no farther off than some sums of 32 terms.
    expect(off).toBeGreaterThan(0);
    expect(off / Math.max(...right.map(Math.abs))).toBeLessThan(10 * 32 * 2 ** -24);
  });
});

describe("numbers that lie as float32", () => {
  const numbers = Float32Array.of(1, 1 + 2 ** -9, -3 - 2 ** -6, 2 ** -20);
  // Beside 1 those of bfloat16 are 2⁻⁷ apart, beside 3 2⁻⁶: 1 + 2⁻⁹ goes to 1.
  const expected = [1, 1, -3 - 2 ** -6, 2 ** -20];
  /** The numbers in a file, and how often they were read as float64. */
  function lying() {
    const read: number[] = [];
    const readRows = ({ first, count }: RowRange) => {
      read.push(count);
      return {
        rows: count,
        cols: 2,
        data: Float64Array.from(numbers.subarray(2 * first, 2 * (first + count))),
      };
    };
    const matrix = storedMatrix(
      { rows: 2, cols: 2 },
      () => readRows({ first: 0, count: 2 }).data,
      readRows,
      ({ first, count }, into) => into.set(new Uint8Array(numbers.buffer, 8 * first, 8 * count)),
    );
    return { matrix, read };
  }
  test("are rounded where they go, and are themselves in float32", () => {
    const { matrix } = lying();
    expect(rounded(matrix, "float32")).toBe(matrix);
    const short = rounded(matrix, "bfloat16") as typeof matrix;
    const room = new Float32Array(6);
    short.readSingles?.({ first: 0, count: 2 }, new Uint8Array(room.buffer, 4, 16));
    expect([...room]).toEqual([0, ...expected, 0]);
    expect([...short.readRows({ first: 1, count: 1 }).data]).toEqual(expected.slice(2));
  });
  // Explanations ask for a whole weight again for each of its cells.
  test("are read and rounded once, however often they are asked for", () => {
    const [one, weight] = [lying(), lying()];
    const outer = { tokenEmbedding: { name: "wte", matrix: weight.matrix } };
    const inModel = roundedWeights({ outer, layers: [] }, "bfloat16").outer.tokenEmbedding?.matrix;
    for (let asked = 0; asked < 3; asked++) {
      expect([...rounded(one.matrix, "float64").data]).toEqual([...numbers]);
      expect([...(inModel?.data ?? [])]).toEqual(expected);
    }
    expect(weight.read).toEqual([2]);
    const short = rounded(one.matrix, "bfloat16");
    one.read.length = 0;
    for (let asked = 0; asked < 3; asked++) expect([...short.data]).toEqual(expected);
    expect(one.read).toEqual([2]);
  });
});

describe("what comes next is told of the logits that stand beside it", () => {
  test.each([
    ["--dtype", "bfloat16"],
    ["--carry", "1"],
  ])("%s %s", async (...options) => {
    const { logits, next } = await run("float64", ...options);
    const own = logits[logits.length - 1];
    const sum = own.reduce((total, logit) => total + Math.exp(logit), 0);
    const largest = own.indexOf(Math.max(...own));
    expect(next[0].id).toBe(largest);
    expect(next[0].probability).toBeCloseTo(Math.exp(own[largest]) / sum, 12);
    expect(next[0].probability).not.toBeCloseTo((await run("float64")).next[0].probability, 6);
  });
});
