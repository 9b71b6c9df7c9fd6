import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// Words that people type who know other programs: with one meaning they are read so, with several the whole command is said.

const PROBLEM = JSON.stringify({
  query: [[1, 0]],
  key: [
    [1, 0],
    [0, 1],
  ],
  value: [[2], [4]],
});
const given = { "p.json": PROBLEM };

/** What a command line prints, and what it says of how it was read. */
async function said(argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await runCli(argv, { given });
  return { exitCode, stdout, notes: stderr.match(/^note: .*/gm) ?? [] };
}

describe("is read as what it means, and says so", () => {
  test.each([
    ["attend p.json --csv", "attend p.json -o csv", "--csv is read as -o csv"],
    ["attend p.json --tsv", "attend p.json -o tsv", "--tsv is read as -o tsv"],
    ["attend p.json --md", "attend p.json -o markdown", "--md is read as -o markdown"],
    ["attend p.json --markdown", "attend p.json -o markdown", "--markdown is read as -o markdown"],
    ["attend p.json --latex", "attend p.json -o latex", "--latex is read as -o latex"],
    ["attend p.json --html", "attend p.json -o html", "--html is read as -o html"],
    ["attend p.json --jsonl", "attend p.json -o jsonl", "--jsonl is read as -o jsonl"],
    [
      "attend --q 1,0 --k=1,0;0,1 --v 2;4",
      "attend --query 1,0 --key 1,0;0,1 --value 2;4",
      "--q is read as --query",
    ],
    ["demo", "attend --demo", "qkv demo is read as qkv attend --demo"],
    ["mark --demo", "check --demo", "qkv mark is read as qkv check"],
    ["grade --demo", "check --demo", "qkv grade is read as qkv check"],
    ["why weights[0,1] --demo", "explain weights[0,1] --demo", "qkv why is read as qkv explain"],
    ["compare --demo", "compare-scoring --demo", "qkv compare is read as qkv compare-scoring"],
    ["completions bash", "completion bash", "qkv completions is read as qkv completion"],
    [
      "p.json --causal --align top-left",
      "attend p.json --causal --align top-left",
      "qkv p.json is read as qkv attend p.json",
    ],
  ])("qkv %s", async (line, meant, note) => {
    const [typed, other] = [await said(line.split(" ")), await said(meant.split(" "))];
    expect({ exitCode: typed.exitCode, stdout: typed.stdout }).toEqual({ exitCode: 0, stdout: other.stdout });
    expect(typed.notes).toContain(`note: ${note}`);
    expect(other.notes).not.toContain(`note: ${note}`);
  });

  test.each([
    ["version", "--version"],
    ["man", "--help"],
    ["tutorial", "-h"],
    ["example", "-h"],
    ["examples", "-h"],
  ])("qkv %s is qkv %s", async (word, option) => {
    expect(await runCli([word])).toEqual(await runCli([option]));
  });

  test("not where a command has no such option", async () => {
    expect((await runCli(["systems", "--csv"])).stderr).toContain("unknown option '--csv'");
  });

  test("not with --quiet", async () => {
    expect((await runCli(["demo", "--csv", "--quiet"])).stderr).toBe("");
  });
});

describe("a file in the place of a command", () => {
  test.each([
    [
      "heads.json",
      {
        x: [[1, 0]],
        wq: [
          [1, 0],
          [0, 1],
        ],
        settings: { heads: 2 },
      },
      "multihead",
    ],
    [
      "layer.json",
      {
        x: [[1, 0]],
        w1: [
          [1, 0],
          [0, 1],
        ],
        w2: [
          [1, 0],
          [0, 1],
        ],
      },
      "layer",
    ],
    ["sizes.json", { settings: { length: 2, dModel: 4 } }, "posenc"],
  ])("%s is one of its command", async (name, problem, command) => {
    const { stdout } = await runCli([name, "--json"], { given: { [name]: JSON.stringify(problem) } });
    expect(JSON.parse(stdout).command).toBe(command);
  });
  test("that is not there is no command", async () => {
    expect((await runCli(["none.json"])).stderr).toContain("Did you mean qkv attend none.json?");
  });
});

describe("is answered with the whole command that may be meant", () => {
  test.each([
    ["--round 2", "--precision 2", "--carry"],
    ["--digits=3", "--precision 3", "--carry"],
    ["--tol 0.1 --check weights=0.67,0.33", "--atol 0.1 --check weights=0.67,0.33", undefined],
    ["--tolerance 0.1 --check weights=0.67,0.33", "--atol 0.1 --check weights=0.67,0.33", undefined],
    ["--fields weights", "--only weights -o csv", undefined],
    ["--raw", "-o csv", undefined],
    ["--answers a.json", "--check a.json", undefined],
  ])("%s", async (options, meant, also) => {
    const { exitCode, stderr } = await runCli(["attend", "p.json", ...options.split(" ")], { given });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`hint: Say qkv attend p.json ${meant}`);
    if (also) expect(stderr).toContain(also);
    const files = { ...given, "a.json": '{"weights": [[0.67, 0.33]]}' };
    expect((await runCli(["attend", "p.json", ...meant.split(" ")], { given: files })).exitCode).toBeLessThan(
      2,
    );
  });
});
