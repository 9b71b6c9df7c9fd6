import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// K = I, q = [1, 0]: weights 0.67 and 0.33; without √2 0.73 and 0.27. V = [[10, 0], [0, 20]].

const PROBLEM = '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[10, 0], [0, 20]]}';
const SHEETS = {
  "sheets/ada.txt": "Name: Ada\nScores: 1 0\nWeights:\n0.67 0.33\n",
  "sheets/bob.json": '{"weights": [[0.73, 0.27]]}',
  "sheets/cy.txt": '{"scores": [[1, 0, 7, 8]]}',
  "sheets/dee.txt": "Weights: not done\n",
};
const given = { "problem.json": PROBLEM, ...SHEETS };
const check = (...words: string[]) => runCli(["check", "problem.json", ...words], { given });

/** Of those that Gradescope knows: score, max_score, status, name, name_format, number, output, output_format, tags, visibility, extra_data. */
const TEST_KEYS = ["max_score", "name", "number", "output", "output_format", "score", "status", "visibility"];

describe("qkv check marks a class", () => {
  test("a row a sheet, with what is wrong; one that cannot be read does not stop the others", async () => {
    const { exitCode, stdout, stderr } = await check("sheets", "--width", "200");
    expect(exitCode).toBe(1);
    expect(stderr).toBe("");
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^sheets\/ada\.txt +✓ right; Not on the sheet: Output$/);
    expect(lines[1]).toMatch(
      /^sheets\/bob\.json +✗ not right, first wrong: weights; The scores were not divided by √d_k; Not on the sheet: Output$/,
    );
    expect(lines[2]).toMatch(/^sheets\/cy\.txt +— not readable; scores is 1×2, but 1×4 cells/);
    expect(lines[3]).toMatch(/^sheets\/dee\.txt +— not answered/);
    expect(stdout).toMatch(/^right +1 of 4$/m);
    expect(stdout).toMatch(/^1 × +The scores were not divided by √d_k\.$/m);
  });

  test("numbers that nothing names are what came out", async () => {
    // 0.67·10 and 0.33·20; without √2 0.73·10 and 0.27·20.
    const files = { ...given, "sheets/eve.txt": "6.7 6.6\n", "sheets/flo.csv": "7.3,5.4\n" };
    const of = (name: string) => runCli(["check", "problem.json", `sheets/${name}`], { given: files });
    expect((await of("eve.txt")).stdout).toMatch(/^Right\. Output ✓\n/);
    expect((await of("flo.csv")).stdout).toContain("The scores were not divided by √d_k.");
  });

  test("a letter is the name of a student, unless the numbers are what it stands for", async () => {
    const numbers = { "s.txt": "0.67 0.33\n", "o.txt": "1 0\n", "a.txt": "6.7 6.6\n", "w.txt": "9 8\n" };
    const of = async (name: string) =>
      (await runCli(["check", "problem.json", name], { given: { ...given, ...numbers } })).stdout;
    // What is right of no step is what came out in the end.
    expect(await Promise.all(Object.keys(numbers).map(of))).toEqual([
      expect.stringMatching(/^Right so far\. Weights ✓\n/),
      expect.stringMatching(/^Right so far\. Scores ✓\n/),
      expect.stringMatching(/^Right\. Output ✓\n/),
      expect.stringMatching(/^Not right yet: \w+ mistakes?\. Output ✗\n/),
    ]);
    const scores = { ...given, "s.txt": "1 5\n" };
    const { stdout } = await runCli(["check", "problem.json", "s.txt"], { given: scores });
    expect(stdout).toMatch(/^Not right yet: one mistake\. Scores ✗\n/);
    // Head 1 has the second column of X, 0 and 1: its scores are 0 0 and 0 1, its weights a half each, and 1 and e over 1 + e.
    const eye = "[[1, 0], [0, 1]]";
    const problem = `{"x": ${eye}, "wq": ${eye}, "wk": ${eye}, "wv": ${eye}, "wo": ${eye}, "heads": 2}`;
    const heads = { "p.json": problem, "a.txt": "0.5 0.5\n0.27 0.73\n" };
    const ofHead = await runCli(["check", "p.json", "a.txt"], { given: heads });
    expect(ofHead.stdout).toMatch(/^Right so far\. Weights of head 1 ✓\n/);
  });

  test("what a title can mean alone was meant, whatever numbers stand below it", async () => {
    // Scores 0: each head takes the mean of its column, 0.5 or 1.5, and W^O makes 1 and 6 of them.
    const zero = "[[0, 0], [0, 0]]";
    const problem = `{"x": [[1, 0], [0, 3]], "wq": ${zero}, "wo": [[2, 0], [0, 4]], "heads": 2}`;
    const files = { "p.json": problem, "s.txt": "Output\n0.50 1.50\n0.50 1.50\n" };
    const { stdout } = await runCli(["check", "p.json", "s.txt"], { given: files });
    expect(stdout).toContain("The output projection W^O was left out.");
    expect(stdout).not.toContain("Not sure");
  });

  test("a step in each file is one sheet, and one step in several files is one of each person", async () => {
    // Q Kᵀ = [[1, 0], [1, 1]] and e^(1/√2) = 2.028: weights 0.67, 0.33 and 0.5, 0.5; output 0.67 + 0.99 = 1.66, 2.66 and 2, 3.
    const problem = '{"q": [[1, 0], [0, 1]], "k": [[1, 1], [0, 1]], "v": [[1, 2], [3, 4]]}';
    const files = {
      "p.json": problem,
      "s.txt": "1 0\n1 1\n",
      "a.txt": "0.67 0.33\n0.5 0.5\n",
      "output.txt": "1.66 2.66\n2 3\n",
      "weights.txt": "0.67 0.33\n0.51 0.5\n",
    };
    const of = (...words: readonly string[]) => runCli(["check", "p.json", ...words], { given: files });
    expect((await of("s.txt", "a.txt", "output.txt")).stdout).toMatch(
      /^Right\. Scores ✓ · Weights ✓ · Output ✓/,
    );
    expect((await of("s.txt", "weights.txt")).stdout).toMatch(
      /^Not right yet: one mistake\. Scores ✓ · Weights ✗/,
    );
    expect((await of("a.txt", "weights.txt")).stdout).toMatch(
      /^a\.txt .*✓ right.*\n(?:.*\n)*weights\.txt .*✗ not right/,
    );
  });

  test("patterns, and files by name; 0 when all are right", async () => {
    const { exitCode, stdout } = await check("sheets/a*.txt");
    // One sheet is marked as --check marks it.
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right so far\./)]);
    expect((await check("sheets/?ob.*", "sheets/ada.txt")).exitCode).toBe(1);
    expect((await check("sheets/*.pdf")).stderr).toContain("sheets/*.pdf contains no sheet.");
  });

  test("one sheet alone is shown with its marks, as much of them as is asked for", async () => {
    const alone = await check("sheets/bob.json");
    expect(alone.exitCode).toBe(1);
    expect(alone.stdout).toMatch(/^Not right yet: one mistake\. Weights ✗\n/);
    expect(alone.stdout).toContain("The scores were not divided by √d_k.");
    expect(alone.stdout).not.toContain("scale-missing");
    expect((await check("sheets/bob.json", "--verbose")).stdout).toContain("(scale-missing)");
    expect((await check("sheets/bob.json", "--hint", "1")).stdout).not.toContain("divided");
    const idle = "note: --hint changes nothing here: it is about marked sheets";
    expect((await check("sheets", "--hint", "1")).stderr).toContain(idle);
    expect((await check("sheets/bob.json", "--hint", "1", "-o", "csv")).stderr).toContain(idle);
  });

  test("as CSV and Markdown", async () => {
    const { stdout } = await check("sheets", "-o", "csv");
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("sheet,verdict,first wrong step,mistake,in words,answered,of,steps,of steps");
    expect(lines[1]).toBe("sheets/ada.txt,right,,,,4,4,2,6");
    expect(lines[2]).toBe(
      "sheets/bob.json,not right,weights,scale-missing,The scores were not divided by √d_k.,2,2,1,6",
    );
    expect(lines[3]).toMatch(/^sheets\/cy\.txt,not readable,,SHAPE_MISMATCH,"scores is 1×2/);
    const table = (await check("sheets", "-o", "markdown")).stdout.split("\n");
    expect(table[1]).toBe("|---|---|---|---|---|---:|---:|---:|---:|");
    expect(table[2]).toBe("| sheets/ada.txt | right |  |  |  | 4 | 4 | 2 | 6 |");
  });

  test("as JSON, judged as each is alone", async () => {
    const { sheets, right, of, tally } = JSON.parse((await check("sheets", "--json")).stdout);
    expect([right, of, tally]).toEqual([1, 4, { "scale-missing": 1 }]);
    for (const { sheet, check: inClass, error } of sheets) {
      const alone = await runCli(["attend", "problem.json", "--check", sheet, "--json"], { given });
      if (error) expect(JSON.parse(alone.stderr).error).toMatchObject({ code: error.code, line: error.line });
      else expect(inClass).toEqual(JSON.parse(alone.stdout).check);
    }
  });

  test("sheets that differ in −∞ and a blank alone are not taken for each other", async () => {
    const masked = ["check", '{"scores": [[1, 2]], "settings": {"keyLength": 1}}'];
    const sheets = [
      ["1", "-inf"],
      ["1", "nan"],
    ].map((row) => `masked-scores = [[${row.join(", ")}]]`);
    const { stdout } = await runCli([...masked, ...sheets, "-o", "csv"]);
    expect(
      stdout
        .split("\n")
        .slice(1, 3)
        .map((line) => /,(right|not right),/.exec(line)?.[1]),
    ).toEqual(["right", "not right"]);
  });

  test("a marked sheet for each person", async () => {
    const { files } = await check("sheets", "--feedback", "marked");
    expect(Object.keys(files)).toEqual([
      "marked/ada.txt",
      "marked/bob.txt",
      "marked/cy.txt",
      "marked/dee.txt",
    ]);
    const text = (name: string) => new TextDecoder().decode(files[name]);
    const alone = await runCli(["attend", "problem.json", "--check", "sheets/bob.json"], { given });
    expect(text("marked/bob.txt")).toBe(alone.stdout);
    expect(text("marked/cy.txt")).toContain("This file could not be read: sheets/cy.txt: scores is 1×2");
    const markdown = await check("sheets/bob.json", "-o", "markdown", "--feedback", "marked");
    expect(new TextDecoder().decode(markdown.files["marked/bob.md"])).toBe(
      `# bob\n\n\`\`\`text\n${alone.stdout}\`\`\`\n`,
    );
  });

  test("for Gradescope", async () => {
    const { stdout, exitCode } = await check(
      "sheets/bob.json",
      "--require",
      "scores,weights",
      "--gradescope",
    );
    const results = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    // What Gradescope documents for autograders: no score of the whole beside those of the tests, numbers as text.
    expect(Object.keys(results).sort()).toEqual(["output", "output_format", "tests", "visibility"]);
    expect(results.visibility).toBe("visible");
    for (const one of results.tests) {
      expect(Object.keys(one).sort()).toEqual(TEST_KEYS);
      expect(one).toMatchObject({ output_format: "text", visibility: "visible" });
      expect(typeof one.output).toBe("string");
      expect(one.number).toMatch(/^\d+$/);
    }
    expect(results.output_format).toBe("ansi");
    expect(results.output).toContain("\u001b[");
    expect(
      results.tests.map(({ name, score, max_score, status }: Record<string, unknown>) => [
        name,
        score,
        max_score,
        status,
      ]),
    ).toEqual([
      ["scores", 0, 1, "failed"],
      ["weights", 0, 1, "failed"],
    ]);
    const unreadable = JSON.parse((await check("sheets/cy.txt", "--gradescope")).stdout);
    expect([unreadable.score, unreadable.output.includes("could not be read")]).toEqual([0, true]);
    expect((await check("sheets", "--gradescope")).stderr).toContain("--gradescope is for one submission");
  });

  test("the command follows from the problem", async () => {
    // Two heads of one column: scores 1·1 + 0, weights 1/(1 + e^…) are not asked here.
    const heads = {
      "p.json": '{"x": [[1, 0], [0, 1]], "settings": {"heads": 2}}',
      "s.txt": "head 0/scores = [[1, 0], [0, 0]]",
    };
    expect((await runCli(["check", "p.json", "s.txt"], { given: heads })).exitCode).toBe(0);
    const positions = {
      "p.json": '{"settings": {"length": 2, "dModel": 2}}',
      "s.txt": "Encoding:\n0 1\n0.84 0.54\n",
    };
    expect((await runCli(["check", "p.json", "s.txt"], { given: positions })).exitCode).toBe(0);
    expect((await runCli(["check", "p.json", "s.txt", "--posenc"], { given: positions })).exitCode).toBe(0);
    const both = await runCli(["check", "p.json", "s.txt", "--posenc", "--layer"], { given: positions });
    expect(both.stderr).toContain("contradict each other");
  });

  test("a problem may be given by options", async () => {
    // e^1/(e^1 + e^1) = 0.5: with --causal the first query sees itself alone.
    const matrices = ["--query", "1 0; 1 1", "--key", "1 0; 0 1", "--value", "1 2; 3 4"];
    const sheet = "weights = [[1, 0], [0.5, 0.5]]";
    const exitOf = async (...words: string[]) => (await runCli(["check", ...words])).exitCode;
    expect(await exitOf(...matrices, "--causal", sheet)).toBe(0);
    expect(await exitOf(...matrices, sheet)).toBe(1);
    // The demo over √2 has 1/√2 = 0.71; with a scale of 1 its scores stay.
    expect(await exitOf("--demo", "--scale", "1", "scaled-scores = [[1,0,2],[2,2,0],[2,1,2]]")).toBe(0);
    expect(await exitOf("--demo", "scaled-scores = [[1,0,2],[2,2,0],[2,1,2]]")).toBe(1);
    // sin 0 and cos 0 whatever the base; sin 1 and cos 1 in its first pair.
    const encoding = "encoding = [[0, 1, 0, 1], [0.84, 0.54, 0.10, 0.995]]";
    const table = { "t.json": '{"settings": {"length": 2, "dModel": 4}}' };
    const based = await runCli(["check", "t.json", encoding, "--base", "100"], { given: table });
    expect(based.exitCode).toBe(0);
    expect((await runCli(["check", "t.json", encoding], { given: table })).exitCode).toBe(1);
  });

  test("a problem may stand behind its sheets", async () => {
    const ada = SHEETS["sheets/ada.txt"];
    const matrices = { "Q.csv": "1,0\n", "K.csv": "1,0\n0,1\n", "V.csv": "10,0\n0,20\n" };
    const renamed = Object.fromEntries(Object.entries(matrices).map(([name, text]) => [`hw_${name}`, text]));
    const files = { ...given, ...matrices, ...renamed, "x.txt": ada, "k.txt": ada };
    const printed = async (line: string) => {
      const { exitCode, stdout } = await runCli(["check", ...line.split(" ")], { given: files });
      return { exitCode, stdout };
    };
    const usual = await printed("problem.json sheets/ada.txt");
    expect(usual.stdout).toMatch(/^Right so far\./);
    for (const line of [
      "sheets/ada.txt problem.json",
      "sheets/ada.txt Q.csv K.csv V.csv",
      "Q.csv sheets/ada.txt K.csv V.csv",
      "Q.csv K.csv V.csv --check sheets/ada.txt",
      "hw_Q.csv hw_K.csv hw_V.csv sheets/ada.txt",
    ])
      expect(await printed(line), line).toEqual(usual);
    // Somebody may be called like an input.
    for (const line of ["problem.json x.txt", "Q.csv K.csv V.csv k.txt"])
      expect(await printed(line), line).toEqual(usual);
    const { stderr } = await runCli(["check", "Q.csv", "K.csv", "V.csv"], { given: files });
    expect(stderr).toContain("Q.csv, K.csv, V.csv are the problem, but no sheet is named.");
  });

  test("an option of another command is refused", async () => {
    const { exitCode, stderr } = await runCli([
      "check",
      "--demo",
      "--posenc",
      "--softcap",
      "5",
      "encoding = [[0]]",
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("The problem is for qkv posenc, which has no --softcap.");
    const none = await runCli(["check", "--query", "1 0", "--key", "1 0", "--value", "1"]);
    expect(none.stderr).toContain("no sheet is named");
  });

  test("what is missing is said", async () => {
    expect((await runCli(["check", "problem.json"], { given })).stderr).toContain(
      "problem.json: only inputs: qkv found no answers",
    );
    expect((await check("sheets", "-o", "npz")).stderr).toContain(
      "table, json, csv, markdown, html or junit, not as npz",
    );
    const why = await check("sheets", "--why", "weights[0,0]", "-o", "csv");
    expect(why.stderr).toContain("note: --why changes nothing here: it is about one run");
  });
});

test("300 sheets are marked, a row each", async () => {
  const many: Record<string, string> = { "problem.json": PROBLEM };
  for (let at = 0; at < 300; at++)
    many[`class/${at}.txt`] =
      at % 3 === 0
        ? SHEETS["sheets/bob.json"]
        : `Name: P${at}\nScores: 1 0\nWeights:\n${at % 3 === 1 ? "0.67 0.33" : "0.73 0.27"}\nOutput:\n6.70 6.60\n`;
  const { stdout } = await runCli(["check", "problem.json", "class", "--json"], { given: many });
  expect(JSON.parse(stdout)).toMatchObject({ of: 300, right: 100 });
});
