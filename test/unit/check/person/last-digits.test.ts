import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../src/math/random.js";
import { runCli } from "../../../support/run-cli.js";

// What NumPy 2.2 prints of float64 with four decimals (np.set_printoptions(precision=4)): the inputs are rounded, and the steps come of what they were.

const SHEET = `
Q:
[[ 0.4967 -0.1383]
 [ 0.6477  1.523 ]]
K:
[[-0.2342 -0.2341]
 [ 1.5792  0.7674]]
V:
[[-0.4695  0.5426]
 [-0.4634 -0.4657]]
scores:
[[-0.0839  0.6783]
 [-0.5083  2.1917]]
weights:
[[0.3684 0.6316]
 [0.1291 0.8709]]
output:
[[-0.4656 -0.0943]
 [-0.4642 -0.3356]]
`;

const check = (text: string) => runCli(["check", "sheet.txt"], { given: { "sheet.txt": text } });

test("inputs that a program printed are rounded, and what comes of them is right", async () => {
  const { exitCode, stdout } = await check(SHEET);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right, with the rounding/)]);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    "query, key, value were taken as rounded to the last decimal",
  );
});

test("what is wrong by more than that is wrong", async () => {
  const { exitCode, stdout } = await check(SHEET.replace("2.1917", "2.1967"));
  expect(exitCode).toBe(1);
  expect(stdout).toContain("S[1,1]: you wrote 2.1967");
});

test.each([
  ["of three decimals", "0.127 0.376", "0.252 0.124"],
  ["that are fractions", "0.0625 0.1875", "0.3125 0.4375"],
])("numbers %s may be made up, and are exact", async (_, first, second) => {
  const [a, b] = first.split(" ").map(Number);
  const [c, d] = second.split(" ").map(Number);
  const rows = `[[${first.replace(" ", ", ")}], [${second.replace(" ", ", ")}]]`;
  // Q Kᵀ with K = Q; the last one is two units of the fourth decimal too large.
  const scores = [a * a + b * b, a * c + b * d, c * a + d * b, c * c + d * d + 0.0002].map((one) =>
    one.toFixed(4),
  );
  const sheet = `Q = ${rows}\nK = ${rows}\nV = ${rows}\nscores:\n${scores[0]} ${scores[1]}\n${scores[2]} ${scores[3]}\n`;
  const { exitCode, stdout } = await check(sheet);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("S[1,1]: you wrote");
});

// A notebook of drawn numbers: the steps come of all their digits, and what is printed has fewer. Worked here by sums, in doubles or in float32.
const PRINTS: readonly (readonly [string, (value: number) => string, (value: number) => number])[] = [
  ["of four decimals", (value) => value.toFixed(4), Number],
  ["of eight decimals", (value) => value.toFixed(8), Number],
  ["of five digits, as torch prints small ones", (value) => value.toExponential(4), Number],
  ["of float32, to eight digits", (value) => String(Number(value.toPrecision(8))), Math.fround],
  ["of float32, with all digits of a double", String, Math.fround],
];

describe.each(PRINTS)("a printed sheet %s", (_, print, stored) => {
  const { uniform } = createRandom(7, "printed");
  const [n, d] = [12, 10];
  const drawn = () =>
    Array.from({ length: n }, () => Array.from({ length: d }, () => stored(4 * uniform() - 2)));
  const [Q, K, V] = [drawn(), drawn(), drawn()];
  const sum = (terms: readonly number[]) => terms.reduce((total, term) => stored(total + term), 0);
  const scores = Q.map((q) =>
    K.map((k) => stored(sum(q.map((one, at) => stored(one * k[at]))) / Math.sqrt(d))),
  );
  const weights = scores.map((row) => {
    const powers = row.map((score) => stored(Math.exp(score)));
    return powers.map((power) => stored(power / sum(powers)));
  });
  const output = weights.map((row) =>
    V[0].map((_one, col) => sum(row.map((weight, at) => stored(weight * V[at][col])))),
  );
  const textOf = (last: readonly (readonly number[])[]) =>
    Object.entries({ Q, K, V, scores, weights, output: last })
      .map(
        ([name, rows]) =>
          `${name} =\n[${rows.map((row) => `[${row.map(print).join(", ")}]`).join(",\n ")}]\n`,
      )
      .join("\n");

  test("is right, and wrong where a number of it is off by more than rounding", async () => {
    const wrong = output.map((row, at) => (at === 3 ? row.with(2, row[2] + 0.01) : row));
    expect((await check(textOf(output))).exitCode).toBe(0);
    expect((await check(textOf(wrong))).exitCode).toBe(1);
  });
});

test("rows that a mistake does not reach do not follow from it, though rounding moved them", async () => {
  // The sheet above with the first row of weights in both rows: 0.3684·(−0.4695) + 0.6316·(−0.4634) = −0.4656, and so on.
  const wrong = SHEET.replace("[0.1291 0.8709]", "[0.3684 0.6316]").replace(
    "[-0.4642 -0.3356]",
    "[-0.4656 -0.0942]",
  );
  const { stdout } = await check(wrong);
  expect(stdout).toContain("row 1 is a copy of row 0");
  expect(stdout).toContain("Row 1 of Output follows from this.");
});
