import { describe, expect, test } from "vitest";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { type DumpedArray, npyOf, npzOf, safetensorsOf } from "../support/array-files.js";
import { runWrongly } from "../support/gradient-bugs.js";
import { runBackward } from "../support/gradient-kernels.js";
import type { BackMachine, BackProblem } from "../support/gradient-machines.js";
import { createRandom, randomMatrix } from "../support/random.js";
import { runCli } from "../support/run-cli.js";

// Gradients in files, by the names that kernels give them: do, dq, dk, dv beside q, k, v.

const EXACT: BackMachine = {
  ...{ compute: "float64", stored: "float64", way: "textbook", rowsOfTile: 8, keysOfTile: 8 },
  ...{ order: "forward", isBaseTwo: false },
};

function drawProblem(heads: number, kvHeads: number, keys = 6, rows = 5, seed = 31): BackProblem {
  const random = createRandom(seed);
  const draw = (count: number, n: number) =>
    Array.from({ length: count }, () => {
      const { rows: n_, cols, data } = randomMatrix(random, n, 4);
      return { rows: n_, cols, data: data.map(Math.fround) };
    });
  return {
    ...{ query: draw(heads, rows), key: draw(kvHeads, keys), value: draw(kvHeads, keys) },
    ...{ gradient: draw(heads, rows), scale: 0.5, sees: createMatrix(rows, keys, () => 1) },
  };
}

/** Matrices of heads as an array with axes for batch and heads. */
function arrayOf(list: readonly Matrix[], type: DumpedArray["type"] = "float32"): DumpedArray {
  const [{ rows, cols }] = list;
  const data = Float64Array.from(list.flatMap((one) => Array.from(one.data)));
  return { shape: [1, list.length, rows, cols], data, type };
}

type Gradients = Readonly<Record<"dq" | "dk" | "dv", DumpedArray>>;

/** A dump of a machine, and what is changed of it before it is written. */
function dumpOf(
  problem: BackProblem,
  machine: Partial<BackMachine>,
  change: (gradients: Gradients) => Gradients = (one) => one,
) {
  const { stored = "float32" } = machine;
  const made = runBackward(problem, { ...EXACT, compute: "float32", stored, ...machine }, createRandom(1));
  const kept = stored === "float64" ? "float64" : "float32";
  const inputs = {
    ...{ q: arrayOf(problem.query, kept), k: arrayOf(problem.key, kept), v: arrayOf(problem.value, kept) },
    do: arrayOf(problem.gradient, kept),
  };
  const gradients = {
    dq: arrayOf(made.query, stored),
    dk: arrayOf(made.key, stored),
    dv: arrayOf(made.value, stored),
  };
  return { ...inputs, ...change(gradients) };
}

const times = (array: DumpedArray, factor: number): DumpedArray => ({
  ...array,
  data: array.data.map((value) => Math.fround(value * factor)),
});

async function check(arrays: Readonly<Record<string, DumpedArray>>, ...options: readonly string[]) {
  const run = await runCli(["multihead", "dump.npz", "--check", ...options, "--json", "--quiet"], {
    given: { "dump.npz": npzOf(arrays) },
  });
  return { ...run, check: run.exitCode === 2 ? undefined : JSON.parse(run.stdout).check };
}

/** The same arrays with their positions before their heads. */
const positionsFirst = (arrays: Readonly<Record<string, DumpedArray>>) =>
  Object.fromEntries(
    Object.entries(arrays).map(
      ([
        name,
        {
          shape: [b, h, n, d],
          data,
          type,
        },
      ]) => {
        const made = new Float64Array(data.length);
        for (let head = 0; head < h; head++)
          for (let row = 0; row < n; row++)
            for (let c = 0; c < d; c++) made[(row * h + head) * d + c] = data[(head * n + row) * d + c];
        return [name, { shape: [b, n, h, d], data: made, type }];
      },
    ),
  );

const told = ({ steps }: { steps: readonly { scope: string; id: string; verdict: string }[] }) =>
  steps.map(({ scope, id, verdict }) => `${scope}/${id} ${verdict}`);

describe("do, dq, dk and dv in one file", () => {
  test("every head is judged without being asked for", async () => {
    const { exitCode, check: found } = await check(dumpOf(drawProblem(2, 2), {}));
    expect(exitCode).toBe(0);
    expect(told(found)).toEqual(
      ["d-q", "d-k", "d-v"].flatMap((id) => [0, 1].map((head) => `head ${head}/${id} agrees`)),
    );
  });

  test("of grouped heads dk and dv are the sums over their group, one for each kv head", async () => {
    const { exitCode, check: found } = await check(dumpOf(drawProblem(4, 2), {}));
    expect(exitCode).toBe(0);
    expect(told(found).slice(4)).toEqual([
      "kv head 0/d-k agrees",
      "kv head 1/d-k agrees",
      "kv head 0/d-v agrees",
      "kv head 1/d-v agrees",
    ]);
  });

  test("tokens may come before heads", async () => {
    const arrays = positionsFirst(dumpOf(drawProblem(2, 1), {}));
    const { exitCode } = await check(arrays, "--axes", "bnhd");
    expect(exitCode).toBe(0);
  });

  test("one head of them is one attention", async () => {
    const arrays = dumpOf(drawProblem(4, 2), {});
    const run = await runCli(
      ["attend", "dump.npz", "--head", "1", "--check", "dq=dq.npy", "--json", "--quiet"],
      {
        given: {
          "dump.npz": npzOf({ q: arrays.q, k: arrays.k, v: arrays.v, do: arrays.do }),
          "dq.npy": npyOf(arrays.dq),
        },
      },
    );
    expect(run.exitCode, run.stdout).toBe(0);
  });

  test("other names of the field", async () => {
    const { q, k, v, do: gradient, dq, dk, dv } = dumpOf(drawProblem(2, 2), {});
    const named = { query: q, key: k, value: v, grad_out: gradient, grad_q: dq, d_key: dk, value_grad: dv };
    const { exitCode, check: found } = await check(named);
    expect(exitCode).toBe(0);
    expect(found.steps).toHaveLength(6);
  });

  test("a gradient of the output with other heads is refused", async () => {
    const arrays = dumpOf(drawProblem(2, 2), {});
    const { exitCode, stderr } = await check({ ...arrays, do: arrayOf(drawProblem(4, 2).gradient) });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("backward is 1×4×5×4: it needs the layout of the output");
  });
});

describe("several batches", () => {
  const bias = randomMatrix(createRandom(7), 12, 12);
  const problems = [31, 32].map((seed) => ({ ...drawProblem(2, 2, 12, 12, seed), bias }));
  const inBatches = (of: (at: number) => readonly Matrix[]) => {
    const { shape, ...first } = arrayOf([...of(0), ...of(1)], "float64");
    return { ...first, shape: [2, shape[1] / 2, ...shape.slice(2)] };
  };
  /** The dump of a kernel that reads dO of other batches, and stores what it makes in other places. */
  async function checkWith(
    readsGradientOf: (at: number) => number,
    dbias: (made: Matrix[]) => Matrix,
    from = (at: number) => at,
  ) {
    const made = problems.map((problem, at) =>
      runBackward({ ...problem, gradient: problems[readsGradientOf(at)].gradient }, EXACT, createRandom(1)),
    );
    const arrays = {
      q: inBatches((at) => problems[at].query),
      k: inBatches((at) => problems[at].key),
      v: inBatches((at) => problems[at].value),
      do: inBatches((at) => problems[at].gradient),
      bias: { ...arrayOf([bias], "float64"), shape: [1, 1, 12, 12] },
      dq: inBatches((at) => made[at].query),
      dk: inBatches((at) => made[from(at)].key),
      dv: inBatches((at) => made[at].value),
      dbias: { ...arrayOf([dbias(made.flatMap((one) => one.bias ?? []))], "float64"), shape: [1, 1, 12, 12] },
    };
    const { check: found } = await check(arrays);
    const named = found.diagnosis.map(({ mistake }: { mistake: string }) => mistake);
    return {
      verdict: found.verdict,
      named: [...new Set(named)],
      ofBias: told(found).filter((line) => line.includes("d-bias")),
    };
  }
  const own = (at: number) => at;
  const other = (at: number) => 1 - at;
  const sum = ([a, b]: Matrix[]) =>
    createMatrix(12, 12, (row, col) => a.data[row * 12 + col] + b.data[row * 12 + col]);

  test("the gradient of a bias that they share is their sum", async () => {
    expect(await checkWith(own, sum)).toEqual({ verdict: "agrees", named: [], ofBias: ["/d-bias agrees"] });
  });

  test.each<readonly [string, string, Parameters<typeof checkWith>]>([
    ["dB of one batch", "bias-gradient-other", [own, ([, b]) => b]],
    ["dO of another batch", "operand-misread", [other, sum]],
    ["dK of another batch", "heads-swapped", [own, sum, other]],
  ])("%s is named", async (_, id, given) => {
    expect(await checkWith(...given)).toMatchObject({ verdict: "differs", named: [id] });
  });
});

test("without the gradient of the output gradients are judged as those of its sum", async () => {
  const { q, k, v, dq } = dumpOf(drawProblem(2, 2), {});
  const [unsaid, said] = [await check({ q, k, v, dq }), await check({ q, k, v, dq }, "--backward", "ones")];
  expect(unsaid.exitCode).toBe(1);
  expect(unsaid.check).toEqual(said.check);
});

describe("verdicts", () => {
  test("a scale that is missing in dQ is named, and no lower precision", async () => {
    const arrays = dumpOf(drawProblem(2, 2), {}, ({ dq, ...others }) => ({ ...others, dq: times(dq, 2) }));
    const { exitCode, check: found } = await check(arrays);
    expect(exitCode).toBe(1);
    expect(found.diagnosis.map(({ mistake }: { mistake: string }) => mistake)).toEqual(["gradient-scaled"]);
    expect(told(found).filter((one) => one.endsWith("differs"))).toEqual([
      "head 0/d-q differs",
      "head 1/d-q differs",
    ]);
  });

  test.each([
    ["wrong-dk-tile.npz", "tiles-miscounted", "dK alone"],
    ["wrong-dv-mask.npz", "mask-missing", "dV alone"],
    ["wrong-sums.npz", "kv-heads-tiled", "the sums of dK and dV alone"],
  ])("%s: a mistake in one sum alone is %s of %s", async (name, mistake, of) => {
    const folder = "fixtures/dumps";
    const { exitCode, stdout } = await runCli(["check", name, "--causal", "--json"], { folder });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).check.diagnosis).toMatchObject([{ mistake, parameters: { of } }]);
  });

  /** Row r of each head is what stood in row `from(r, head)`, as head and row; zeros where there is none. */
  const placed = (
    { shape, data, type }: DumpedArray,
    from: (row: number, head: number) => readonly [head: number, row: number] | undefined,
  ): DumpedArray => {
    const [, , rows, cols] = shape;
    const moved = data.map((_, at) => {
      const [head, row] = [Math.floor(at / (rows * cols)), Math.floor(at / cols) % rows];
      const source = from(row, head);
      return source ? data[(source[0] * rows + source[1]) * cols + (at % cols)] : 0;
    });
    return { shape, data: moved, type };
  };

  test.each([
    ["dk", "one row too far down", (row, head) => [head, (row + 5) % 6], "rows-shifted"],
    ["dv", "in the order of the other heads", (row, head) => [1 - head, row], "heads-swapped"],
    ["dv", "not written from row 4 on", (row, head) => (row < 4 ? [head, row] : undefined), "rows-missing"],
    ["dq", "not written at all", () => undefined, "rows-missing"],
  ] as readonly [keyof Gradients, string, Parameters<typeof placed>[1], string][])(
    "rows of %s that stand %s are named, and nothing else",
    async (name, _, from, id) => {
      const arrays = dumpOf(drawProblem(2, 2), {}, (made) => ({ ...made, [name]: placed(made[name], from) }));
      const { exitCode, check: found } = await check(arrays);
      expect(exitCode).toBe(1);
      expect(found.diagnosis.map(({ mistake }: { mistake: string }) => mistake)).toEqual([id]);
    },
  );

  test("another constant is told with its value", async () => {
    const arrays = dumpOf(drawProblem(2, 2), {}, ({ dk, ...others }) => ({ ...others, dk: times(dk, 1.25) }));
    const { check: found } = await check(arrays);
    expect(found.diagnosis).toMatchObject([
      { mistake: "gradient-times-constant", parameters: { "d-k": 1.25 } },
    ]);
  });

  test("noise is not named", async () => {
    const random = createRandom(5);
    const arrays = dumpOf(drawProblem(2, 2), {}, ({ dv, ...others }) => ({
      ...others,
      dv: { ...dv, data: dv.data.map((value) => Math.fround(value + random() - 0.5)) },
    }));
    const { exitCode, check: found } = await check(arrays);
    expect(exitCode).toBe(1);
    expect(found).toMatchObject({ verdict: "differs", diagnosis: [] });
  });

  test("work in bfloat16 is less precise than float32, and right for bfloat16", async () => {
    const arrays = dumpOf(drawProblem(2, 2, 40, 40), { compute: "bfloat16" });
    const { exitCode, check: found } = await check(arrays);
    expect(exitCode).toBe(1);
    expect(found).toMatchObject({ verdict: "less-precise", rightFor: ["bfloat16"] });
    const text = await runCli(["multihead", "dump.npz", "--check", "--quiet"], {
      given: { "dump.npz": npzOf(arrays) },
    });
    expect(text.stdout.replace(/\s+/g, " ")).toMatch(
      /^✗ less precise than float32 \(the type of query, key and value\): \d+ of 960 numbers are off; all are right for bfloat16/,
    );
  });

  test("rounded matrices of bfloat16 agree as such", async () => {
    const rounded = drawProblem(1, 1, 40, 40);
    const short = (list: readonly Matrix[]) =>
      // 8 bits of a number: what is kept of float32 without its lower half.
      list.map((one) => ({ ...one, data: one.data.map((value) => Math.round(value * 64) / 64) }));
    const problem = {
      ...rounded,
      ...{ query: short(rounded.query), key: short(rounded.key), value: short(rounded.value) },
      gradient: short(rounded.gradient),
    };
    const made = runBackward(
      problem,
      { ...EXACT, compute: "bfloat16", stored: "bfloat16", way: "eager" },
      createRandom(1),
    );
    const given = {
      "dump.safetensors": safetensorsOf({
        ...{ q: arrayOf(problem.query, "bfloat16"), k: arrayOf(problem.key, "bfloat16") },
        ...{ v: arrayOf(problem.value, "bfloat16"), do: arrayOf(problem.gradient, "bfloat16") },
        ...{ dq: arrayOf(made.query, "bfloat16"), dk: arrayOf(made.key, "bfloat16") },
        dv: arrayOf(made.value, "bfloat16"),
      }),
    };
    const run = await runCli(["multihead", "dump.safetensors", "--check", "--json", "--quiet"], { given });
    expect(run.exitCode, run.stdout).toBe(0);
  });
});

test("what no formula covers is judged by a wider rule, which is said", async () => {
  const random = createRandom(9);
  const draw = (rows: number, cols: number) =>
    Array.from(randomMatrix(random, rows, cols, 1).data, Math.fround);
  const array = (rows: number, cols: number): DumpedArray => ({
    ...{ shape: [rows, cols], data: Float64Array.from(draw(rows, cols)), type: "float32" },
  });
  const inputs = {
    ...{ x: array(5, 4), wq: array(4, 4), wk: array(4, 4), wv: array(4, 4), wo: array(4, 4) },
    ...{ w1: array(4, 8), w2: array(8, 4), backward: array(5, 4) },
  };
  const argv = ["layer", "layer.npz", "--heads", "2"];
  const given = { "layer.npz": npzOf(inputs) };
  const right = JSON.parse((await runCli([...argv, "--json", "--quiet"], { given })).stdout).gradients;
  const sheet = JSON.stringify({ "d-x": right.x, "d-wq": right.wq });
  const dtype = ["--dtype", "float32"];
  const { exitCode, stdout } = await runCli([...argv, "--check", sheet, ...dtype, "--quiet"], { given });
  expect(exitCode, stdout).toBe(0);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    "judged with a wider tolerance: d-x, d-wq; no error formula covers",
  );
});

describe("dropout", () => {
  /** A dump of a way back with dropout, p = 1/4: right without the id of a mistake. */
  function dropped(id: string, { rows = 5, ...given }: { rows?: number } & Partial<BackProblem> = {}) {
    const random = createRandom(32);
    const plain = { ...drawProblem(2, 2, 6, rows), ...given };
    const masks = plain.query.map(() => createMatrix(rows, 6, () => (random() < 0.25 ? 0 : 1)));
    const problem: BackProblem = { ...plain, dropout: { masks, probability: 0.25 } };
    const machine: BackMachine = { ...EXACT, compute: "float32", stored: "float32" };
    const made = runWrongly(problem, machine, { id, tile: 8, row: 0, key: 0, shift: 1 });
    const dump = dumpOf(problem, {}, () => ({
      ...{ dq: arrayOf(made.query), dk: arrayOf(made.key), dv: arrayOf(made.value) },
    }));
    return {
      ...dump,
      dropout_mask: arrayOf(masks),
      dropout_p: { shape: [], data: Float64Array.of(0.25), type: "float64" } as DumpedArray,
    };
  }
  const named = (found: { diagnosis: { mistake: string; parameters?: unknown }[] }) =>
    found.diagnosis.map(({ mistake, parameters }) => [mistake, parameters]);

  test("a right way back agrees, with the mask and its probability in the file", async () => {
    const { exitCode, check: found } = await check(dropped(""));
    expect(exitCode).toBe(0);
    expect(told(found)).toHaveLength(6);
    expect(told(found).every((one) => one.endsWith(" agrees"))).toBe(true);
    expect(found.steps.flatMap(({ wide }: { wide?: unknown }) => wide ?? [])).toEqual([]);
  });

  test("the same gradients are wrong without the mask", async () => {
    const { dropout_mask: _mask, dropout_p: _p, ...others } = dropped("");
    const { exitCode, check: found } = await check(others);
    expect(exitCode).toBe(1);
    expect(found).toMatchObject({ verdict: "differs", diagnosis: [] });
  });

  test("a dP without the mask is named", async () => {
    const { exitCode, check: found } = await check(dropped("dropout-missing-in-dp"));
    expect(exitCode).toBe(1);
    expect(named(found)).toEqual([["dropout-missing-in-dp", undefined]]);
  });

  test("a dV without the factor 1 / (1 − p) is named, and not as any constant", async () => {
    const { check: found } = await check(dropped("dropout-factor-missing-in-dv"));
    expect(named(found)).toEqual([["dropout-missing-in-dp", { what: "1 / (1 − p)", of: "dV" }]]);
  });

  test("a mask that was drawn anew is named where the gradients give it", async () => {
    // 5 unknowns for each key, and 4 + 4 equations.
    const { check: found } = await check(dropped("dropout-other-mask"));
    expect(named(found)).toEqual([["dropout-other-mask", { mask: "drawn anew" }]]);
  });

  test("and is not guessed where there are more unknowns than equations", async () => {
    const { exitCode, check: found } = await check(dropped("dropout-other-mask", { rows: 9 }));
    expect(exitCode).toBe(1);
    expect(found).toMatchObject({ verdict: "differs", diagnosis: [] });
  });

  test("the mask of another head is named at any size", async () => {
    const right = dropped("", { rows: 9 });
    const { shape, data, type } = right.dropout_mask;
    const half = data.length / 2;
    const swapped = Float64Array.from(data, (_, at) => data[(at + half) % data.length]);
    const { check: found } = await check({ ...right, dropout_mask: { shape, data: swapped, type } });
    expect(named(found)).toEqual([["dropout-other-mask", { mask: "of the next head" }]]);
  });
});

test("sums over tiles that are kept in bfloat16 are named with their tile", async () => {
  const problem = { ...drawProblem(1, 1, 64, 40), scale: 0.3 };
  const machine: BackMachine = { ...EXACT, compute: "float32", stored: "float32" };
  const made = runWrongly(problem, machine, { id: "accumulated-short", tile: 16, row: 0, key: 0, shift: 1 });
  const arrays = dumpOf(problem, {}, (right) => ({ ...right, dq: arrayOf(made.query) }));
  const { exitCode, check: found } = await check(arrays, "--scale", "0.3");
  expect(exitCode).toBe(1);
  expect(found.diagnosis).toMatchObject([
    { mistake: "accumulated-short", parameters: { type: "bfloat16", tile: 16 } },
  ]);
});

describe("how arrays of few heads lie", () => {
  // Read as six heads that share three, one position each, there would be nothing to attend to.
  const oneHead = dumpOf(drawProblem(1, 1, 3, 6), {});
  // More queries than keys, which could be twelve heads that share six.
  const twoHeads = dumpOf(drawProblem(2, 2, 6, 12), {});
  test.each([
    ["one head", oneHead],
    ["one head, positions first", positionsFirst(oneHead)],
    ["two heads with more queries than keys", twoHeads],
  ])("%s", async (_, arrays) => {
    const { exitCode, stdout } = await runCli(["check", "dump.npz"], {
      given: { "dump.npz": npzOf(arrays) },
    });
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^✓ right/)]);
  });
});
