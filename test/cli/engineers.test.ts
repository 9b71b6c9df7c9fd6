import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// The commands of docs/engineers.md print what stands there.

const page = readFileSync("docs/engineers.md", "utf8");
const shown = Array.from(
  page.matchAll(/```console\n\$ qkv (.*)\n([\s\S]*?)\n```/g),
  ([, command, output]) => ({
    command,
    output,
  }),
);

test("there are a right one, three bugs, one of them in some rows alone, one that is right by another convention and the options of it, and the libraries' own", () =>
  expect(shown.length).toBe(8));

/** As a shell takes a command apart: what stands between quotes is one word. */
const wordsOf = (command: string) =>
  Array.from(command.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain);

test.each(shown)("$command", async ({ command, output }) => {
  const run = await runCli([...wordsOf(command), "--width", "100"], { folder: "fixtures/kernels" });
  expect(run.stdout.trim()).toBe(output);
  expect(run.exitCode).toBe(output.startsWith("✗") ? 1 : 0);
});
