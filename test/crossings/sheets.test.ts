import { describe, expect, test } from "vitest";
import { npyFile, npzFile, type StoredTypeName, safetensorsFile } from "../support/binary-files.js";
import {
  BLANK,
  CHECKED,
  RIGHT,
  rounded,
  scaled,
  unscaled,
  verdictOf,
  WRONG,
} from "../support/checked-problems.js";
import type { Rows } from "../support/homework.js";
import { runCli } from "../support/run-cli.js";

// What a sheet says besides its numbers: which head, how many digits, nothing at all, or two things at once.

describe("the steps of heads", () => {
  const { problem } = CHECKED[1];
  const heads = (weight: number): [Rows, Rows] => [headWeights(weight), headWeights(weight)];
  const headWeights = (weight: number): Rows => [
    [weight, 1 - weight],
    [1 - weight, weight],
  ];
  const FILES: readonly (readonly [string, (weights: [Rows, Rows]) => string | Uint8Array])[] = [
    ["a.json", (weights) => JSON.stringify({ weights: weights.map(rounded) })],
    ["b.json", ([, second]) => JSON.stringify({ "head 1": { weights: rounded(second) } })],
    ["a.npz", ([, second]) => npzFile({ "head 1/weights": [second] }, "float32")],
    ["b.npz", (weights) => npzFile({ weights }, "float32")],
    ["a.safetensors", (weights) => safetensorsFile({ weights }, "float32")],
    ["weights.npy", (weights) => npyFile(weights, "float64")],
  ];

  test.each(FILES)("%s", async (file, write) => {
    const check = [...problem, "--check", file];
    expect(await verdictOf(check, { given: { [file]: write(heads(scaled)) } })).toEqual(RIGHT);
    expect(await verdictOf(check, { given: { [file]: write(heads(unscaled)) } })).toEqual(WRONG);
  });
});

describe("numbers of a type are judged as what a machine makes in it", () => {
  const [{ problem }] = CHECKED;
  const check = [...problem, "--check", "sheet.safetensors"];
  const judge = (weight: number, type: StoredTypeName) =>
    verdictOf(check, {
      given: { "sheet.safetensors": safetensorsFile({ weights: [[[weight, 1 - weight]]] }, type) },
    });
  // A type of p bits holds 0.67 to within 2^−p / 2. Eight times that is right for a type with fewer bits, if there is
  // one.
  const CASES: readonly (readonly [type: StoredTypeName, near: number, far: number, verdict: string])[] = [
    ["float64", 2e-17, 1e-9, "less-precise"],
    ["float32", 1e-8, 5e-6, "less-precise"],
    ["float16", 1e-4, 2.5e-3, "less-precise"],
    ["bfloat16", 1e-3, 2.5e-2, "differs"],
  ];

  test.each(CASES)("%s", async (type, near, far, verdict) => {
    expect(await judge(scaled + near, type)).toEqual(RIGHT);
    expect(await judge(scaled + far, type)).toEqual({ exitCode: 1, verdict });
  });

  test("0.67 and 0.33 are right as they are written, and wrong as doubles", async () => {
    expect(await verdictOf([...problem, "--check", "weights=0.67 0.33"])).toEqual(RIGHT);
    expect(await judge(0.67, "float64")).toEqual({ exitCode: 1, verdict: "less-precise" });
  });

  test("whole numbers of a sheet in text keep what they claim beside stored ones", async () => {
    const given = { "weights.npy": npyFile([[[scaled, 1 - scaled]]], "float32") };
    // 6.698 and 6.604, rounded to whole numbers
    expect(await verdictOf([...problem, "--check", "weights.npy", "output=7 7"], { given })).toEqual(RIGHT);
    expect(await verdictOf([...problem, "--check", "weights.npy", "output=7 5"], { given })).toEqual(WRONG);
  });
});

describe("a sheet without an answer is not right", () => {
  const SHEETS: readonly (readonly [string, string])[] = [
    ["a.json", '{"weights": null}'],
    ["b.json", '{"weights": [[null, null]], "output": [["", "?"]]}'],
    ["weights.csv", "-,-\n"],
    ["output.tsv", "?\t_\n"],
    ["d.txt", "weights = [[_, _]]\noutput = [[_, _]]\n"],
  ];

  test.each(SHEETS)("%s: %j", async (file, text) => {
    const argv = [...CHECKED[0].problem, "--check", file];
    expect(await verdictOf(argv, { given: { [file]: text } })).toEqual(BLANK);
    const { stdout } = await runCli(argv, { given: { [file]: text } });
    expect(stdout).toContain("There are no answers");
  });

  test("among several sheets", async () => {
    const given = { "a.json": '{"weights": [[0.67, 0.33]]}', "b.json": '{"weights": null}' };
    const run = await runCli([...CHECKED[0].problem, "--check", "a.json", "b.json"], { given });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/b\.json +— not answered/);
  });

  test("a step that is left blank beside answers is listed", async () => {
    const { stdout, exitCode } = await runCli([
      ...CHECKED[0].problem,
      ...["--check", '{"weights": [[0.67, 0.33]], "output": null}', "--json"],
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).check.steps).toMatchObject([
      { id: "weights", verdict: "agrees" },
      { id: "output", verdict: "missing" },
    ]);
  });
});

describe("a step that is answered twice", () => {
  const [{ problem }] = CHECKED;
  const TWICE: readonly (readonly string[])[] = [
    ["weights=0.67 0.33", "weights=0.73 0.27"],
    ["weights=0.67 0.33", "A=0.73 0.27"],
    ['{"weights": [[0.67, 0.33]], "softmax": [[0.73, 0.27]]}'],
    ['{"weights": [[0.67, 0.33]]}', "weights=0.67 -"],
  ];

  test.each(TWICE.map((values) => [values]))("%j is refused", async (values) => {
    const { exitCode, stderr } = await runCli([...problem, "--check", ...values]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("[DUPLICATE_KEY]");
    expect(stderr).toContain("two answers to weights");
  });

  test("with the same numbers it is answered once", async () => {
    expect(await verdictOf([...problem, "--check", "weights=0.67 0.33", "A=0.67 0.330"])).toEqual(RIGHT);
  });

  test("a run whose results are not those of its steps is refused", async () => {
    const { stdout } = await runCli([...problem, "--json"]);
    const run = JSON.stringify({ ...JSON.parse(stdout), weights: [[0.5, 0.5]] });
    const { exitCode, stderr } = await runCli([...problem, "--check", "-"], { stdin: run });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("two answers to weights");
  });
});
