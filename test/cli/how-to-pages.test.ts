import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  applyPage,
  bundleIn,
  commandsOf,
  copyProject,
  typedIn,
  typeErrorsIn,
} from "../support/followed-page.js";

// Whoever follows a page of docs/ that tells how to add something gets code that compiles, and sees what the page shows. The
// pages are followed by a program here; test/support/followed-page.ts says by which rule.

// Each page takes some seconds of processor time, which a busy machine stretches.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const PAGES = readdirSync("docs").filter((name) => name.startsWith("add-a"));

test("there are pages", () => expect(PAGES.length).toBeGreaterThan(4));

const textOf = (name: string) => readFileSync(join("docs", name), "utf8");
const folderOfProject = () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "qkv-page-")));
  copyProject(folder);
  return folder;
};

test("all pages together compile", () => {
  const folder = folderOfProject();
  const files = PAGES.map((name) => applyPage(textOf(name), folder));
  for (const written of files) expect(written.length).toBeGreaterThan(0);
  expect(typeErrorsIn(folder, files.flat())).toBe("");
  rmSync(folder, { recursive: true });
});

describe.each(PAGES)("docs/%s", (name) => {
  const page = textOf(name);
  const commands = commandsOf(page);
  const folder = folderOfProject();
  beforeAll(() => {
    applyPage(page, folder);
    return bundleIn(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("says that it is followed by a test", () => expect(page).toContain("test/cli/how-to-pages.test.ts"));
  test("has commands", () => expect(commands.length).toBeGreaterThan(0));
  test.each(commands)("$command", ({ command, shown }) => {
    const { status, printed } = typedIn(folder, command);
    if (shown === "") expect(status, printed).toBe(0);
    else expect(printed).toBe(shown);
  });
});
