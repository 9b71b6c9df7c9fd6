import { describe, expect, test } from "vitest";
import { createMatrix } from "../../src/math/matrix.js";
import { type DumpedArray, npyOf, npzOf, safetensorsOf } from "../support/array-files.js";
import { runKernel } from "../support/machines.js";
import { createRandom } from "../support/random.js";
import { runCli } from "../support/run-cli.js";

// What is said of dumps, and what is refused. The dumps are those of a kernel of plain loops, causal, 24×24, in float32.

const [N, D] = [24, 8];
const random = createRandom(3);
const draw = () => createMatrix(N, D, () => Math.fround(2 * random() - 1));
const [query, key, value] = [draw(), draw(), draw()];
const kernel = (allows: (i: number, j: number) => boolean) =>
  runKernel(
    { query: [query], key: [key], value: [value], scale: 1 / Math.sqrt(D), allows },
    { compute: "float32", stored: "float32", tile: 0 },
  );
const right = kernel((i, j) => j <= i);
const wrong = kernel((i, j) => j <= i + 1);
const array = ({ rows, cols, data }: { rows: number; cols: number; data: Float64Array }): DumpedArray => ({
  ...{ shape: cols === 1 ? [rows] : [rows, cols], data, type: "float32" },
});
const inputs = { q: array(query), k: array(key), v: array(value) };
const answers = (made: typeof right) => ({ out: array(made.output[0]), lse: array(made.logSumExp[0]) });
const given = {
  "in.npz": npzOf(inputs),
  "right.npz": npzOf({ ...inputs, ...answers(right) }),
  "wrong.npz": npzOf({ ...inputs, ...answers(wrong) }),
  "o.npy": npyOf(answers(right).out),
  "lse.npy": npyOf(answers(right).lse),
  "attention/inputs.safetensors": safetensorsOf(inputs),
  "attention/outputs.safetensors": safetensorsOf(answers(right)),
  "other/outputs.safetensors": safetensorsOf(answers(right)),
};
const run = (...argv: string[]) => runCli(["attend", ...argv, "--causal"], { given });

describe("the answers of a machine", () => {
  test("JSON says what was compared, where it is wrong and why; no step and no input", async () => {
    const { exitCode, stdout } = await run("wrong.npz", "--check", "--json");
    const { check, steps, inputs: shown } = JSON.parse(stdout);
    expect([exitCode, steps, shown]).toEqual([1, [], {}]);
    expect(check).toMatchObject({
      ...{ verdict: "differs", judgedAs: "machine" },
      precision: { compute: "float32", stored: "float32", from: "values" },
      // The last row may see every key either way.
      steps: [
        {
          ...{ scope: "", id: "output", verdict: "differs", wrong: (N - 1) * D, of: N * D, nonFinite: 0 },
          where: { rows: [[0, N - 2]], every: null, columns: "all" },
          keysUsed: { expected: "0…i", seen: "0…i+1" },
        },
        { id: "log-sum-exp", wrong: N - 1, of: N },
      ],
      diagnosis: [{ mistake: "mask-off-by-one", explains: (N - 1) * D, of: (N - 1) * D }],
    });
    const withSteps = await run("wrong.npz", "--check", "--json", "--steps", "weights");
    expect(JSON.parse(withSteps.stdout).steps.map(({ id }: { id: string }) => id)).toEqual(["weights"]);
  });

  test("text is at most 25 lines", async () => {
    const { stdout } = await run("wrong.npz", "--check");
    expect(stdout.trim().split("\n").length).toBeLessThanOrEqual(25);
    expect(stdout).toContain("keys used: 0…i+1; expected: 0…i");
  });

  test.each([
    [["in.npz", "--check", "output=o.npy", "log-sum-exp=lse.npy"]],
    [["in.npz", "--check", "o.npy"]],
    [["right.npz", "--check"]],
    [["attention", "--check"]],
    [["attention/", "--check"]],
    [["attention", "--check", "output=o.npy"]],
  ])("right: %j", async (argv) => {
    expect((await run(...argv)).exitCode).toBe(0);
  });

  const REFUSED: readonly (readonly [string[], RegExp])[] = [
    [["in.npz", "--check"], /There is nothing to check/],
    [["in.npz", "--check", "output=o.npy", "loss=lse.npy"], /There is no step "loss"/],
    [["in.npz", "--check", "output=lse.npy"], /output is 24×8, but the answer is 1×24/],
    [["in.npz", "--check", "key=o.npy"], /"key" is an input of this run/],
    [["other", "--check"], /other: it is a folder without inputs\.safetensors/],
  ];
  test.each([
    [["right.npz", "--check", "--strict"], "--strict"],
    [["right.npz", "--check", "--require", "output"], "--require"],
  ])("%j: one line says that it is about people", async (argv, option) => {
    const { exitCode, stderr } = await run(...argv);
    const note = `note: ${option} changes nothing here: it is about sheets of people, but a machine's numbers are judged\n`;
    expect([exitCode, stderr]).toEqual([0, note]);
  });
  test.each(REFUSED)("%j is refused", async (argv, message) => {
    const { exitCode, stderr } = await run(...argv);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
