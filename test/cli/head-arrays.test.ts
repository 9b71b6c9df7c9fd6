import { describe, expect, test } from "vitest";
import { judge } from "../../src/index.js";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { type DumpedArray, npyOf, npzOf, ptOf, safetensorsOf } from "../support/array-files.js";
import { runKernel } from "../support/machines.js";
import { createRandom } from "../support/random.js";
import { runCli } from "../support/run-cli.js";

// Arrays as kernels are handed them: 2 batches, 4 heads of which two share a kv head, 5 tokens. What is right is worked by a
// kernel of plain loops (test/support/machines.ts), head by head.

const [B, H, G, N, D, E] = [2, 4, 2, 5, 3, 2];
const random = createRandom(16);
const draw = (heads: number, cols: number) =>
  Array.from({ length: B }, () =>
    Array.from({ length: heads }, () => createMatrix(N, cols, () => Math.fround(2 * random() - 1))),
  );
const [query, key, value] = [draw(H, D), draw(G, D), draw(G, E)];
const made = query.map((heads, b) =>
  runKernel(
    { query: heads, key: key[b], value: value[b], scale: 1 / Math.sqrt(D), allows: (i, j) => j <= i },
    { compute: "float32", stored: "float32", tile: 0 },
  ),
);
const output = made.map((one) => one.output);
const lse = made.map((one) => one.logSumExp);

type Order = "bhnd" | "bnhd" | "hnd" | "nhd";

/** All heads of all batches, or of the first, in an order of axes. */
function array(parts: readonly (readonly Matrix[])[], order: Order): DumpedArray {
  const batches = order.length === 4 ? parts : parts.slice(0, 1);
  const [[{ rows, cols }]] = parts;
  const isTokensFirst = order.endsWith("nhd");
  const heads = parts[0].length;
  const data = batches.flatMap((matrices) =>
    isTokensFirst
      ? Array.from({ length: rows }, (_, row) =>
          matrices.flatMap((one) => Array.from(one.data.subarray(row * cols, (row + 1) * cols))),
        ).flat()
      : matrices.flatMap((one) => Array.from(one.data)),
  );
  const inner = isTokensFirst ? [rows, heads, cols] : [heads, rows, cols];
  const shape = order.length === 4 ? [B, ...inner] : inner;
  return { shape, data: Float64Array.from(data), type: "float32" };
}

const inputs = (order: Order) => ({ q: array(query, order), k: array(key, order), v: array(value, order) });
const lseArray = { ...array(lse, "bhnd"), shape: [B, H, N] };
const check = async (argv: readonly string[], given: Record<string, string | Uint8Array>) => {
  const { exitCode, stdout, stderr } = await runCli(["multihead", ...argv, "--causal", "--json"], { given });
  return { exitCode, stderr, check: exitCode === 2 ? undefined : JSON.parse(stdout).check };
};
const SCOPES = [0, 1].flatMap((b) => [0, 1, 2, 3].map((h) => `batch ${b}/head ${h}`));
const scopesOf = (found: { steps: { scope: string }[] }) => found.steps.map(({ scope }) => scope);

describe("query, key and value with axes for heads and batches", () => {
  const WRITERS = [
    ["npz", npzOf],
    ["safetensors", safetensorsOf],
    ["pt", ptOf],
  ] as const;

  test.each(WRITERS)("all batches and heads are checked in one run: %s", async (ending, write) => {
    const file = `dump.${ending}`;
    const given = { [file]: write({ ...inputs("bhnd"), out: array(output, "bhnd"), lse: lseArray }) };
    const found = await check([file, "--check"], given);
    expect([found.exitCode, found.check.verdict]).toEqual([0, "agrees"]);
    expect(scopesOf(found.check)).toEqual(
      [0, 1].flatMap((b) => [...SCOPES.slice(4 * b, 4 * b + 4), ...SCOPES.slice(4 * b, 4 * b + 4)]),
    );
  });

  test.each(["bhnd", "bnhd", "hnd", "nhd"] as const)("--axes %s", async (order) => {
    const given = { "dump.npz": npzOf({ ...inputs(order), out: array(output, order) }) };
    const { exitCode, check: found } = await check(["dump.npz", "--check", "--axes", order], given);
    expect([exitCode, found.steps.length]).toEqual([0, order.length === 4 ? 8 : 4]);
    expect(found.steps.every(({ of }: { of: number }) => of === N * E)).toBe(true);
  });

  test("a script has all heads of a batch, or the one that is picked", async () => {
    const given = { "dump.npz": npzOf(inputs("bhnd")) };
    const script = async (...more: string[]) =>
      (await runCli(["attend", "dump.npz", "--causal", "--emit", "numpy", ...more], { given })).stdout;
    const [all, one] = [await script("--batch", "1"), await script("--head", "3")];
    expect([0, 1, 2, 3].filter((head) => all.includes(`head_${head}_context`))).toEqual([0, 1, 2, 3]);
    expect(one).not.toContain("head_");
  });

  test("an order of axes that is less likely is told where it makes the answer right", async () => {
    // Six heads that share three, of one position: each output is the value of its head. As bshd it would be one head of 6 queries over 3 keys.
    const ofHeads = (values: readonly number[]): DumpedArray => ({
      shape: [1, values.length, 1, 1],
      data: Float64Array.from(values),
      type: "float32",
    });
    const arrays = {
      q: ofHeads([0, 0, 0, 0, 0, 0]),
      k: ofHeads([1, 1, 1]),
      v: ofHeads([1, 2, 6]),
      o: ofHeads([1, 1, 2, 2, 6, 6]),
    };
    const { stdout } = await runCli(["check", "dump.npz", "--json"], {
      given: { "dump.npz": npzOf(arrays) },
    });
    expect(JSON.parse(stdout).check).toMatchObject({ verdict: "differs", rightWith: { axes: "bhsd" } });
  });

  test("a file that is called flash lies as torch has it where 4 positions would have 5 heads", async () => {
    // Keys and values of every query head, so that either order fits.
    const shared = (parts: readonly (readonly Matrix[])[]) =>
      parts.map((heads) => Array.from({ length: H }, (_, head) => heads[Math.floor((head * G) / H)]));
    const arrays = {
      q: array(query, "bhnd"),
      k: array(shared(key), "bhnd"),
      v: array(shared(value), "bhnd"),
    };
    const given = { "flash.npz": npzOf({ ...arrays, out: array(output, "bhnd") }) };
    const { exitCode, check: found } = await check(["flash.npz", "--check"], given);
    expect([exitCode, scopesOf(found)]).toEqual([0, SCOPES]);
  });

  test("text with as many axes is read alike", async () => {
    const nested = (parts: readonly (readonly Matrix[])[]) =>
      parts.map((heads) =>
        heads.map(({ rows, cols, data }) =>
          Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * cols, (row + 1) * cols))),
        ),
      );
    const given = {
      "p.json": JSON.stringify({ q: nested(query), k: nested(key), v: nested(value) }),
      "o.json": JSON.stringify(nested(output)),
    };
    const { exitCode, check: found } = await check(
      ["p.json", "--check", "output=o.json", "--dtype", "float32"],
      given,
    );
    expect([exitCode, scopesOf(found)]).toEqual([0, SCOPES]);
  });

  test("heads side by side, token by token, are one output a batch", async () => {
    const out = array(output, "bnhd");
    const given = {
      "in.npz": npzOf(inputs("bhnd")),
      "o.npy": npyOf({ ...out, shape: [B, N, H * E] }),
    };
    const { exitCode, check: found } = await check(["in.npz", "--check", "output=o.npy"], given);
    expect([exitCode, scopesOf(found)]).toEqual([0, ["batch 0", "batch 1"]]);
  });

  test("one wrong head of one batch is named", async () => {
    const wrong = array(output, "bhnd");
    // Head 2 of batch 1 with twice its numbers.
    const [first, last] = [(H + 2) * N * E, (H + 3) * N * E];
    const data = wrong.data.map((x, at) => (at >= first && at < last ? 2 * x : x));
    const given = { "dump.npz": npzOf({ ...inputs("bhnd"), out: { ...wrong, data } }) };
    const { exitCode, check: found } = await check(["dump.npz", "--check"], given);
    expect([exitCode, found.verdict]).toEqual([1, "differs"]);
    const off = found.steps.filter(({ verdict }: { verdict: string }) => verdict === "differs");
    expect(scopesOf({ steps: off })).toEqual(["batch 1/head 2"]);
  });

  test("--batch and --head pick, with the key and value of the right kv head", async () => {
    const given = { "dump.npz": npzOf({ ...inputs("bhnd"), out: array(output, "bhnd"), lse: lseArray }) };
    for (const head of [1, 3]) {
      const argv = ["attend", "dump.npz", "--causal", "--batch", "1", "--head", String(head), "--json"];
      const { exitCode, stdout } = await runCli([...argv, "--check"], { given });
      expect([exitCode, JSON.parse(stdout).check.steps.length]).toEqual([0, 2]);
    }
    const one = await check(["dump.npz", "--check", "--batch", "1", "--head", "3"], given);
    expect([one.exitCode, scopesOf(one.check)]).toEqual([0, ["head 3", "head 3"]]);
    expect(one.stderr).toContain("read the arrays as bhsd: 2 batches × 4 heads (2 kv) × 5 positions");
  });

  test("a run without --check shows one batch", async () => {
    const given = { "in.npz": npzOf(inputs("bhnd")) };
    expect((await runCli(["multihead", "in.npz", "--causal"], { given })).stderr).toContain(
      "showing batch 0 of 2 batches; --batch chooses another",
    );
    const argv = [
      "multihead",
      "in.npz",
      "--causal",
      "--batch",
      "1",
      "--only",
      "head 2/log-sum-exp",
      "-o",
      "csv",
    ];
    const { stdout } = await runCli(argv, { given });
    const numbers = stdout.trim().split("\n").map(Number);
    expect(numbers.length).toBe(N);
    for (const [row, one] of numbers.entries()) expect(one).toBeCloseTo(lse[1][2].data[row], 5);
  });

  const REFUSED: readonly (readonly [string, Record<string, DumpedArray>, string[], RegExp])[] = [
    [
      "--heads that they do not have",
      inputs("bhnd"),
      ["--heads", "2"],
      /--heads is 2, but no axis of these arrays has this length: query is 2×4×5×3/,
    ],
    [
      "axes of another number",
      inputs("hnd"),
      ["--axes", "bnhd"],
      /--axes bnhd is for 4 axes, but query is 4×5×3/,
    ],
    [
      "unlike numbers of axes",
      { ...inputs("bhnd"), k: inputs("hnd").k },
      [],
      /query is 2×4×5×3, key is 2×5×3, value is 2×2×5×2: they do not fit each other in any order/,
    ],
    [
      "kv heads that do not divide",
      { ...inputs("hnd"), k: array([[...key[0], key[1][0]]], "hnd") },
      [],
      /heads/,
    ],
    ["a batch that there is not", inputs("bhnd"), ["--batch", "2"], /--batch 2: the last one is 1/],
  ];
  test.each(REFUSED)("%s: refused", async (_, arrays, options, message) => {
    const { exitCode, stderr } = await runCli(["multihead", "in.npz", "--causal", ...options], {
      given: { "in.npz": npzOf(arrays) },
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test("tokens before heads are seen where heads before tokens would be more queries than keys", async () => {
    const given = { "in.npz": npzOf({ ...inputs("bnhd"), out: array(output, "bnhd") }) };
    const found = await check(["in.npz"], given);
    expect([found.exitCode, found.check.verdict]).toEqual([0, "agrees"]);
    expect(found.stderr).toContain("read the arrays as bshd: 2 batches × 4 heads (2 kv) × 5 positions");
  });

  test("--axes without such arrays is refused", async () => {
    const { exitCode, stderr } = await runCli(["multihead", "--demo", "--axes", "bhnd"]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/--axes is about query, key and value with more than two axes/),
    ]);
  });
});

describe("log-sum-exp is a step whenever it is asked for", () => {
  // Scores 0.7071 and 0: ln(e^0.7071 + 1) = 1.1080.
  const problem = '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[10, 0], [0, 20]]}';

  test.each([
    ["--only", "log-sum-exp", "-o", "csv"],
    ["--steps", "log-sum-exp"],
    ["--why", "log-sum-exp[0,0]"],
  ])("%s %s", async (...options) => {
    const { exitCode, stdout } = await runCli(["attend", problem, ...options]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("1.10")]);
  });

  test("a person's, too", async () => {
    const right = await runCli(["attend", problem, "--check", "lse=1.11"]);
    expect([right.exitCode, right.stdout]).toEqual([0, expect.stringContaining("log-sum-exp ✓")]);
    expect((await runCli(["attend", problem, "--check", "lse=1.31"])).exitCode).toBe(1);
  });
});

test.each([
  ["positions, batches", [6, 2, 3, 4, 3], ([s, b]: readonly number[]) => [b, s]],
  ["batches, positions", [2, 6, 3, 4, 3], ([b, s]: readonly number[]) => [b, s]],
])("packed %s: the shape of the output says which", async (_, shape, placeOf) => {
  // Queries of zeros weigh all values alike: value (b, h, s) is 10·b + h + s in each column, and their mean over 6 positions 10·b + h + 2.5.
  const qkv = new Float64Array(6 * 2 * 3 * 4 * 3);
  for (let at = 0; at < qkv.length; at++) {
    const [first, rest] = [Math.floor(at / (shape[1] * 36)), at % (shape[1] * 36)];
    const [b, s] = placeOf([first, Math.floor(rest / 36)]);
    const [part, h] = [Math.floor((rest % 36) / 12), Math.floor((rest % 12) / 3)];
    if (part === 2) qkv[at] = 10 * b + h + s;
  }
  const o = Float64Array.from({ length: 2 * 4 * 6 * 3 }, (_value, at) => {
    const [b, h] = [Math.floor(at / 72), Math.floor((at % 72) / 18)];
    return 10 * b + h + 2.5;
  });
  const { verdict } = await judge({ qkv: { data: qkv, shape } }, { o: { data: o, shape: [2, 4, 6, 3] } });
  expect(verdict).toBe("agrees");
});
