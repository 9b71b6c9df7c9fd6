import { expect, test } from "vitest";
import { type DumpedArray, npzOf } from "../../../../support/array-files.js";
import { createRandom } from "../../../../support/random.js";
import { runCli } from "../../../../support/run-cli.js";

// What is read beyond a head and a batch. Three heads of 4 columns; the kernel is plain loops over the keys that a row sees.

const [H, N, D] = [3, 30, 4];
const random = createRandom(12);
const draw = () => Float64Array.from({ length: H * N * D }, () => Math.fround(4 * random() - 2));
const [query, key, value] = [draw(), draw(), draw()];
const array = (data: Float64Array, shape: readonly number[]): DumpedArray => ({
  shape,
  type: "float32",
  data,
});

interface Reads {
  readonly valueHead?: (head: number) => number;
  readonly slope?: (head: number) => number;
  readonly sees?: (i: number, j: number) => boolean;
}

/** heads × tokens × columns. */
function attend({ valueHead = (h) => h, slope = () => 0, sees = (i, j) => j <= i }: Reads): Float64Array {
  const made = new Float64Array(H * N * D);
  for (let h = 0; h < H; h++)
    for (let i = 0; i < N; i++) {
      const at = (head: number, row: number) => (head * N + row) * D;
      let total = 0;
      const sums = new Float64Array(D);
      for (let j = 0; j < N; j++) {
        if (!sees(i, j)) continue;
        let score = 0;
        for (let c = 0; c < D; c++) score += query[at(h, i) + c] * key[at(h, j) + c];
        const power = Math.exp(score / Math.sqrt(D) - slope(h) * Math.abs(i - j));
        total += power;
        for (let c = 0; c < D; c++) sums[c] += power * value[at(valueHead(h), j) + c];
      }
      for (let c = 0; c < D; c++) made[at(h, i) + c] = Math.fround(sums[c] / total);
    }
  return made;
}

const diagnose = async (arrays: Record<string, DumpedArray>, ...options: readonly string[]) => {
  const { stdout } = await runCli(["check", "dump.npz", "--causal", ...options, "--json"], {
    given: { "dump.npz": npzOf(arrays) },
  });
  const { verdict, diagnosis } = JSON.parse(stdout).check;
  return [verdict, ...diagnosis.map(({ mistake }: { mistake: string }) => mistake)];
};

test.each([1, 2])("the values of the head %d further on", async (shift) => {
  const o = attend({ valueHead: (head) => (head + shift) % H });
  const shape = [1, H, N, D];
  const arrays = { q: array(query, shape), k: array(key, shape), v: array(value, shape), o: array(o, shape) };
  expect(await diagnose(arrays)).toEqual(["differs", "kv-head-other"]);
});

test("slopes in the reverse order, where they are given", async () => {
  const slopes = [0.5, 0.25, 0.125];
  const shape = [1, H, N, D];
  const dump = (o: Float64Array) => ({
    ...{ q: array(query, shape), k: array(key, shape), v: array(value, shape), o: array(o, shape) },
    alibi_slopes: array(Float64Array.from(slopes), [H]),
  });
  expect(await diagnose(dump(attend({ slope: (head) => slopes[head] })))).toEqual(["agrees"]);
  const reversed = attend({ slope: (head) => slopes[H - 1 - head] });
  expect(await diagnose(dump(reversed))).toEqual(["differs", "bias-of-another-head"]);
});

test("sequences behind each other of which each sees those before, the first one alone, or three keys more", async () => {
  /** Tokens before heads. */
  const turned = (data: Float64Array) =>
    Float64Array.from({ length: N * H * D }, (_, at) => {
      const [token, head, col] = [Math.floor(at / (H * D)), Math.floor(at / D) % H, at % D];
      return data[(head * N + token) * D + col];
    });
  const shape = [N, H, D];
  const starts = [0, 7, 19, N];
  const document = (row: number) => starts.findLastIndex((start) => start <= row);
  const dump = (o: Float64Array) => ({
    ...{ q: array(turned(query), shape), k: array(turned(key), shape), v: array(turned(value), shape) },
    ...{ o: array(turned(o), shape), cu_seqlens: array(Float64Array.from(starts), [4]) },
  });
  const right = attend({ sees: (i, j) => j <= i && document(i) === document(j) });
  expect(await diagnose(dump(right))).toEqual(["agrees"]);
  expect(await diagnose(dump(attend({})))).toEqual(["differs", "documents-attended"]);
  const fromFirst = attend({ sees: (i, j) => j <= i - starts[document(i)] });
  expect(await diagnose(dump(fromFirst))).toEqual(["differs", "sequences-cut-elsewhere"]);
  const threeEarlier = attend({ sees: (i, j) => j <= i && j >= starts[document(i)] - 3 });
  expect(await diagnose(dump(threeEarlier))).toEqual(["differs", "sequences-cut-elsewhere"]);
});
