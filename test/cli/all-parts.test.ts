import { describe, expect, test } from "vitest";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { type DumpedArray, npzOf } from "../support/array-files.js";
import { type KernelProblem, runKernel } from "../support/machines.js";
import { createRandom } from "../support/random.js";
import { runCli } from "../support/run-cli.js";

// One verdict over all heads and batches of a dump, and the settings under which everything in it is right. The dumps are those of a
// kernel of plain loops: 2 batches of 3 heads, 20 queries, 20 or 32 keys, 8 columns.

const [B, H, N, D] = [2, 3, 20, 8];
const random = createRandom(41);
const draw = (rows: number) =>
  Array.from({ length: B }, () =>
    Array.from({ length: H }, () => createMatrix(rows, D, () => Math.fround(4 * random() - 2))),
  );
const query = draw(N);
const keys = { square: draw(N), longer: draw(32) };
const values = { square: draw(N), longer: draw(32) };

type Shape = keyof typeof keys;
type Allows = KernelProblem["allows"];

/** The output of each head of each batch. */
const work = (
  allows: Allows,
  { shape = "square", scale = 1 / Math.sqrt(D), compute = "float32" as "float32" | "bfloat16" } = {} as {
    shape?: Shape;
    scale?: number;
    compute?: "float32" | "bfloat16";
  },
) =>
  query.map((heads, b) => {
    const problem = { query: heads, key: keys[shape][b], value: values[shape][b], scale, allows };
    return runKernel(problem, { compute, stored: "float32", tile: 0 }).output;
  });

const arrayOf = (parts: readonly (readonly Matrix[])[]): DumpedArray => ({
  ...{ shape: [B, H, parts[0][0].rows, D], type: "float32" },
  data: Float64Array.from(parts.flat().flatMap(({ data }) => Array.from(data))),
});
const dump = (output: readonly (readonly Matrix[])[], shape: Shape = "square", more = {}) =>
  npzOf({
    ...{ q: arrayOf(query), k: arrayOf(keys[shape]), v: arrayOf(values[shape]), o: arrayOf(output) },
    ...more,
  });

const causal: Allows = (i, j) => j <= i;
const right = work(causal);
/** Head 2 of batch 1 sees the next key. */
const wrong = right.map((heads, b) =>
  heads.map((one, h) => (b === 1 && h === 2 ? work((i, j) => j <= i + 1)[b][h] : one)),
);

const run = async (file: Uint8Array, ...options: string[]) => {
  const argv = ["multihead", "dump.npz", "--check", ...options];
  const { exitCode, stdout } = await runCli([...argv, "--width", "300"], { given: { "dump.npz": file } });
  const json = await runCli([...argv, "--json"], { given: { "dump.npz": file } });
  return { exitCode, stdout, check: JSON.parse(json.stdout).check };
};

describe("all heads and batches are judged in one verdict", () => {
  test("right ones: how many numbers, and which is nearest to wrong", async () => {
    const { exitCode, stdout, check } = await run(dump(right), "--causal");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^2 batches × 3 heads: 960 numbers right; largest error: batch \d, head \d, row \d+, column \d, \d\.\d of the 8 expected errors that are allowed$/m,
    );
    const [answers] = check.answers;
    expect(answers).toMatchObject({ batches: B, heads: H, wrong: 0, of: B * H * N * D });
    const most = Math.max(...check.steps.map(({ units }: { units: { cell: number } }) => units.cell));
    expect(answers.nearest).toMatchObject({ units: most, allowed: 8 });
  });

  test("wrong ones: which batches, heads, rows and columns; what explains all of them", async () => {
    const { exitCode, stdout, check } = await run(dump(wrong), "--causal");
    expect(exitCode).toBe(1);
    // The last row sees every key either way.
    const count = (N - 1) * D;
    expect(stdout).toContain(
      `2 batches × 3 heads: ${count} of 960 numbers are off; worst: batch 1, head 2, row `,
    );
    expect(stdout).toMatch(/, off by \d+ % of the row$/m);
    expect(stdout).toContain("batch 1, head 2, rows 0–18, all columns\n");
    expect(stdout).toContain("keys used: 0…i+1; expected: 0…i");
    expect(stdout).toContain(`This explains all ${count} wrong numbers.`);
    expect(check.answers[0]).toMatchObject({
      ...{ wrong: count, of: 960, nearest: { batch: 1, head: 2 } },
      where: { batches: [[1, 1]], heads: [[2, 2]], rows: [[0, 18]], columns: "all" },
    });
  });

  test("parts that are no product of batches and heads are listed", async () => {
    const mixed = right.map((heads, b) => heads.map((one, h) => (b === h ? wrongIn(b, h) : one)));
    const { stdout, check } = await run(dump(mixed), "--causal");
    expect(stdout).toContain("batch 0, head 0; batch 1, head 1, rows 0–18, all columns\n");
    expect(check.answers[0].where.parts).toEqual([
      { batch: 0, head: 0 },
      { batch: 1, head: 1 },
    ]);
  });

  const wrongIn = (b: number, h: number) => work((i, j) => j <= i + 1)[b][h];

  test("less precise ones: for which type they are right, and how many are off for the one that was expected", async () => {
    const coarse = work(causal, { compute: "bfloat16" });
    const { exitCode, stdout, check } = await run(dump(coarse), "--causal");
    const { tooCoarse } = check.answers[0];
    expect([exitCode, check.verdict, check.rightFor]).toEqual([1, "less-precise", ["bfloat16"]]);
    expect(tooCoarse).toBeGreaterThan(480);
    expect(stdout).toContain(`: ${tooCoarse} of 960 numbers are off; all are right for bfloat16\n`);
  });

  test.each([
    ["detailed", 3],
    ["plain", 1],
  ])("--exit-codes %s: %d for less precise answers", async (codes, expected) => {
    const coarse = dump(work(causal, { compute: "bfloat16" }));
    expect((await run(coarse, "--causal", "--exit-codes", codes)).exitCode).toBe(expected);
    expect((await run(dump(wrong), "--causal", "--exit-codes", codes)).exitCode).toBe(1);
    expect((await run(dump(right), "--causal", "--exit-codes", codes)).exitCode).toBe(0);
  });
});

describe("what a right dump would not show", () => {
  const far = dump(
    work((i, j) => j <= i + 12, { shape: "longer" }),
    "longer",
  );

  test("is told in one line after the verdict: another corner where there are as many queries as keys", async () => {
    const square = await run(dump(right), "--causal");
    expect(square.stdout).toMatch(
      /^This dump would not show: causal-top-left \(as many queries as keys\).*; --critique shows what to change\.$/m,
    );
    const ids = ({ check }: typeof square) =>
      check.notShown.map(({ mistake }: { mistake: string }) => mistake);
    expect(ids(square)).toContain("causal-top-left");
    // With 20 queries behind 32 keys the corner shows, and a cap far above the scores does not.
    const options = ["--causal", "--align", "bottom-right"];
    const longer = await run(far, ...options);
    expect(ids(longer)).not.toContain("causal-top-left");
    expect(ids(longer)).not.toContain("softcap-missing");
    const withCap = await run(far, ...options, "--softcap", "1e6");
    expect(ids(withCap)).toContain("softcap-missing");
    expect(withCap.stdout).toMatch(/softcap-missing \(scores up to \d+(\.\d)?, softcap 1000000\)/);
  });

  test("--critique lists all, with what to change", async () => {
    const { exitCode, stdout, check } = await run(dump(right), "--causal", "--critique");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "  causal-top-left (as many queries as keys): The causal mask is aligned top left",
    );
    expect(stdout).toContain("    To show it, take fewer queries than keys.");
    expect(check.notShown.length).toBeGreaterThan(
      (await run(dump(right), "--causal")).check.notShown.length - 1,
    );
  });

  test("what is asked for is no mistake, nor is what nothing in the problem can be", async () => {
    const corner = dump(
      work((i, j) => j <= i, { shape: "longer" }),
      "longer",
    );
    const { check } = await run(corner, "--causal", "--align", "top-left", "--critique");
    const ids = check.notShown.map(({ mistake }: { mistake: string }) => mistake);
    expect(ids).toContain("sum-overflow");
    for (const other of ["causal-top-left", "window-in-tiles", "mask-of-another-head"])
      expect(ids).not.toContain(other);
  });

  test("and is not said of wrong ones", async () => {
    const { stdout, check } = await run(dump(wrong), "--causal");
    expect([stdout.includes("would not show"), check.notShown]).toEqual([false, undefined]);
  });
});

describe("right with other settings", () => {
  const mask: DumpedArray = {
    ...{ shape: [N, N], type: "float32" },
    data: Float64Array.from({ length: N * N }, (_, at) => (at % N <= Math.floor(at / N) ? 0 : 1)),
  };
  const CASES: readonly (readonly [string, Uint8Array, string[], object])[] = [
    ["a causal mask was meant", dump(right), [], { causal: true }],
    [
      "and stands in the corner",
      dump(
        work((i, j) => j <= i + 12, { shape: "longer" }),
        "longer",
      ),
      [],
      { causal: true, align: "bottom-right" },
    ],
    [
      "the other corner",
      dump(work(causal, { shape: "longer" }), "longer"),
      ["--causal", "--align", "bottom-right"],
      { align: "top-left" },
    ],
    ["no scale", dump(work(causal, { scale: 1 })), ["--causal"], { scale: "none" }],
    ["neither mask nor scale", dump(work(causal, { scale: 1 })), [], { causal: true, scale: "none" }],
    [
      "a window with one key more",
      dump(work((i, j) => j <= i && j > i - 6)),
      ["--causal", "--window", "5"],
      { window: 6 },
    ],
    ["true drops", dump(right, "square", { mask }), [], { maskTrue: "drop" }],
  ];
  test.each(CASES)("%s", async (_, file, options, settings) => {
    const { exitCode, stdout, check } = await run(file, ...options);
    expect([exitCode, check.verdict, check.rightWith]).toEqual([1, "differs", settings]);
    const words = Object.entries(settings).flatMap(([name, value]) => {
      const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === true ? [option] : [option, String(value)];
    });
    expect(stdout).toContain(`Right with ${words.join(" ")}: `);
    // The command with these options is what it says it is.
    const kept = options.filter((word, at) => !words.includes(word) && !words.includes(options[at - 1]));
    expect((await run(file, ...kept, ...words)).exitCode).toBe(0);
  });

  /** Tokens before heads. */
  const turned = (parts: readonly (readonly Matrix[])[]): DumpedArray => ({
    ...{ shape: [B, N, H, D], type: "float32" },
    data: Float64Array.from(
      parts.flatMap((heads) =>
        Array.from({ length: N }, (_, row) =>
          heads.flatMap(({ data }) => Array.from(data.subarray(row * D, (row + 1) * D))),
        ).flat(),
      ),
    ),
  });
  const bshd = (output: readonly (readonly Matrix[])[]) =>
    npzOf({ q: turned(query), k: turned(keys.square), v: turned(values.square), o: turned(output) });

  test.each([
    [["--causal"], { axes: "bshd" }],
    [[], { axes: "bshd", causal: true }],
  ])("arrays lie otherwise: %j", async (options, settings) => {
    const { exitCode, stdout, check } = await run(bshd(right), ...options);
    expect([exitCode, check.rightWith]).toEqual([1, settings]);
    expect(stdout).toContain("Right with --axes bshd");
    expect(stdout).not.toContain("axes-misread");
    expect((await run(bshd(right), "--axes", "bshd", "--causal")).exitCode).toBe(0);
  });

  test("arrays that are wrong in either order are not", async () => {
    expect((await run(bshd(wrong), "--causal")).check.rightWith).toBeUndefined();
  });

  /** Tokens before batches, query, key and value in one array or one after the other. */
  const tokensFirst = (parts: readonly (readonly (readonly Matrix[])[])[]) =>
    Float64Array.from(
      Array.from({ length: N }, (_, row) =>
        query.flatMap((_heads, b) =>
          parts.flatMap((part) =>
            part[b].flatMap(({ data }) => Array.from(data.subarray(row * D, (row + 1) * D))),
          ),
        ),
      ).flat(),
    );
  const sb3hd = (output: readonly (readonly Matrix[])[], shape: readonly number[]) =>
    npzOf({
      qkv: {
        ...{ shape: [N, B, 3, H, D], type: "float32" },
        data: tokensFirst([query, keys.square, values.square]),
      },
      o: { shape, type: "float32", data: tokensFirst([output]) },
    });

  test.each([
    ["an axis for heads", [N, B, H, D]],
    ["heads side by side", [N, B, H * D]],
  ])("packed arrays with tokens first: %s", async (_, shape) => {
    const { exitCode, stdout, check } = await run(sb3hd(right, shape));
    expect([exitCode, check.rightWith]).toEqual([1, { axes: "sbhd", causal: true }]);
    expect(check.diagnosis).toEqual([]);
    expect(stdout).toContain("Right with --axes sbhd --causal: ");
    expect((await run(sb3hd(right, shape), "--axes", "sbhd", "--causal")).exitCode).toBe(0);
  });

  test("what single rows of wrong order show by chance is not named", async () => {
    expect((await run(sb3hd(wrong, [N, B, H, D]))).check.diagnosis).toEqual([]);
  });

  test("is not said of what no setting makes right, nor of what is right", async () => {
    expect((await run(dump(wrong), "--causal")).check.rightWith).toBeUndefined();
    expect((await run(dump(right), "--causal")).check.rightWith).toBeUndefined();
  });
});

describe("rows that are no numbers", () => {
  /** A dump whose head 1 of batch 0 is NaN in some rows; its rows see the keys up to their own, or all. */
  const lostIn = (output: readonly (readonly Matrix[])[], isLost: (row: number) => boolean) =>
    dump(
      output.map((heads, b) =>
        heads.map((one, h) => {
          const data = one.data.map((value, at) =>
            b === 0 && h === 1 && isLost(Math.floor(at / D)) ? Number.NaN : value,
          );
          return { ...one, data };
        }),
      ),
    );
  const all = work(() => true);
  test("in every head are not said to be read from one: nothing tells which", async () => {
    const lost = all.map((heads) => heads.map((one) => ({ ...one, data: one.data.map(() => Number.NaN) })));
    const { exitCode, check } = await run(dump(lost));
    expect([exitCode, check.verdict, check.diagnosis]).toEqual([1, "differs", []]);
  });

  test.each([
    ["every row of a head", lostIn(all, () => true), [], "nan-read"],
    ["every row from the one on that sees key 5", lostIn(right, (row) => row >= 5), ["--causal"], "nan-read"],
    ["the first row alone", lostIn(right, (row) => row === 0), ["--causal"], "nan-made"],
    ["a row among others that see the same keys", lostIn(all, (row) => row === 7), [], "nan-made"],
    ["a block of eight rows", lostIn(all, (row) => row >= 8 && row < 16), [], "rows-missing"],
  ] as const)("%s", async (_, file, options, id) => {
    const { exitCode, check } = await run(file, ...options);
    expect([exitCode, check.verdict]).toEqual([1, "differs"]);
    expect(check.diagnosis).toMatchObject([{ mistake: id, scopes: ["batch 0/head 1"] }]);
  });
});
