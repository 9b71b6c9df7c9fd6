import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// What options do together, and what is said of command lines that make no sense.

const DEMO = ["attend", "--demo"];

describe("--why in JSON", () => {
  const why = async (...argv: string[]) => JSON.parse((await runCli([...argv, "--json"])).stdout).why;
  interface Part {
    readonly parts: readonly Part[];
  }
  const count = ({ parts }: Part): number => parts.reduce((sum, part) => sum + count(part), 1);

  test("goes down to the inputs", async () => {
    const found = await why(...DEMO, "--why", "weights[1,2]");
    expect(found).not.toHaveProperty("depth");
    expect(found).toEqual(await why(...DEMO, "--why", "weights[1,2]", "--depth", "9"));
  });
  test("of a large run as many whole steps as come to 10,000 numbers, and says how many", async () => {
    const large = ["multihead", "--random", "--heads", "64", "--d-model", "64", "--length", "200"];
    const found = await why(...large, "--why", "output[0,0]", "--steps", "none");
    expect(found.depth).toBe(2);
    expect(count(found)).toBe(1 + 64 + 64); // 64 columns of concat, each one of a head's context; then 64·400
    const { depth: _, ...rest } = found;
    expect(rest).toEqual(await why(...large, "--why", "output[0,0]", "--steps", "none", "--depth", "2"));
  });
});

describe("options that go together, or do not", () => {
  const CELL = ["--why", "weights[0,0]"];
  test.each([
    [[...CELL, "--only", "weights"], "--only weights writes one matrix, and --why something else."],
    [["--quiet", "--verbose"], "--quiet and --verbose contradict each other"],
    [["--plot", "curves"], "nothing to draw as curves"],
    [["--output", ""], "--output names no file"],
    [["--why", ""], '"" names no cell'],
    [["--uses", ""], '"" names no cell'],
  ])("%j is refused, with a hint", async (argv, message) => {
    const { exitCode, stdout, stderr } = await runCli([...DEMO, ...argv]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^hint: \S/m);
  });
  test.each([
    [["--depth", "1"], "--why"],
    [["--hint", "1"], "--check as text"],
    [["--show-solution"], "--check as text"],
    [["--carry-steps", "scores"], "--carry"],
    [["--force"], "a file that --output names"],
    [["--labels"], "csv and tsv"],
    [["--align", "top-left"], "--causal, a window or local scoring"],
    [["--length", "3"], "what --random draws"],
    [["--batch", "0"], "arrays with an axis for batches"],
  ])("what %j changes is nothing: one line says so, and the run goes on", async (argv, about) => {
    const { exitCode, stdout, stderr } = await runCli([...DEMO, ...argv]);
    const option = argv.findLast((word) => word.startsWith("--"));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `note: ${option} changes nothing here: it is about ${about}\n`,
    });
    const without = argv.slice(0, argv.lastIndexOf(option ?? ""));
    const plain = (text: string) => text.replace(/To repeat this run[\s\S]*/, "");
    expect(plain(stdout)).toBe(plain((await runCli([...DEMO, ...without])).stdout));
    expect((await runCli([...DEMO, ...argv, "--quiet"])).stderr).toBe("");
  });
  test("the activation of a layer without a feed-forward is told", async () => {
    const { stdout, stderr } = await runCli(["layer", "--x", "1 2", "--activation", "gelu", "--json"]);
    expect(stderr).toBe("note: --activation changes nothing here: it is about a feed-forward (w1 and w2)\n");
    expect(JSON.parse(stdout).conventions).toMatchObject({ feedForward: "none" });
  });
  test("a window to the right of a causal mask, as flash-attention's users write it, changes no number", async () => {
    const weights = async (...argv: readonly string[]) => {
      const { stdout, stderr } = await runCli([...DEMO, "--causal", ...argv, "--json"]);
      return { weights: JSON.parse(stdout).weights, stderr };
    };
    const plain = await weights();
    expect(await weights("--window-right", "0")).toEqual({
      ...plain,
      stderr:
        "note: --window-right changes nothing here: it is about keys after the query, which --causal and --window hide\n",
    });
  });
  test("a sheet is marked and a cell explained, in one go", async () => {
    const { exitCode, stdout } = await runCli([...DEMO, "--check", "scores=1 0 2; 2 2 0; 2 1 2", ...CELL]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Right so far\. Scores ✓\n.*weights\[please,please\] = 0\.2840/s);
  });
  test("of --color and --no-color the last counts", async () => {
    const plain = (await runCli([...DEMO, "--color", "always", "--no-color"])).stdout;
    const coloured = (await runCli([...DEMO, "--no-color", "--color", "always"])).stdout;
    expect([plain, coloured].map((text) => text.includes("\u001b["))).toEqual([false, true]);
  });
});

describe("the command line as it was typed", () => {
  test.each([
    [["help", "nope"], 'no command or topic "nope"', "The topics are inputs, mask"],
    [["help", "atend"], 'no command or topic "atend"', "Did you mean qkv attend?"],
    [["problem.json"], "unknown command 'problem.json'", "Did you mean qkv attend problem.json?"],
    [
      ["systems", "--precision", "2"],
      "unknown option '--precision'",
      "--precision is an option of qkv attend",
    ],
    [["attend", "--check", "weights=1", "p.json"], "no SOURCE is left", "Give SOURCE first"],
    [
      ["posenc", "--length", "1e15", "--d-model", "4"],
      "1000000000000000×4 numbers, more than fit into memory",
      "Make it smaller",
    ],
    [["posenc", "--length", "1e9", "--d-model", "4"], "at most 268435456 are kept", "--positions 0,1000000"],
    [["multihead", "--demo", "--head", "2"], "There is no head 2 in this run", "It has head 0 to head 1."],
    [["attend", "--demo", "--head", "0"], "There is no head 0 in this run", "qkv multihead has"],
    [["compare-scoring", "--demo", "--head", "0"], "There is no head 0", "/weights'"],
    [["attend", "--scale"], "--scale needs a value.", "--scale <s>: multiplies the scores"],
    [["attend", "--scale", "--json"], "--scale needs a value; found --json.", "--scale <s>: multiplies"],
  ])("%j", async (argv, message, hint) => {
    const { exitCode, stderr } = await runCli(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });
  test("help of help is help", async () => {
    const help = await runCli(["help", "help"]);
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    expect(help.stdout).toBe((await runCli(["--help"])).stdout);
  });
});

describe("--ascii", () => {
  const ASCII = /^[\n -~]*$/;
  test.each([["systems"], ["systems", "luong-general"], ["systems", "bahdanau"]])("%j", async (...argv) => {
    expect((await runCli([...argv, "--ascii"])).stdout).toMatch(ASCII);
  });
  test("what is said on stderr, too", async () => {
    const argv = ["attend", "--query", "1 0", "--key", "1 0 0"];
    expect((await runCli(argv)).stderr).toContain("1×2");
    const { stderr } = await runCli([...argv, "--ascii"]);
    expect(stderr).toMatch(ASCII);
    expect(stderr).toContain("query is 1x2");
  });
  test("but JSON is JSON", async () => {
    const { stderr } = await runCli(["attend", "--query", "1 0", "--key", "1 0 0", "--ascii", "--json"]);
    expect(JSON.parse(stderr).error.message).toContain("1×2");
  });
});

test("an error in a matrix of the command line names the option as it is typed", async () => {
  const { stderr } = await runCli(["layer", "--demo", "--norm1-bias", "1 2 3"]);
  expect(stderr).toMatch(/^error: --norm1-bias:1:1: /);
});
