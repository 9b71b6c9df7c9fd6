import { readFileSync, rmSync } from "node:fs";
import { afterAll, describe, expect, test, vi } from "vitest";
import { loadCommands } from "../../src/commands/registry.js";
import { allExamples, folderOfExamples, plainWords, runExample } from "../support/examples.js";
import { runCli } from "../support/run-cli.js";

// Every example of -h, --help, topics, README.md and docs/*.md runs, as it is copied.

// Each is a process, and some sweep for seconds, which a busy machine stretches.
vi.setConfig({ testTimeout: 120_000 });

const examples = await allExamples();
const folder = folderOfExamples();
afterAll(() => rmSync(folder, { recursive: true }));

/** Examples that show something wrong: a mistake, a wrong kernel, numbers that differ, a sheet that is blank or not of this problem. */
const WRONG =
  /^qkv diff '(?!.*--atol)|dump\.npz|weights=0\.73 0\.27|ex-07-answers|ex-01-problem|^qkv check --query/;

/** Those of which something is said on stderr: a row that may attend to nothing, a seed that is not needed. */
const NOTED = /--empty-row|--scorings dot,cosine/;

test("there are many, of every place", () => {
  expect(examples.length).toBeGreaterThan(120);
  for (const place of [
    "qkv -h",
    "qkv help mask",
    "qkv attend --help",
    "README.md",
    "docs/papers.md",
    "docs/teachers.md",
  ])
    expect(examples.filter(({ where }) => where === place).length, place).toBeGreaterThan(0);
});

/** Lines of help that need no shell run in this process, which a start of the program takes ten times as long as. */
async function run(line: string, where: string) {
  const [program, ...words] = (where.startsWith("qkv") && plainWords(line)) || [];
  if (program === "qkv") {
    const { exitCode: status, stdout, stderr } = await runCli(words, { folder });
    return { status, stdout, stderr };
  }
  const { copy, ...found } = runExample(line, folder);
  rmSync(copy, { recursive: true });
  return found;
}

test.each(examples)("$where: $line", async ({ where, line }) => {
  const { status, stdout, stderr } = await run(line, where);
  expect(status, stderr).toBe(WRONG.test(line) ? 1 : 0);
  if (!/--files|--output| > /.test(line)) expect(stdout).not.toBe("");
  if (where.startsWith("qkv") && !NOTED.test(line)) expect(stderr).toBe("");
});

describe("an example that checks a dump", () => {
  test.each(["README.md", "qkv -h"])("stands in %s", (place) => {
    const here = place === "README.md" ? [readFileSync("README.md", "utf8")] : linesIn(place);
    expect(here.some((line) => /\.np[yz].* --check/.test(line))).toBe(true);
  });
});

const linesIn = (place: string) => examples.filter(({ where }) => where === place).map(({ line }) => line);

test.each((await loadCommands()).flatMap(({ examples }) => examples.map(([, line]) => line)))(
  "%s needs no file",
  (line) => expect(line.replace(/ > .*/, "")).not.toMatch(/fixtures|\.(?:json|csv|npz)\b/),
);
