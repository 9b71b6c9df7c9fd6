import { describe, expect, test } from "vitest";
import { DUMPS, FIRST_COMMANDS, type FirstCommand } from "../support/first-dumps.js";
import { runCli } from "../support/run-cli.js";

// Dumps as people make them (fixtures/dumps/make.py), each checked by the command that comes to mind first.

/** As a shell takes a command apart: what stands between quotes is one word. */
const wordsOf = (command: string) =>
  Array.from(command.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain);

const run = (words: readonly string[]) => runCli(words, { folder: "fixtures/dumps" });

interface Judged {
  readonly steps: readonly { readonly of: number; readonly wrong: number }[];
}

async function expectEnd({ argv, exitCode, cells }: FirstCommand) {
  const { exitCode: code, stderr, stdout } = await run(wordsOf(argv));
  expect([argv, stderr, code]).toEqual([argv, expect.not.stringContaining("error"), exitCode]);
  if (cells === undefined || argv.includes("junit")) return;
  const { stdout: json } = argv.includes("--json") ? { stdout } : await run([...wordsOf(argv), "--json"]);
  const found = JSON.parse(json) as {
    readonly check?: Judged;
    readonly sheets?: readonly { readonly check: Judged }[];
  };
  const checks = found.sheets?.map(({ check }) => check) ?? [found.check];
  const steps = checks.flatMap((check) => check?.steps ?? []);
  // Every cell of every batch and head was compared.
  expect([argv, steps.reduce((sum, { of }) => sum + of, 0)]).toEqual([argv, cells]);
}

describe("a dump is judged whole, whatever its names, axes and container", () => {
  test.each(DUMPS)("$argv", expectEnd);

  test.each(DUMPS.filter(({ argv }) => !/scale|weights|loss|grad|bwd/.test(argv)))(
    "and what came of another scale is not right: $argv",
    async ({ argv }) => {
      const { exitCode, stderr } = await run([...wordsOf(argv), "--scale", "0.31"]);
      expect([stderr, exitCode]).toEqual([expect.not.stringContaining("error"), 1]);
    },
  );
});

test.each(FIRST_COMMANDS)("$argv", expectEnd);
