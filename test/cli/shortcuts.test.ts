import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// A shortcut is a name for what another command does: the same numbers, and a run that is repeated with the command itself.

const json = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout);
};

describe.each<[string, readonly string[], readonly string[]]>([
  ["softmax", ["softmax", "2 1 0.1"], ["attend", "--scores", "2 1 0.1"]],
  [
    "a temperature",
    ["softmax", "2 1 0.1", "--temperature", "0.5"],
    ["attend", "--scores", "2 1 0.1", "--temperature", "0.5"],
  ],
  ["numbers as a shell takes them apart", ["softmax", "2", "-1", "0.1"], ["attend", "--scores", "2 -1 0.1"]],
  ["a row that begins with a minus", ["softmax", "-1 2; .5 -3"], ["attend", "--scores", "-1 2; .5 -3"]],
  ["a mask", ["softmax", "2 1; 0 1", "--causal"], ["attend", "--scores", "2 1; 0 1", "--causal"]],
  [
    "rope",
    ["rope", "1 0 1 0; 1 0 1 0", "--positions", "2,5"],
    ["posenc", "--kind", "rope", "--x", "1 0 1 0; 1 0 1 0", "--positions", "2,5"],
  ],
  [
    "rope with the positions behind the vectors",
    ["rope", "1 0 1 0; 1 0 1 0", "2 5"],
    ["posenc", "--kind", "rope", "--x", "1 0 1 0; 1 0 1 0", "--positions", "2,5"],
  ],
  [
    "rope of a length",
    ["rope", "--length", "3", "--d-model", "4"],
    ["posenc", "--kind", "rope", "--length", "3", "--d-model", "4"],
  ],
  ["rope", ["rope", "3", "4"], ["posenc", "--kind", "rope", "--length", "3", "--d-model", "4"]],
  ["rope", ["rope", "4", "--length", "3"], ["posenc", "--kind", "rope", "--length", "3", "--d-model", "4"]],
  [
    "alibi",
    ["alibi", "--length", "3", "--heads", "3"],
    ["posenc", "--kind", "alibi", "--length", "3", "--heads", "3"],
  ],
  ["alibi of positions", ["alibi", "0 5"], ["posenc", "--kind", "alibi", "--positions", "0 5"]],
  ["explain", ["explain", "weights[0,1]", "--demo"], ["attend", "--demo", "--why", "weights[0,1]"]],
])("%s", (_, short, long) => {
  test("is what the command gives", async () => {
    expect(await json(...short)).toEqual(await json(...long));
  });
});

test("a temperature of 2 halves the scores: e^1 : e^0 are the weights of 2 and 0", async () => {
  const { weights } = await json("softmax", "2 0", "--temperature", "2");
  expect(weights[0][0] / weights[0][1]).toBeCloseTo(Math.E, 12);
});

test("what a shortcut reads may come from standard input, a file of any name, or a bundle", async () => {
  const direct = await json("softmax", "2 1 0.1");
  const given = { "logits.csv": "2,1,0.1\n", "problem.json": '{"scores": [[2, 1, 0.1]]}' };
  for (const argv of [["-"], [], ["logits.csv"], ["problem.json"]]) {
    const { stdout } = await runCli(["softmax", ...argv, "--json"], { given, stdin: "2 1 0.1" });
    expect(JSON.parse(stdout), argv.join()).toEqual(direct);
  }
});

test("a cell is explained of files, wherever it stands among them", async () => {
  const given = { "q.csv": "1,0\n", "k.csv": "1,0\n0,1\n", "v.csv": "1\n2\n" };
  const run = (...argv: string[]) => runCli(["explain", ...argv], { given });
  const first = await run("weights[0,1]", "q.csv", "k.csv", "v.csv");
  expect(first.stdout).toMatch(/^weights\[0,1\] = 0\.3302/); // 1/(1 + e^(1/√2))
  expect((await run("q.csv", "k.csv", "v.csv", "weights[0,1]")).stdout).toBe(first.stdout);
});

test.each([
  [["explain", "--query", "1 0"], "No cell is named.", "qkv explain 'weights[1,0]' --demo"],
  [["softmax", "1 2", "--temperature", "0"], '--temperature: "0" is not a number above 0.', ""],
  [["rope", "1 0", "--kind", "alibi"], "unknown option '--kind'.", "--kind is an option of qkv posenc."],
  [["softmax", "1 2; 3"], "row", ""],
  [
    ["softmax", "1 2", "3 4"],
    "scores is already given (SOURCE), and the name of this matrix is unknown.",
    "with ; between them",
  ],
])("%j is refused", async (argv, message, hint) => {
  const { exitCode, stdout, stderr } = await runCli(argv);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toContain(hint);
});

test("with nothing to read, and a terminal, it says how it is used", async () => {
  const { exitCode, stderr } = await runCli(["softmax"], { terminals: ["stdin"] });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("qkv softmax '2 1 0.1'");
  expect(stderr).toContain("qkv softmax --demo runs an example");
});
