import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { loadCommands } from "../../src/cli/load-commands.js";
import { optionsOf } from "../../src/cli/options.js";
import { TOPICS } from "../../src/cli/topics/registry.js";
import { runCli } from "../support/run-cli.js";
import { shell } from "../support/spawn-cli.js";

// Help in layers: alone, -h, --help, help TOPIC.

// Processes are started, which a busy machine stretches.
vi.setConfig({ testTimeout: 120_000 });

const SCREEN = 24;
const commands = await loadCommands();
const examplesIn = (text: string) => text.match(/^ {2}qkv .*$/gm)?.map((line) => line.trim()) ?? [];

describe.each(commands)("qkv $name -h", (command) => {
  const { name, summary, examples } = command;
  test("fits a screen, and says what the command does, with examples and options", async () => {
    const { exitCode, stdout } = await runCli([name, "-h"]);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(SCREEN);
    expect(stdout).toContain(summary);
    expect(examplesIn(stdout)).toEqual(examples.slice(0, 3).map(([, line]) => line));
    if (optionsOf(command).length > 0) expect(stdout).toMatch(/^ {2}--json/m);
  });
  test("every option that it names is one of the command", async () => {
    const { stdout } = await runCli([name, "-h"]);
    const full = (await runCli([name, "--help"])).stdout;
    for (const [option] of stdout.matchAll(/--[a-z-]+/g)) expect(full, option).toContain(option);
  });
  test("no example needs a file", () => {
    for (const [, line] of examples) expect(line).not.toMatch(/fixtures|\.(json|csv|npz)\b/);
  });
});

describe("qkv alone", async () => {
  const { exitCode, stdout, stderr } = await runCli([]);
  test("shows what people come for, on one screen", () => {
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(SCREEN);
    for (const { name } of commands) expect(stderr).toContain(name);
  });
  test.each(examplesIn(stderr))("%s runs", (line) =>
    expect(shell(line)).toMatchObject({ status: 0, stderr: "" }),
  );
  test("is what qkv -h prints", async () => expect((await runCli(["-h"])).stdout).toBe(stderr));
});

describe("qkv help TOPIC", () => {
  test("without a topic lists them", async () => {
    const { exitCode, stdout } = await runCli(["help"]);
    expect(exitCode).toBe(0);
    for (const name of Object.keys(TOPICS)) expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
  });
  test.each(Object.keys(TOPICS))("%s is explained, without marks of Markdown", async (name) => {
    const { exitCode, stdout, stderr } = await runCli(["help", name]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).not.toMatch(/^#|^\||\*\*|^```/m);
    expect(stdout.length).toBeGreaterThan(200);
  });
  const pages = Object.values(TOPICS).filter(({ page }) => page.startsWith("topics/"));
  const lines = pages.flatMap(
    ({ page }) => readFileSync(`docs/${page}`, "utf8").match(/^ {4}qkv .*$/gm) ?? [],
  );
  test.each(lines.map((line) => line.trim()))("%s runs", (line) => {
    const { status, stdout } = shell(line);
    expect(stdout).not.toBe("");
    // The one that shows a mistake ends so.
    expect(status).toBe(line.includes("0.73 0.27") ? 1 : 0);
  });
  test("by another word, in capitals", async () => {
    expect((await runCli(["help", "Masking"])).stdout).toBe((await runCli(["help", "mask"])).stdout);
  });
  test.each([
    ["mas", "Did you mean qkv help mask?"],
    ["xyzzy", "The topics are scale, mask"],
  ])("%s is none", async (word, hint) => {
    const { exitCode, stderr } = await runCli(["help", word]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(hint);
  });
});
