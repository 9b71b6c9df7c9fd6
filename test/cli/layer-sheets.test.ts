import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// Sheets of a layer under the titles of people. One token, so its weight is 1 and the context is its value:
// v = x W_V = [1·2, 3·1] = [2, 3]. W_O swaps both: [3, 2]. x + that = [4, 5], with mean 4.5 and deviation 0.5, so the norm
// is [−1, 1]. Hidden: −1·1 + 1·2 = 1; behind W₂ [5, 2]; the sum is [−1 + 5, 1 + 2] = [4, 3], and its norm [1, −1].
const PROBLEM = `X = [[1, 3]]
W_Q = [[1, 0], [0, 1]]
W_K = [[1, 0], [0, 1]]
W_V = [[2, 0], [0, 1]]
W_O = [[0, 1], [1, 0]]
W_1 = [[1], [2]]
b_1 = [[0]]
W_2 = [[5, 2]]
b_2 = [[0, 0]]
`;
const STEPS = ["3 2", "4 5", "-1.00 1.00", "1.00", "5 2", "4 3", "1.00 -1.00"];

const below = (titles: readonly string[], steps: readonly string[]) =>
  titles.map((title, at) => (title === "" ? "" : `${title}\n${steps[at]}\n`)).join("\n");
const behind = (titles: readonly string[], steps: readonly string[]) =>
  titles
    .map((title, at) => (title === "" ? "" : `${title} = [${steps[at].replaceAll(" ", ", ")}]\n`))
    .join("");

type Write = (titles: readonly string[], steps: readonly string[]) => string;

const SHEETS: Readonly<Record<string, readonly [write: Write, titles: readonly string[]]>> = {
  "in words": [
    below,
    [
      "Attention output (after W_O)",
      "Add (residual)",
      "LayerNorm 1",
      "FFN hidden (ReLU)",
      "FFN output",
    ].concat(["Add", "LayerNorm 2 = final output"]),
  ],
  "as formulas": [
    below,
    ["MultiHead = Z W_O =", "X + MultiHead =", "LN =", "max(0, xW1 + b1) =", "xW2 + b2 =", "sum =", "LN ="],
  ],
  "as in code": [below, ["attn_out:", "resid1:", "ln1:", "relu:", "ff2:", "resid2:", "ln2:"]],
  "as equations": [
    behind,
    ["SelfAttn(X)", "X1 = X + SelfAttn(X)", "X1' = LayerNorm(X1)", "", "FFN(X1')"].concat([
      "X2 = X1' + FFN(X1')",
      "Y = LayerNorm(X2)",
    ]),
  ],
};

describe.each(Object.entries(SHEETS))("a layer %s", (_, [write, titles]) => {
  const check = async (steps: readonly string[]) => {
    const given = { "sheet.txt": `${PROBLEM}\n${write(titles, steps)}` };
    const { stdout } = await runCli(["check", "sheet.txt", "--json"], { given });
    return JSON.parse(stdout).sheets[0].check;
  };

  test("is right", async () => {
    const { verdict, steps } = await check(STEPS);
    expect(verdict).toBe("agrees");
    const read = steps.map(({ id }: { id: string }) => id);
    expect(read).toEqual(
      expect.arrayContaining(["attention-output", "residual-1", "norm-1", "feed-forward-2", "residual-2"]),
    );
  });

  test("is wrong at the step with another number", async () => {
    const { verdict, steps } = await check(STEPS.with(4, "5 4"));
    const wrong = steps.filter((step: { verdict: string }) => step.verdict === "differs");
    expect([verdict, wrong.map(({ id }: { id: string }) => id)]).toEqual(["differs", ["feed-forward-2"]]);
  });
});

// With one token the weight is 1, so that the product is V, [2, 3], and not the output of the layer, [1, −1].
test("in a layer, the weights times V are the context of a head", async () => {
  const sheet = `${PROBLEM}weights times V = [[2, 3]]\nattention output (times W_O) = [[3, 2]]\n`;
  const { exitCode, stdout } = await runCli(["check", "sheet.txt", "--layer"], {
    given: { "sheet.txt": sheet },
  });
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("Attention output ✓")]);
});

test("the letter of a question is no matrix", async () => {
  const lettered = PROBLEM.trim()
    .split("\n")
    .map((line, at) => `(${"abcdefghi"[at]}) ${line}`)
    .join("\n");
  const sheet = `${lettered}\n(q) Hidden layer (ReLU) = [[1.00]]\n(v) FFN = [[5, 2]]\n`;
  const { exitCode, stdout } = await runCli(["check", "sheet.txt"], { given: { "sheet.txt": sheet } });
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Activation ✓ · Feed-forward ✓/)]);
});

// x = [2, 0]: mean 1, x − 1 = [1, −1], variance 1.
test("what is left of x without its mean is no x, and is compared", async () => {
  const sheet =
    "x = [2, 0]\nmean = 1.00\nx − mean = [1.00, -1.00]\nvariance = 1.00\nLayerNorm(x) = [1.00, -1.00]\n";
  const check = (text: string) => runCli(["check", "sheet.txt"], { given: { "sheet.txt": text } });
  expect((await check(sheet)).stdout).toMatch(/^Right\./);
  expect((await check(sheet.replace("[1.00, -1.00]", "[1.00, -1.50]"))).stdout).toMatch(
    /^Not right yet: one/,
  );
});

// X + attention output is [4, 5] in the problem above: mean 4.5, deviation √0.25 = 0.5.
test.each([
  ["right", "0.50", 0, /^Right/],
  ["another number", "0.80", 1, /^Not right yet: one mistake\./],
])("the deviation before a norm: %s", async (_, deviation, exitCode, verdict) => {
  const sheet = `${PROBLEM}X + attention output = [[4, 5]]\nMean = 4.50\nStandard deviation = ${deviation}\nLayerNorm = [[-1.00, 1.00]]\n`;
  const { stdout, ...run } = await runCli(["check", "sheet.txt"], { given: { "sheet.txt": sheet } });
  expect([run.exitCode, stdout]).toEqual([exitCode, expect.stringMatching(verdict)]);
});

// x = [2, 4, −1, 3]: mean 2, variance (0 + 4 + 9 + 1) / 4 = 3.5, and √3.5 = 1.871.
test.each([
  ["1.871", 0, /^Right so far\. Standard deviation of norm-1 ✓/],
  ["1.971", 1, /you wrote 1\.971, but √3\.5 = 1\.8708/],
])("what stands between two steps can be answered by its name: %s", async (deviation, exitCode, said) => {
  const words = ["layer", "--x", "2 4 -1 3", "--part", "norm", "--check", `deviation=${deviation}`];
  const { stdout, ...run } = await runCli(words);
  expect([run.exitCode, stdout]).toEqual([exitCode, expect.stringMatching(said)]);
});

test.each([
  ["norm", "x N(0, 1); norm1 1;"],
  ["feed-forward", "x N(0, 1); w1, w2 Glorot"],
])("--part %s draws only what it uses", async (part, drawn) => {
  const { stdout } = await runCli(["layer", "--part", part, "--random", "--length", "2", "--d-model", "4"]);
  expect(stdout.replace(/\s+/g, " ")).toContain(`drawn from seed 0: ${drawn}`);
});

test("the attention to memory has heads, although the output of the other one is given", async () => {
  const x = "1 2; 0 1";
  const words = ["layer", "--x", x, "--sublayer", x, "--memory", x, "--heads", "2"];
  expect((await runCli(words)).stderr).toBe("");
  expect((await runCli(words.filter((word) => word !== "--memory"))).stderr).not.toBe("");
});

test.each([
  ["layernorm", "layer --demo --part norm"],
  ["ffn", "layer --demo --part feed-forward"],
])("qkv %s computes this part alone", async (word, line) => {
  const { exitCode, stderr } = await runCli([word]);
  expect([exitCode, stderr]).toEqual([0, `note: qkv ${word} is read as qkv ${line}\n`]);
});

// X + Z = [[4, 5], [3, 1]]: means 4.5 and 2, deviations 0.5 and 1, so the norm is ±1.
test.each([
  ["X + Z =", "4 5", /^Right\. Residual sum 1 ✓ · Norm 1 ✓/],
  ["Skip connection:", "4 5", /^Right\. Residual sum 1 ✓ · Norm 1 ✓/],
  ["X + Z =", "4 6", /^Not right yet: one mistake\. Residual sum 1 ✗/],
])(
  "the output of an attention may be called Z, and its sum with X “%s” (%s)",
  async (title, row, verdict) => {
    const sheet = `X = [[1, 3], [2, 0]]\nZ = [[3, 2], [1, 1]]\n${title}\n${row}\n3 1\nLayerNorm:\n-1.00 1.00\n1.00 -1.00\n`;
    const { stdout } = await runCli(["check", "sheet.txt"], { given: { "sheet.txt": sheet } });
    expect(stdout).toMatch(verdict);
  },
);
