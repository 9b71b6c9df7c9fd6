import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { SHEET_FORMS } from "../support/written-sheets.js";

// The demo of attend, worked by hand to two decimals: q·k, over √2, e^s, their sums, shares, and the values in these shares.

const RIGHT = [
  {
    id: "scores",
    rows: [
      ["1", "0", "2"],
      ["2", "2", "0"],
      ["2", "1", "2"],
    ],
  },
  {
    id: "scaled-scores",
    rows: [
      ["0.71", "0.00", "1.41"],
      ["1.41", "1.41", "0.00"],
      ["1.41", "0.71", "1.41"],
    ],
  },
  {
    id: "exponentials",
    rows: [
      ["2.03", "1.00", "4.11"],
      ["4.11", "4.11", "1.00"],
      ["4.11", "2.03", "4.11"],
    ],
  },
  { id: "row-sums", rows: [["7.14"], ["9.23"], ["10.25"]] },
  {
    id: "weights",
    rows: [
      ["0.28", "0.14", "0.58"],
      ["0.45", "0.45", "0.11"],
      ["0.40", "0.20", "0.40"],
    ],
  },
  {
    id: "output",
    rows: [
      ["1.44", "1.29"],
      ["0.66", "0.66"],
      ["1.20", "1.00"],
    ],
  },
];

/** The scores divided by 2 in place of √2, and what comes of it: e^0.5 = 1.65, e^1 = 2.72. */
const HALVED = [
  RIGHT[0],
  {
    id: "scaled-scores",
    rows: [
      ["0.50", "0.00", "1.00"],
      ["1.00", "1.00", "0.00"],
      ["1.00", "0.50", "1.00"],
    ],
  },
  {
    id: "exponentials",
    rows: [
      ["1.65", "1.00", "2.72"],
      ["2.72", "2.72", "1.00"],
      ["2.72", "1.65", "2.72"],
    ],
  },
];

const TOKENS = ["please", "study", "man"];

const judge = async (text: string, name = "sheet.txt", ...options: readonly string[]) => {
  const { exitCode, stdout, stderr } = await runCli(
    ["attend", "--demo", "--check", name, "--json", ...options],
    { given: { [name]: text } },
  );
  if (exitCode === 2) return stderr;
  const { check } = JSON.parse(stdout);
  const [found] = check.diagnosis;
  return {
    verdict: check.verdict,
    steps: check.answered.steps,
    first: check.firstWrongStep?.id,
    mistake: found?.mistake,
  };
};

describe("a sheet is read as people write it", () => {
  test.each(Object.entries(SHEET_FORMS))("%s", async (_, write) => {
    expect(await judge(write(RIGHT, TOKENS))).toMatchObject({ verdict: "agrees", steps: 6 });
    expect(await judge(write(HALVED, TOKENS))).toMatchObject({ verdict: "differs", first: "scaled-scores" });
  });
});

describe("what qkv printed is read back", () => {
  test.each([
    ["attend --demo", 6, 6],
    ["attend --demo --causal", 7, 5],
    ["multihead --demo", 24, 3],
    ["posenc --demo", 9, 1],
    ["layer --demo", 38, 4],
    ["attend --demo --backward ones", 14, 6],
    ["multihead --demo --backward ones", 53, 3],
  ])("qkv %s", async (line, all, brief) => {
    for (const shown of ["", " --ascii", " --width 60", " --precision 2"]) {
      for (const [full, steps] of [
        ["", brief],
        [" --full", all],
      ] as const) {
        const { stdout } = await runCli(`${line}${shown}${full}`.split(" "));
        const read = await runCli([...line.split(" "), "--check", "sheet.txt", "--json"], {
          given: { "sheet.txt": stdout },
        });
        expect(read.exitCode, line + shown + full + read.stderr).toBe(0);
        const { answered } = JSON.parse(read.stdout).check;
        expect(answered.steps).toBe(steps);
        if (full !== "") expect(answered.ofSteps).toBe(steps);
      }
    }
  });

  test("tables beside each other are those of their heads", async () => {
    const { stdout } = await runCli(["multihead", "--demo"]);
    // The largest weight of head 1, 0.8066, stands in no other table.
    const given = { "sheet.txt": stdout.replace("0.8066  0.0967", "0.7066  0.1967") };
    const { stdout: json } = await runCli(["multihead", "--demo", "--check", "sheet.txt", "--json"], {
      given,
    });
    expect(JSON.parse(json).check.firstWrongStep).toMatchObject({ scope: "head 1", id: "weights" });
  });

  test("steps that are called alike are told apart by their formulas", async () => {
    const { stdout } = await runCli(["layer", "--demo", "--full"]);
    const at = stdout.lastIndexOf("Residual sum 2");
    const given = {
      "sheet.txt":
        stdout.slice(0, at) +
        stdout
          .slice(at)
          .replace(/(please +)(-?\d+\.\d)/, "$1 9$2")
          .replace(/9-/, "-9"),
    };
    const { stdout: json } = await runCli(["layer", "--demo", "--check", "sheet.txt", "--json"], { given });
    expect(JSON.parse(json).check.firstWrongStep.id).toBe("residual-2");
  });
});

const SCORES = "1 0 2\n2 2 0\n2 1 2\n";
const SCALED = "0.71 0 1.41\n1.41 1.41 0\n1.41 0.71 1.41\n";

describe("what people write over a step", () => {
  test.each([
    ["scores", "Scores S = QKᵀ:", SCORES],
    ["scores", "$S = QK^\\top$", SCORES],
    ["scores", "2.1 Dot products (before scaling)", SCORES],
    ["scaled-scores", "Scaled scores (divide by sqrt(2)):", SCALED],
    ["scaled-scores", "S' = S/1.414 =", SCALED],
    ["scaled-scores", "Step 2 - Scaled scores, rounded to 2 decimals", SCALED],
    ["scaled-scores", "\\subsection*{Scaled scores $\\frac{QK^\\top}{\\sqrt{d_k}}$}", SCALED],
    ["scaled-scores", "Scale by $1/\\sqrt{d_k} = 1/1.41$", SCALED],
    ["scaled-scores", "Divided by sqrt(dk)=1.41:", SCALED],
    ["scaled-scores", "S/1.41 =", SCALED],
    ["scaled-scores", "1/sqrt(d_k) QK^T", SCALED],
    ["scaled-scores", "(1/√d_k) (Q·Kᵀ) =", SCALED],
    ["weights", "Divide by the row sums:", "28% 14% 58%\n45% 45% 11%\n40% 20% 40%\n"],
    ["weights", "(row-wise softmax)", "28% 14% 58%\n45% 45% 11%\n40% 20% 40%\n"],
    ["output", "·V", "1.44 1.29\n0.66 0.66\n1.20 1.00\n"],
    [
      "weights",
      "Attention weights α (softmax of the scaled scores)",
      "28% 14% 58%\n45% 45% 11%\n40% 20% 40%\n",
    ],
    ["output", "Output (weights × V)", "1.44 1.29\n0.66 0.66\n1.20 1.00\n"],
  ])("%s: %s", async (id, title, rows) => {
    const { stdout } = await runCli(["attend", "--demo", "--check", "sheet.txt", "--json"], {
      given: { "sheet.txt": `${title}\n${rows}` },
    });
    expect(JSON.parse(stdout).check.steps.map((step: { id: string }) => step.id)).toEqual([id]);
    expect(JSON.parse(stdout).check.verdict).toBe("agrees");
  });
});

describe("nothing is guessed with --strict-reading", () => {
  test.each([
    ["a row of three", `Scores:\n${SCORES}Wieghts:\n0.28 0.14 0.58\n`, "1 of 3 rows were found", 6],
    ["numbers above every name", `4 5 6\nScores:\n${SCORES}`, "may be something else", 1],
    ["rows of different lengths", "Scores:\n1 0 2\n2 2\n2 1 2\n", "2 of 3 rows were found", 2],
    ["two answers to one step", `Scores:\n${SCORES}S:\n1 0 2\n2 2 0\n2 1 3\n`, "may be something else", 2],
    ["a letter for a digit", `Scores:\n${SCORES.replace("1", "l")}`, "“l” was read as 1", 2],
  ])("%s", async (_, sheet, said, line) => {
    const error = String(await judge(sheet, "sheet.txt", "--strict-reading"));
    expect(JSON.parse(error).error).toMatchObject({ code: "AMBIGUOUS", source: "sheet.txt", line });
    expect(error).toContain(said);
  });

  test("a head that may be the first or the second", async () => {
    const weights = "0.1 0.4 0.5\n0.1 0.3 0.6\n0.1 0.3 0.6\n";
    const { exitCode, stderr } = await runCli(
      ["multihead", "--demo", "--check", "sheet.txt", "--strict-reading"],
      { given: { "sheet.txt": `Head 1\nWeights\n${weights}` } },
    );
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("AMBIGUOUS")]);
  });
});

test("what is skipped is told", async () => {
  const given = { "sheet.txt": `Name: Ada, 3b, ID 12345\nScores:\nI did this.\n${SCORES}` };
  const short = await runCli(["attend", "--demo", "--check", "sheet.txt"], { given });
  expect(short.stderr).toBe(
    "note: sheet.txt: 2 lines are not answers and were skipped; --verbose shows them\n",
  );
  const long = await runCli(["attend", "--demo", "--check", "sheet.txt", "--verbose"], { given });
  expect(long.stderr).toContain('note: sheet.txt:1: skipped "Name: Ada, 3b, ID 12345"\n');
  expect(long.stderr).toContain('note: sheet.txt:3: skipped "I did this."\n');
});

test("rows of nothing but −∞ are rows", async () => {
  for (const row of ["-inf -inf -inf", "study: -inf -inf -inf", "-∞ −∞ -∞", "-Infinity, -inf, -inf"]) {
    const error = String(await judge(`Scores:\n1 0 2\n${row}\n2 1 2\n`));
    expect(error).not.toContain("2×3");
    expect(error).not.toContain("may belong");
  }
  expect(await judge("Scores:\n1 0 2\n-inf -inf -inf\n2 1 2\n")).toMatchObject({
    verdict: "differs",
    first: "scores",
  });
});

test("cells that say where they stand are put there, and a step that the run has not is left", async () => {
  const cells = "please·man = 2, please·study = 0, please·please = 1\n";
  const others = "study·man=0 study·study=2 study·please=2\nman·man=2 man·study=1 man·please=2\n";
  const sheet = `Scores:\n${cells}${others}Masked scores: n/a\n`;
  expect(await judge(sheet)).toMatchObject({ verdict: "agrees", steps: 1 });
  expect(await judge(sheet.replace("please·man = 2", "please·man = 1"))).toMatchObject({ first: "scores" });
  expect(
    await judge("Scores:\nq1k1=1 q1k2=0 q1k3=2\nq2k1=2 q2k2=2 q2k3=0\nq3k1=2 q3k2=1 q3k3=2\n"),
  ).toMatchObject({ verdict: "agrees" });
});

test("steps without rows are not answered", async () => {
  const sheet = `1) Scores\n${SCORES}2) Scaled scores: not done\n3) Weights:\n4) Output\n-\n`;
  expect(await judge(sheet)).toMatchObject({ verdict: "agrees", steps: 1 });
  expect(await judge("Scores:\nWeights: ?\n")).toMatchObject({ verdict: "unanswered", steps: 0 });
});

describe("rows and columns are found by their names", () => {
  const labelled = "Scores\n     man please study\nman: 2 2 1\nstudy: 0 2 2\nplease: 2 1 0\n";

  test("in any order, in a sheet and in a file of one step", async () => {
    expect(await judge(labelled)).toMatchObject({ verdict: "agrees" });
    const csv = ",man,please,study\nman,2,2,1\nstudy,0,2,2\nplease,2,1,0\n";
    expect(await judge(csv, "scores.csv")).toMatchObject({ verdict: "agrees" });
    expect(await judge(csv.replace("0,2,2", "2,2,0"), "scores.csv")).toMatchObject({ verdict: "differs" });
    const table =
      "| | man | please | study |\n|---|---|---|---|\n| man | 2 | 2 | 1 |\n| study | 0 | 2 | 2 |\n| please | 2 | 1 | 0 |\n";
    expect(await judge(table, "scores.md")).toMatchObject({ verdict: "agrees" });
  });

  test("names that only count go by their place", async () => {
    expect(await judge("Scores\nq1: 1 0 2\nq2: 2 2 0\nq3: 2 1 2\n")).toMatchObject({ verdict: "agrees" });
  });

  test("tokens may be any text", async () => {
    const tokens = ["--tokens", "[CLS] <s> 12"];
    const sheet = `Scores\n[CLS] 1 0 2\n<s> 2 2 0\n12 2 1 2\nWeights\n,12,[CLS],<s>\n12,0.40,0.40,0.20\n<s>,0.11,0.45,0.45\n[CLS],0.58,0.28,0.14\n`;
    const run = (text: string, name: string) =>
      runCli(["attend", "--demo", ...tokens, "--check", name], { given: { [name]: text } });
    expect((await run(sheet, "sheet.txt")).exitCode).toBe(0);
    expect((await run(sheet.replace("0.58,0.28", "0.28,0.58"), "sheet.txt")).exitCode).toBe(1);
    expect((await run(sheet.slice(sheet.indexOf(",12")), "weights.csv")).exitCode).toBe(0);
  });
});

describe("a sheet of no known form is read by what explains its numbers", () => {
  test.each([
    ["a name of two steps", `Scores (after scaling):\n${SCALED}`, "scaled-scores"],
    ["scores of what kind", `Scores before softmax:\n${SCORES}`, "scores"],
    ["a name that is none", `Scores:\nZzyzx:\n${SCORES}`, "scores"],
    ["numbers in a sentence", `Scores:\n${SCORES}So the largest is 2.\n`, "scores"],
    ["numbers above every name", `4 5 6\nScores:\n${SCORES}`, "scores"],
  ])("%s", async (_, sheet, id) => {
    const run = await runCli(["attend", "--demo", "--check", "sheet.txt", "--json"], {
      given: { "sheet.txt": sheet },
    });
    const { check } = JSON.parse(run.stdout);
    expect([run.exitCode, check.verdict, check.steps.map((step: { id: string }) => step.id)]).toEqual([
      0,
      "agrees",
      [id],
    ]);
  });

  test.each([
    ["a row of three", `Scores:\n${SCORES}Wieghts:\n0.28 0.14 0.58\n`, "1 of 3 rows were found"],
    ["rows of different lengths", "Scores:\n1 0 2\n2 2\n2 1 2\n", "2 of 3 rows were found"],
    ["numbers beside a name that are no rows", "Weights (0.67 and 0.33)\nScores:\n1 0 2\n", "may be weights"],
  ])("%s is a doubt, and not called right", async (_, sheet, doubt) => {
    const run = await runCli(["attend", "--demo", "--check", "sheet.txt"], { given: { "sheet.txt": sheet } });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/^Not sure (?:how to read|about) this sheet\./);
    expect(run.stdout.replace(/\s+/g, " ")).toContain(doubt);
  });

  test("what was read and what was left out is told", async () => {
    const weights = "0.28 0.14 0.58\n0.45 0.45 0.11\n0.40 0.20 0.40\n";
    const sheet = `Weights:\n0.3 0.1 0.6\n0.4 0.4 0.2\n0.4 0.2 0.4\n\nSo. Again the weights:\n${weights}\nmy numbers\n7 12 19 23\n`;
    const run = await runCli(["attend", "--demo", "--check", "sheet.txt"], { given: { "sheet.txt": sheet } });
    expect(run.stdout).toContain("lines 7–9: weights, 3×3");
    expect(run.stdout).toContain("lines 2–4: an earlier attempt at weights, not judged");
    expect(run.stdout).toContain("line 12: not used: 7 12 19 23");
    const json = await runCli(["attend", "--demo", "--check", "sheet.txt", "--json"], {
      given: { "sheet.txt": sheet },
    });
    const { check } = JSON.parse(json.stdout);
    expect(check.read).toEqual([
      { key: "weights", input: false, lines: [[7, 9]], shape: [3, 3], notes: [], doubts: [] },
    ]);
    expect(check.unused).toEqual([{ lines: [12, 12], text: "7 12 19 23" }]);
  });
});
