import { describe, expect, test } from "vitest";
import { watchProgress } from "../../src/math/progress.js";
import { recordComparison } from "../support/record.js";
import { runCli } from "../support/run-cli.js";

const PROBLEM = "fixtures/inputs/please-study-man.json";
const run = (...argv: readonly string[]) => runCli(["compare-scoring", ...argv]);

describe("JSON", () => {
  test("holds each scoring by its name, and fed back gives the same numbers", async () => {
    const first = await run(PROBLEM, "--seed", "4", "--scorings", "additive,dot,local-m", "--json");
    expect(first.exitCode, first.stderr).toBe(0);
    const { scorings, summary, costs } = JSON.parse(first.stdout);
    expect(Object.keys(scorings)).toEqual(["additive", "dot", "local-m"]);
    const members = ["scores", "weights", "output", "entropy", "largestWeight", "strongestKey"];
    expect(Object.keys(scorings.additive)).toEqual([...members, "effectiveKeys", "jacobianNorm"]);
    expect(scorings.dot.scores).toHaveLength(3);
    expect(summary[0]).toContain("most focused");
    expect(costs.additive.multiplyAdds).toEqual({
      formula: "n·d_q·d_a + m·d_k·d_a + n·m·d_a",
      value: 3 * 2 * 2 * 2 + 3 * 3 * 2,
    });
    const again = await runCli(["compare-scoring", "-", "--json"], { stdin: first.stdout });
    expect(JSON.parse(again.stdout).scorings).toEqual(scorings);
  });

  test("scorings of projected queries have their own gradients", async () => {
    const vectors = ["--query", "1 3; 0 2", "--key", "1 1; 0 1", "--value", "1 2; 0 1", "--wq", "1 2; 3 5"];
    const row = ["--jacobian", "0", "--output-gradient", "1,2"];
    const { exitCode, stdout, stderr } = await run(...vectors, "--scorings", "dot,cosine", ...row, "--json");
    expect(exitCode, stderr).toBe(0);
    const steps: { scope: string; id: string; data: number[][] }[] = JSON.parse(stdout).steps;
    for (const scoring of ["dot", "cosine"]) {
      const find = (id: string) => steps.find((step) => step.scope === scoring && step.id === id)?.data ?? [];
      // dW = Xᵀ dQ. The loss is of row 0 alone, so dQ is 0 elsewhere: dW is that row, once and three times.
      const [dQ] = find("d-q");
      expect(find("d-wq")).toEqual([dQ, dQ.map((value) => 3 * value)]);
    }
  });

  test("a sweep is repeated from its settings", async () => {
    const first = await run("--sweep", "n=2,8", "--samples", "20", "--json");
    const { settings, sweep, finding } = JSON.parse(first.stdout);
    expect(settings.sweep).toBe("n=2,8");
    expect(Object.keys(sweep)).toEqual([
      "dotVariance",
      "scoreVariance",
      "entropy",
      "largestWeight",
      "jacobianNorm",
    ]);
    expect(typeof finding).toBe("string");
    const again = await runCli(["compare-scoring", "-", "--json"], { stdin: first.stdout });
    expect(JSON.parse(again.stdout).sweep).toEqual(sweep);
  });
});

// Q Kᵀ = [[1, 0], [2, 2]], over √2, and cosines; their softmax to three decimals.
const WEIGHTS = {
  dot: [
    ["0.731", "0.269"],
    ["0.500", "0.500"],
  ],
  scaled: [
    ["0.670", "0.330"],
    ["0.500", "0.500"],
  ],
  cosine: [
    ["0.670", "0.330"],
    ["0.427", "0.573"],
  ],
};
type Weights = typeof WEIGHTS;
const ofEach = (all: Weights, write: (name: string, rows: Weights["dot"]) => string) =>
  Object.entries(all)
    .map(([name, rows]) => write(name, rows))
    .join("\n");

describe("a sheet of several scorings", () => {
  const sheets: readonly (readonly [name: string, write: (all: Weights) => string])[] = [
    [
      "below each other",
      (all) =>
        ofEach(all, (name, rows) => `${name}\nweights\n${rows.map((row) => row.join("  ")).join("\n")}\n`),
    ],
    ["by name", (all) => ofEach(all, (name, rows) => `weights_${name} = [${rows.map((row) => `[${row}]`)}]`)],
    [
      "a column each",
      (all) =>
        `Attention weights by scoring\n\nquery\tkey\tdot\tscaled\tcosine\n${[0, 1, 2, 3]
          .map((at) => {
            const [i, j] = [at >> 1, at % 2];
            return [i + 1, j + 1, ...Object.values(all).map((rows) => rows[i][j])].join("\t");
          })
          .join("\n")}`,
    ],
  ];
  const check = (sheet: string) =>
    runCli(
      [
        ...["compare-scoring", "--query", "1 0; 0 2", "--key", "1 1; 0 1", "--value", "1 0; 0 1"],
        ...["--scorings", "dot,scaled-dot,cosine", "--check", "s.txt"],
      ],
      { given: { "s.txt": sheet } },
    );
  test.each(sheets)("%s: a right one is, and a wrong cell is found in its scoring", async (_, write) => {
    const right = await check(write(WEIGHTS));
    expect([right.exitCode, right.stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
    const [first, [, cell]] = WEIGHTS.scaled;
    const wrong = await check(write({ ...WEIGHTS, scaled: [first, ["0.700", cell]] }));
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stdout).toContain("α[1,0] of scaled-dot: you wrote 0.700");
  });
});

describe("keys that queries of a sweep share", () => {
  // At d_k = 512 and 16 keys a set costs 16·512² = 4.2e6 multiply-adds of the 2e7 allowed, so the least number of sets, 20, is drawn.
  const argv = ["--sweep", "d_k=2,512", "--samples", "40", "--scorings", "dot"];
  test("are counted in JSON", async () => {
    expect(JSON.parse((await run(...argv, "--json")).stdout).keySets).toEqual([40, 20]);
  });
  test("are told to people", async () => {
    const { stdout } = await run(...argv, "--width", "200");
    expect(stdout).toContain(
      "several queries share keys (20 sets of keys at d_k = 512, elsewhere each has its own)",
    );
  });
});

describe("progress", () => {
  const argv = ["compare-scoring", "--sweep", "d_k=2,4", "--samples", "10", "--scorings", "dot"];
  test("is told after every scoring of every value", async () => {
    const told: unknown[] = [];
    watchProgress((...progress) => void told.push(progress));
    recordComparison({ matrices: {}, settings: { sweep: "d_k=2,4", samples: 10, scorings: ["dot"] } });
    watchProgress(undefined);
    expect(told).toEqual([1, 2].map((done) => [done, 2, "sweep"]));
  });
  test("is silent where a sweep takes no time, elsewhere, and with --quiet", async () => {
    expect((await runCli(argv, { terminals: ["stderr"] })).stderr).toBe("");
    expect((await runCli(argv)).stderr).toBe("");
    expect((await runCli([...argv, "--quiet"], { terminals: ["stderr"] })).stderr).toBe("");
  });
});

describe("mistakes", () => {
  const cases: readonly (readonly [args: readonly string[], message: string])[] = [
    [
      [PROBLEM, "--scorings", "dot,aditive"],
      '"aditive" is not one of the choices. [BAD_VALUE]\nhint: Did you mean "additive"?',
    ],
    [[PROBLEM, "--scorings", "multiplicative"], "general scoring needs wa: W_a, d_q×d_k. [MISSING_INPUT]"],
    [[PROBLEM, "--jacobian", "3"], "--jacobian is 3, but there are 3 rows. [BAD_VALUE]"],
    [[PROBLEM, "--jacobian", "0", "--output-gradient", "1 2 3"], "d_v must match (2 ≠ 3). [SHAPE_MISMATCH]"],
    [["--sweep", "d_k"], '"d_k" is no sweep. [BAD_VALUE]'],
    [["--sweep", "dk=2..8"], '"dk" cannot be swept. [BAD_VALUE]\nhint: Did you mean "d_k"?'],
    [["--sweep", "d_k=8..2"], "it must go from a number above 0 to a larger one"],
    [["--sweep", "d_k=2.5"], "d_k = 2.5 is not a whole number"],
    [["--sweep", "d_k=2..8", "--scorings", "local-m"], "local-m scoring cannot be swept"],
    [["--query", "1 2"], "There is no key. [MISSING_INPUT]"],
    [["--scores", "1 2"], "unknown option '--scores'"],
  ];
  test.each(cases)("%j", async (args, message) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
  test.each([
    [[PROBLEM, "--output-gradient", "1 2"], "--output-gradient", "one row, which --jacobian names"],
    [[PROBLEM, "--samples", "9"], "--samples", "the samples of a sweep"],
    [
      ["--sweep", "n=2,4", "--sample-keys", "8", "--samples", "9"],
      "--sample-keys",
      "the samples of a sweep (--sweep) over something other than n",
    ],
    [
      ["--sweep", "d_k=2,4", "--sample-size", "8", "--samples", "9"],
      "--sample-size",
      "the samples of a sweep (--sweep) over something other than d_k",
    ],
  ])("%j: one line says what it is about", async (args, option, about) => {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`note: ${option} changes nothing here: it is about ${about}`);
  });
  test("local attention does not go into heads", async () => {
    const { exitCode, stderr } = await runCli(["multihead", "--demo", "--scoring", "local-m"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("local-m scoring is local attention");
  });
});
