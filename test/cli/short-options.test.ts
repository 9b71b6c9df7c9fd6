import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { spawnCli } from "../support/spawn-cli.js";

// -q, -k and -v are query, key and value of the built program, and not quiet and version.

const FILES = { q: "1,0\n", k: "1,0\n0,1\n", v: "1,2\n3,4\n" };
const WRITTEN = ["--only", "output", "-o", "csv", "--quiet"];
// The weights are w = e^(1/√2) / (e^(1/√2) + 1) = 0.669761549… and 1 − w; the output is 3 − 2w and 4 − 2w.
const W = Math.exp(Math.SQRT1_2) / (Math.exp(Math.SQRT1_2) + 1);

let folder = "";
const file = (name: string) => join(folder, `${name}.csv`);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qkv-short-"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(file(name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("-q, -k and -v are query, key and value", () => {
  test.each([
    ["apart", (letter: string) => [`-${letter}`, file(letter)]],
    ["attached", (letter: string) => [`-${letter}${file(letter)}`]],
    ["behind =", (letter: string) => [`-${letter}=${file(letter)}`]],
    ["as numbers", (letter: string) => [`-${letter}`, FILES[letter as keyof typeof FILES]]],
  ])("%s", (_, spell) => {
    const { status, stdout, stderr } = spawnCli(["attend", ..."vqk".split("").flatMap(spell), ...WRITTEN]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const output = stdout.split(",").map(Number);
    expect(output).toHaveLength(2);
    expect(output[0]).toBeCloseTo(3 - 2 * W, 12);
    expect(output[1]).toBeCloseTo(4 - 2 * W, 12);
  });
  test.each(["attend", "multihead", "compare-scoring", "explain", "check"])(
    "help of %s shows them",
    async (name) => {
      const { stdout } = await runCli([name, "--help"]);
      for (const flags of ["-q, --query <matrix>", "-k, --key <matrix>", "-v, --value <matrix>"])
        expect(stdout).toContain(`  ${flags}`);
    },
  );
});

describe("the version", () => {
  test.each([["-v"], ["-V"], ["--version"], ["attend", "--version"]])("%j", (...argv) => {
    const { status, stdout } = spawnCli(argv);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("letters that are not what they were, or have no value", () => {
  test.each([
    [["systems", "-q"], "unknown option '-q'", "-q is --quiet, which is an option of qkv attend"],
    [["attend", "--demo", "-q"], "--query needs a value.", "To hide notes, use --quiet"],
    [["attend", "--demo", "-q", "--json"], "--query needs a value; found --json.", "use --quiet"],
    [["attend", "--demo", "-q", "-o", "csv"], "--query needs a value; found -o.", "use --quiet"],
    [["attend", "-q", '{"key": [[1]], "value": [[2]]}'], 'has no "query"', "use --quiet"],
    [["attend", "-q", '{"query": [[1]], "key": [[2]]}'], "There is no key.", "use --quiet"],
    [["attend", "-q", "sheet of words.txt"], "there is no such file", "use --quiet"],
    [["attend", "-v"], "--value needs a value.", "qkv --version shows the version"],
    [["attend", "-q", "-k", "1"], "--query needs a value; found -k.", "-q, --query <matrix>"],
    [["systems", "-v"], "unknown option '-v'", "qkv --version shows the version"],
    [["attend", "-V"], "unknown option '-V'", "qkv --version shows the version"],
    [["posenc", "-kK.csv"], "unknown option '-kK.csv'", "-k is --key, which is an option of qkv attend"],
  ])("%j", (argv, message, hint) => {
    const { status, stdout, stderr } = spawnCli(argv);
    expect(status).toBe(2);
    expect(stderr + stdout).toContain(message.replaceAll('"', argv.includes("--json") ? '\\"' : '"'));
    expect(stderr).toContain(hint);
  });
  test("what has no query takes -q for --quiet", async () => {
    const line = ["posenc", "--length", "2", "--d-model", "2", "-o", "csv"];
    const [short, long] = [await runCli([...line, "-q"]), await runCli([...line, "--quiet"])];
    expect(short).toEqual(long);
    expect(short.exitCode).toBe(0);
  });
  test("what is right otherwise says nothing of them", () => {
    const { stderr } = spawnCli(["attend", "--query", "1 0", "--key", "1 0 0"]);
    expect(stderr).not.toContain("--quiet");
  });
});
