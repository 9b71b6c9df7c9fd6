import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { optionsOf } from "../../src/cli/options.js";
import { loadCommands } from "../../src/commands/registry.js";
import { runCli } from "../support/run-cli.js";

const { stdout: page } = await runCli(["__man"]);
const plain = page.replaceAll("\\-", "-");

test("every command and every option stands in it", async () => {
  for (const command of await loadCommands()) {
    expect(plain).toContain(`.SS "qkv ${command.name}"`);
    for (const { flags } of optionsOf(command)) expect(plain).toContain(`\\fB${flags}\\fR`);
  }
});

test("nothing but ASCII, and no line that man would take for a command of its own", () => {
  expect(page).not.toMatch(/[^\n\x20-\x7e]/);
  const requests = page.match(/^[.'][^ \n]*/gm) ?? [];
  expect([...new Set(requests)].sort()).toEqual([
    ".B",
    ".I",
    ".PP",
    ".SH",
    ".SS",
    ".TH",
    ".TP",
    ".fi",
    ".nf",
  ]);
});

test("groff has nothing to complain of", () => {
  const { error, stderr } = spawnSync("groff", ["-man", "-ww", "-z", "-Tutf8"], {
    input: page,
    encoding: "utf8",
  });
  if (!error) expect(stderr).toBe("");
});

test("the package names it", () => {
  expect(JSON.parse(readFileSync("package.json", "utf8")).man).toEqual(["./dist/qkv.1"]);
});
