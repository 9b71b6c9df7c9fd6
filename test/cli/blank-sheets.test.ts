import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// A sheet that was handed in blank is read, and not right: nothing on it was compared.

test.each([
  ["nothing", ""],
  ["blank lines", "\n\n"],
  ["a name and a date", "Name: Anna\nDate: 2026-01-01\n"],
  ["a sentence", "I did not get this one.\n"],
])("%s", async (_, text) => {
  const given = { "sheet.txt": text };
  const alone = await runCli(["attend", "--demo", "--check", "sheet.txt", "--json"], { given });
  expect(alone.exitCode).toBe(1);
  expect(JSON.parse(alone.stdout).check.verdict).toBe("unanswered");
  const { stdout: problem } = await runCli(["attend", "--demo", "--json"]);
  const inClass = await runCli(["check", problem, "sheet.txt"], { given });
  expect(inClass.exitCode).toBe(1);
  expect(inClass.stdout).toContain("There are no answers");
});

test.each([
  ["a number of which nobody knows what it is", "The answer is 7.\n"],
  ["brackets that do not close", "weights [[\n"],
])("%s is refused", async (_, text) => {
  const { exitCode } = await runCli(["attend", "--demo", "--check", "sheet.txt"], {
    given: { "sheet.txt": text },
  });
  expect(exitCode).toBe(2);
});

test("explore alone asks for a run", async () => {
  const { exitCode, stderr } = await runCli(["explore"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("hint: Name a run: qkv explore attend --demo.");
});
