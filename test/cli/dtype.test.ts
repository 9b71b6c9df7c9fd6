import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// What --dtype makes of a run, in numbers that tell one way of rounding from another.

async function stepsOf(argv: readonly string[], given = {}): Promise<Record<string, number[][]>> {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json", "--quiet"], { given });
  if (exitCode !== 0) throw new Error(stderr);
  const { steps } = JSON.parse(stdout) as { steps: { id: string; data: number[][] }[] };
  return Object.fromEntries(steps.map(({ id, data }) => [id, data]));
}

// Beside 1 the numbers of float32 are 2⁻²³ apart, those of tf32 and float16 2⁻¹⁰, those of bfloat16 2⁻⁷.
const small = 2 ** -24;

describe("sums", () => {
  const attend = ["attend", "--query", `1 1 1`, "--key", `1 ${small} ${small}`, "--value", "1"];
  test.each(["float32", "tf32", "float16", "bfloat16"])("are float32 in %s", async (type) => {
    // 1 + 2⁻²⁴ goes to the even neighbour, 1, twice.
    expect((await stepsOf([...attend, "--dtype", type])).scores).toEqual([[1]]);
  });
  test("are float64 in float64", async () => {
    expect((await stepsOf([...attend, "--dtype", "float64"])).scores).toEqual([[1 + 2 ** -23]]);
  });
  test("of e^s are, too", async () => {
    // e^0 = 1, and e^s of the others 2⁻²⁴, as near as float32 goes.
    const s = Math.log(small);
    const words = ["attend", "--query", "1", "--key", `0; ${s}; ${s}`, "--value", "1; 1; 1", "--scale", "1"];
    expect((await stepsOf([...words, "--dtype", "float32", "--steps", "row-sums"]))["row-sums"]).toEqual([
      [1],
    ]);
  });
});

test("--why says what the sum is, in digits that tell it from what is carried on", async () => {
  const words = ["attend", "--query", "1 1 1", "--key", `1 ${small} ${small}`, "--value", "1"];
  const { stdout } = await runCli([...words, "--dtype", "float32", "--why", "scores[0,0]"]);
  // 1 + 2⁻²³ = 1.00000011920929; with six digits it would be 1.
  expect(stdout).toContain("= 1.00000012, carried on as 1\n");
});

describe("tf32", () => {
  const words = [
    "attend",
    "--query",
    `${1 + 2 ** -11}`,
    "--key",
    `${1 + 2 ** -9}`,
    "--value",
    `${1 + 2 ** -11}`,
  ];
  test("is what factors are read as, and nothing is kept as", async () => {
    const steps = await stepsOf([...words, "--dtype", "tf32"]);
    // 1 + 2⁻¹¹ lies between 1 and 1 + 2⁻¹⁰, and goes to the even one.
    expect(steps).toMatchObject({ scores: [[1 + 2 ** -9]], weights: [[1]], output: [[1]] });
  });
  test("keeps weights as float32", async () => {
    // e / (e + 1) = 0.7310585786…; its neighbours in float32 are 2⁻²⁴ apart.
    const { weights } = await stepsOf([
      ...["attend", "--query", "1", "--key", "1; 0", "--value", "1; 0", "--scale", "1", "--dtype", "tf32"],
    ]);
    expect(Math.abs(weights[0][0] - 0.7310585786300049)).toBeLessThanOrEqual(2 ** -24);
    expect(weights[0][0]).toBe(Math.fround(weights[0][0]));
  });
});

test.each(["float32", "tf32", "float16", "bfloat16"])(
  "what --dtype %s gives is right for it",
  async (type) => {
    const rows = (seed: number) =>
      Array.from({ length: 60 }, (_, row) =>
        Array.from({ length: 8 }, (_, col) => Math.sin(seed + 8 * row + col)),
      );
    const given = Object.fromEntries(
      ["q", "k", "v"].map((name, seed) => [`${name}.json`, JSON.stringify(rows(seed))]),
    );
    const words = ["attend", "--query", "q.json", "--key", "k.json", "--value", "v.json", "--dtype", type];
    const { stdout } = await runCli([...words, "--only", "output", "--json", "--quiet"], { given });
    const check = await runCli([...words, "--check", "output=o.json"], {
      given: { ...given, "o.json": stdout },
    });
    expect([check.exitCode, check.stdout]).toEqual([0, expect.stringContaining(`right for ${type}`)]);
  },
);

test("what is not kept is worked in the type, too", async () => {
  const line = (seed: number) => Array.from({ length: 40 }, (_, at) => Math.sin(seed + 3 * at)).join(";");
  const words = [
    "attend",
    "--query",
    line(1),
    "--key",
    line(2),
    "--value",
    line(3),
    "--only",
    "output",
    "--json",
  ];
  for (const type of ["float32", "tf32", "bfloat16"]) {
    const whole = await runCli([...words, "--quiet", "--dtype", type]);
    const streamed = await runCli([...words, "--quiet", "--dtype", type, "--stream"]);
    expect([streamed.exitCode, streamed.stdout]).toEqual([0, whole.stdout]);
    expect((await runCli([...words, "--quiet"])).stdout).not.toBe(whole.stdout);
  }
});

test.each([
  ["--carry", "2"],
  ["--carry", "2", "--carry-steps", "scores"],
])("%s rounds otherwise, and is refused beside it", async (...carry) => {
  const { stderr, exitCode } = await runCli(["attend", "--demo", "--dtype", "float32", ...carry]);
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining("--carry 2 rounds steps as on paper, and --dtype float32 as a machine does."),
  ]);
});
