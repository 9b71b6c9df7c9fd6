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

test("there are three bugs, and one that is right by another convention", () => expect(shown.length).toBe(4));

test.each(shown)("$command", async ({ command, output }) => {
  const run = await runCli([...command.split(" "), "--width", "100"], { folder: "fixtures/kernels" });
  expect(run.stdout.trim()).toBe(output);
  expect(run.exitCode).toBe(output.startsWith("✓") ? 0 : 1);
});
