import { describe, expect, test } from "vitest";
import { type DumpedArray, npzOf, ptOf } from "../support/array-files.js";
import { createRandom } from "../support/random.js";
import { runCli } from "../support/run-cli.js";

// Dumps of kernels with attention sinks: 2 batches of 4 heads, of which two share a kv head, 40 tokens, 8 columns, causal. The kernel
// is plain loops over the formula α_ij = e^s_ij / (Σ_j e^s_ij + e^sink).

const [B, H, G, N, D] = [2, 4, 2, 40, 8];
const random = createRandom(7);
const draw = (heads: number) =>
  Float64Array.from({ length: B * heads * N * D }, () => Math.fround(4 * random() - 2));
const [query, key, value] = [draw(H), draw(G), draw(G)];
const SINKS = [1.5, -0.5, 2, 0.75];

interface Bug {
  /** What a head reads in the place of its sink. */
  readonly sink?: (head: number) => number;
  /** How much of e^sink is in the sum of a row, and above the line. */
  readonly times?: (row: number) => number;
  readonly above?: number;
  /** The part of the sink's weight that the last value of all gets. */
  readonly last?: number;
}

function output({
  sink = (head) => SINKS[head],
  times = () => 1,
  above = 0,
  last = 0,
}: Bug = {}): Float64Array {
  const made = new Float64Array(B * H * N * D);
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++)
      for (let i = 0; i < N; i++) {
        const kv = b * G + Math.floor((h * G) / H);
        const at = (heads: number, row: number) => (heads * N + row) * D;
        let total = times(i) * Math.exp(sink(h));
        const sums = new Float64Array(D);
        for (let j = 0; j <= i; j++) {
          let score = 0;
          for (let c = 0; c < D; c++) score += query[at(b * H + h, i) + c] * key[at(kv, j) + c];
          const power = Math.exp(score / Math.sqrt(D));
          total += power;
          for (let c = 0; c < D; c++) sums[c] += (power + above * Math.exp(sink(h))) * value[at(kv, j) + c];
        }
        for (let c = 0; c < D; c++) {
          sums[c] += last * Math.exp(sink(h)) * value[at(kv, N - 1) + c];
          made[at(b * H + h, i) + c] = Math.fround(sums[c] / total);
        }
      }
  return made;
}

const array = (heads: number, data: Float64Array): DumpedArray => ({
  ...{ shape: [B, heads, N, D], type: "float32", data },
});
const dumpOf = (o: Float64Array, sinks: Partial<DumpedArray> = {}, name = "sinks") => ({
  ...{ q: array(H, query), k: array(G, key), v: array(G, value), o: array(H, o) },
  [name]: { shape: [H], type: "float32", data: Float64Array.from(SINKS), ...sinks } as DumpedArray,
});

const check = async (file: Uint8Array, ...options: readonly string[]) => {
  const given = { "dump.npz": file };
  const run = await runCli(["check", "dump.npz", "--causal", ...options, "--json"], { given });
  return { exitCode: run.exitCode, ...JSON.parse(run.stdout).check };
};

describe("a dump with attention sinks", () => {
  test.each(["sinks", "sink", "s_aux", "attention_sinks"])("is judged with them: %s", async (name) => {
    const found = await check(npzOf(dumpOf(output(), {}, name)));
    expect([found.exitCode, found.verdict, found.steps.length]).toEqual([0, "agrees", B * H]);
  });

  test("whatever axes of length 1 they have, and from a file of another kind", async () => {
    expect((await check(npzOf(dumpOf(output(), { shape: [1, H, 1, 1] })))).exitCode).toBe(0);
    const given = { "dump.pt": ptOf(dumpOf(output())) };
    expect((await runCli(["check", "dump.pt", "--causal"], { given })).exitCode).toBe(0);
    expect((await runCli(["attend", "dump.pt", "--causal", "--check"], { given })).exitCode).toBe(0);
  });

  test("of one head is judged with its own", async () => {
    const found = await check(npzOf(dumpOf(output())), "--batch", "1", "--head", "2");
    expect([found.exitCode, found.verdict, found.steps.length]).toEqual([0, "agrees", 1]);
    expect(found.answered.parts).toEqual({ checked: 1, of: B * H });
  });

  test("may have them on the command line", async () => {
    const { q, k, v, o } = dumpOf(output());
    const others = { q, k, v, o };
    expect((await check(npzOf(others), "--sinks", SINKS.join(" "))).exitCode).toBe(0);
    expect((await check(npzOf(others))).exitCode).toBe(1);
  });

  test.each<[string, Bug, Record<string, unknown> | undefined]>([
    ["sink-missing", { times: () => 0 }, undefined],
    ["sink-in-numerator", { above: 1 }, { added: "to every key" }],
    ["sink-in-numerator", { last: 1 }, { added: "to the last key of all" }],
    ["sink-scaled", { sink: (head) => SINKS[head] / Math.sqrt(D) }, { by: "the scale" }],
    ["sink-scaled", { sink: (head) => SINKS[head] * Math.LN2 }, { by: "ln 2" }],
    ["sink-repeated", { times: () => 2 }, { times: 2 }],
    ["sink-repeated", { times: (row) => Math.ceil((row + 1) / 16) }, { tile: 16 }],
    ["sink-of-other-head", { sink: () => SINKS[0] }, { head: 0 }],
    ["sink-of-other-head", { sink: (head) => SINKS[H - 1 - head] }, { order: "from the last to the first" }],
  ])("%s is named alone: %j", async (id, bug, parameters) => {
    const { exitCode, diagnosis } = await check(npzOf(dumpOf(output(bug))));
    expect(exitCode).toBe(1);
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0].mistake).toBe(id);
    expect(diagnosis[0].parameters).toEqual(parameters);
  });

  test("says of a mask that is missing that it is that, and of a bias beside sinks as well", async () => {
    const data = Float64Array.from({ length: N * N }, (_, at) => at % 3);
    const bias: DumpedArray = { shape: [N, N], type: "float32", data };
    const found = await check(npzOf({ ...dumpOf(output()), bias }));
    expect(found.diagnosis.map(({ mistake }: { mistake: string }) => mistake)).toEqual(["bias-missing"]);
  });
});
