import { expect, test } from "vitest";
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
