import { expect, test } from "vitest";
import { npyOf } from "../support/array-files.js";
import { runCli } from "../support/run-cli.js";

// Arrays whose files are called anything: their order says what goes in, and their numbers what came out.

const array = (rows: readonly (readonly number[])[]) =>
  npyOf({
    shape: [rows.length, rows[0].length],
    data: Float64Array.from(rows.flat()),
    type: "float64",
  });

// Scores 0 and ln 3: with the scale 1/√1 the weights are 1/4 and 3/4, and the output 1/4·0 + 3/4·8 = 6.
const given = {
  "first.npy": array([[1]]),
  "second.npy": array([[0], [Math.log(3)]]),
  "third.npy": array([[0], [8]]),
  "fourth.npy": array([[6]]),
  "wrong.npy": array([[2]]),
  "mine.npy": array([[0.25, 0.75]]),
  "p.json": `{"q": [[1]], "k": [[0], [${Math.log(3)}]], "v": [[0], [8]]}`,
};
const inputs = ["first.npy", "second.npy", "third.npy"];

test("one is x, three are query, key and value, and a fourth one is what came out", async () => {
  const alone = await runCli(["attend", "third.npy"], { given });
  expect(alone.stderr).toBe("note: third.npy is read as x: query, key and value all come from it\n");
  const { stderr, stdout } = await runCli(["attend", ...inputs, "--only", "output", "-o", "csv"], { given });
  expect(stderr).toContain("are read as query, key, value, in this order");
  expect(Number(stdout)).toBeCloseTo(6, 12);
  for (const command of ["attend", "check"]) {
    const right = await runCli([command, ...inputs, "fourth.npy"], { given });
    expect(right.stderr).toContain("note: fourth.npy is read as the output\n");
    expect([right.exitCode, right.stdout.slice(0, 1)]).toEqual([0, "✓"]);
    expect((await runCli([command, ...inputs, "wrong.npy"], { given })).exitCode).toBe(1);
  }
});

test("one beside a query and a value is the key", async () => {
  const named = { "q.npy": given["first.npy"], "any.npy": given["second.npy"], "v.npy": given["third.npy"] };
  const words = ["attend", "q.npy", "any.npy", "v.npy", "--only", "output", "-o", "csv"];
  const { stderr, stdout } = await runCli(words, { given: named });
  expect(stderr).toContain("any.npy is read as key");
  expect(Number(stdout)).toBeCloseTo(6, 12);
});

test("files with the same beginning are named by the rest, in any order", async () => {
  const behind = { "hw_Q.csv": "1\n", "hw_K.csv": `0\n${Math.log(3)}\n`, "hw_V.csv": "0\n8\n" };
  const words = ["attend", "hw_V.csv", "hw_K.csv", "hw_Q.csv", "--only", "output", "-o", "csv"];
  const { stderr, stdout } = await runCli(words, { given: behind });
  expect(stderr).toContain("hw_V.csv, hw_K.csv, hw_Q.csv are read as value, key, query");
  expect(Number(stdout)).toBeCloseTo(6, 12);
});

test("what came out of a problem is the step whose numbers it has", async () => {
  for (const [file, step, exitCode] of [
    ["fourth.npy", "of output right", 0],
    ["mine.npy", "of weights right", 0],
    ["wrong.npy", "of output", 1],
  ] as const) {
    const checked = await runCli(["check", "p.json", file], { given });
    expect(checked.stdout).toContain(step);
    expect(checked.exitCode).toBe(exitCode);
  }
});

test("numbers that nothing names are judged alike out of a file and out of a pipe", async () => {
  const answer = { "p.json": given["p.json"], "ada.txt": "0.25 0.75\n" };
  const file = await runCli(["check", "p.json", "ada.txt"], { given: answer });
  expect(file.stdout).toContain("Weights ✓");
  const piped = await runCli(["check", "p.json", "-"], { given: answer, stdin: answer["ada.txt"] });
  expect(piped).toEqual(file);
});

test("the output of several heads may be called as each head calls its own, and be a batch of one", async () => {
  // One query, two heads that see one key: the output is its value.
  const whole = npyOf({ shape: [1, 1, 2], data: Float64Array.of(3, 4), type: "float64" });
  const other = npyOf({ shape: [1, 1, 2], data: Float64Array.of(3, 5), type: "float64" });
  const problem = '{"q": [[1, 0]], "k": [[1, 1]], "v": [[3, 4]]}';
  for (const name of ["y.npy", "attn.npy", "context.npy", "layer3.npy"]) {
    const exitCodes = [whole, other].map(async (array) => {
      const argv = ["multihead", "p.json", "--heads", "2", "--check", name];
      return (await runCli(argv, { given: { "p.json": problem, [name]: array } })).exitCode;
    });
    expect(await Promise.all(exitCodes), name).toEqual([0, 1]);
  }
});
