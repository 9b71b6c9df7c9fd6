import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// How a marked sheet looks. Please, study, man: S = [1 0 2; 2 2 0; 2 1 2], its numbers are in fixtures/inputs.

const PLEASE = "fixtures/inputs/please-study-man.json";
const mark = async (...argv: readonly string[]) => (await runCli(["attend", PLEASE, ...argv])).stdout;
const line = (text: string, start: string) => text.split("\n").find((one) => one.startsWith(start));

describe("a wrong step", () => {
  test("stands under the names of its columns, as it was written", async () => {
    const text = await mark("--check", "scores=1 0 2; 2 2 3; 2 1 2");
    expect(line(text, "        please")).toMatch(/^ {8}please {4}study {4}man/);
    expect(line(text, "study")).toMatch(/^study +2 +2 +3 ✗$/);
    expect(line(text, "please")).toMatch(/^please +1 +0 +2$/);
  });

  test("keeps the digits of each number, and a blank cell", async () => {
    const text = await mark(
      "--check",
      '{"weights": [["28%", 0.1, 0.62], [0.450, null, 0.11], [0.4, 0.2, 0.40]]}',
    );
    expect(line(text, "please")).toMatch(/^please +0\.28 +0\.1 +0\.62 ✗$/);
    expect(line(text, "study")).toMatch(/^study +0\.450 ✗ +— +0\.11$/);
  });

  test("is red where it is wrong", async () => {
    const text = await mark("--check", "scores=1 0 2; 2 2 3; 2 1 2", "--color", "always");
    expect(text).toContain("[31m3 ✗");
    expect(text).not.toContain("[31m2");
  });

  test("carried cells are marked as carried", async () => {
    // 3/√2 = 2.12 instead of 0
    const scaled = "0.71 0.00 1.41; 1.41 1.41 2.12; 1.41 0.71 1.41";
    const text = await mark("--check", "scores=1 0 2; 2 2 3; 2 1 2", `scaled-scores=${scaled}`);
    expect(text).toContain("Scaled scores → follows");
    expect(text).toMatch(/^study +1\.41 +1\.41 +2\.12 →$/m);
  });
});

describe("a slip in one cell", () => {
  test("shows the arithmetic of that cell from the person's own numbers", async () => {
    // query study · key man, whose products come to 0
    const text = await mark("--check", "scores=1 0 2; 2 2 3; 2 1 2");
    expect(text).toMatch(/^S\[study,man\]: you wrote 3, but \d·\d \+ \d·\d = 0\.$/m);
    expect(text).not.toContain("the formula of the step");
    const hinted = await mark("--check", "scores=1 0 2; 2 2 3; 2 1 2", "--hint", "2");
    expect(hinted).toMatch(/^Look at S\[study,man\]\.\nWhich row of Q is multiplied by which row of K/m);
    expect(hinted).not.toContain("you wrote");
    const place = await mark("--check", "scores=1 0 2; 2 2 3; 2 1 2", "--hint", "1");
    expect(place).toContain("Look at S[study,man].");
    expect(place).not.toContain("?");
  });

  test("in JSON too", async () => {
    const { check } = JSON.parse(await mark("--check", "scores=1 0 2; 2 2 3; 2 1 2", "--json"));
    expect(check.diagnosis[0]).toMatchObject({ mistake: "slip-cell", formula: "S = Q Kᵀ" });
    expect(check.diagnosis[0].arithmetic[0]).toMatch(/^S\[study,man\] = .* = 0$/);
  });
});

test("a masked cell is explained as masked", async () => {
  const text = await mark("--causal", "--check", "weights=1.00 0.00 0.00; 0.50 0.50 0.20; 0.40 0.20 0.40");
  const said = text.replaceAll("\n", " ");
  expect(said).toContain("α[study,man]: you wrote 0.20. Query study may not attend to key man, so it is 0.");
  const right = await mark("--causal", "--check", "weights=1.00 0.00 0.00; 0.50 0.50 0.00; 0.40 0.20 0.40");
  expect(right).not.toContain("may not attend");
});

describe("rounding on the way", () => {
  // V = 100, 0: 100 · 0.6698 = 66.98, from weights of two decimals 67.0. Half a unit of a weight is worth 0.5 there.
  const problem = '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[100], [0]]}';
  const judge = async (output: string, ...options: string[]) => {
    const argv = ["attend", problem, "--check", `output=${output}`, "--json", ...options];
    const { exitCode, stdout } = await runCli(argv);
    return { exitCode, ...JSON.parse(stdout).check };
  };

  test("lists the cells that it excuses with their differences, and its bound", async () => {
    const { exitCode, verdict, steps } = await judge("67.1");
    expect([exitCode, verdict]).toEqual([0, "agrees-rounded"]);
    const [{ off, bound }] = steps;
    expect(off).toEqual([{ cell: [0, 0], difference: expect.closeTo(67.1 - 66.976155, 4) }]);
    expect(bound).toBeGreaterThan(0.5);
    expect(bound).toBeLessThan(2);
    const { stdout } = await runCli(["attend", problem, "--check", "output=67.1"]);
    expect(stdout.replaceAll("\n", " ")).toContain("Off because of rounding: O[0,0] by 0.12.");
  });

  test("excuses nothing beyond it", async () => {
    const { exitCode, verdict } = await judge("69.2");
    expect([exitCode, verdict]).toEqual([1, "differs"]);
  });

  test("--carry declares how it is rounded, and no other way counts", async () => {
    // e^0.71 = 2.03 and e^0 = 1: 2.03 / 3.03 = 0.67, and 67 of 100; 66.98 is what comes of unrounded steps.
    const declared = await judge("67.00", "--carry", "2");
    expect([declared.exitCode, declared.verdict]).toEqual([0, "agrees"]);
    const other = await judge("66.98", "--carry", "2");
    expect([other.exitCode, other.verdict]).toEqual([1, "differs"]);
    const { stdout } = await runCli(["attend", problem, "--check", "output=66.98", "--carry", "2"]);
    expect(stdout).toContain(
      "These numbers are not rounded as this problem says.\nO[0,0]: you wrote 66.98, but",
    );
  });

  test("--strict takes the written digits alone", async () => {
    const rounded = await judge("67.1", "--strict");
    expect([rounded.exitCode, rounded.verdict]).toEqual([1, "differs"]);
    expect(rounded.diagnosis[0].mistake).toBe("rounded-on-the-way");
    const exact = await judge("66.98", "--strict");
    expect([exact.exitCode, exact.verdict]).toEqual([0, "agrees"]);
    // 73.1 is the weight without √2: a mistake stays that.
    const wrong = await judge("73.1", "--strict");
    expect(wrong.diagnosis[0].mistake).toBe("scale-missing");
  });
});

// Q = [3 1; 1 2; 0 3; −2 0], K = I and V = [1; 2], rows 0 and 1 of the scores swapped, and −2/√2 = −1.41 without its sign.
const SWAPPED = [
  "attend",
  "--query",
  "3 1; 1 2; 0 3; -2 0",
  "--key",
  "1 0; 0 1",
  "--value",
  "1; 2",
  "--check",
];
const SCALED = "scaled-scores=0.71 1.41; 2.12 0.71; 0.00 2.12; 1.41 0.00";
// e^0.71 = 2.03, e^1.41 = 4.10, e^2.12 = 8.33: weights 0.33 0.67; 0.80 0.20; 0.11 0.89; 0.80 0.20.
const WEIGHTS = "weights=0.33 0.67; 0.80 0.20; 0.11 0.89; 0.80 0.20";

test("only the rows that a mistake makes wrong are said to follow from it", async () => {
  const scores = "scores=1 2; 3 1; 0 3; -2 0";
  const { stdout } = await runCli([...SWAPPED, scores, SCALED, WEIGHTS]);
  expect(stdout).toContain("1 Scores: rows 0 and 1 are swapped.");
  expect(stdout).toContain("  Rows 0 and 1 of Scaled scores and Weights follow from this.");
  expect(stdout).toContain("  Row 3 of Weights follows from your number.");
});

test("the arithmetic of a cell goes back to numbers of the sheet", async () => {
  // Rows 0 and 1 of the weights are swapped, and no exponentials are written: 8.33 / (8.33 + 2.03) = 0.804.
  const scaled = SCALED.replace("1.41 0.00", "-1.41 0.00").replace(
    "0.71 1.41; 2.12 0.71",
    "2.12 0.71; 0.71 1.41",
  );
  const { stdout } = await runCli([...SWAPPED, scaled, WEIGHTS.replace(/0.80 0.20$/, "0.20 0.80")]);
  expect(stdout).toContain("α[0,0]: you wrote 0.33, but e^2.12 / (e^2.12 + e^0.71) = 0.804.");
});
