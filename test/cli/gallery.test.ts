import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { commandOf, type GalleryCheck, type GalleryEntry, galleryPage } from "../../scripts/gallery-page.js";
import { runCli } from "../support/run-cli.js";

// Public threads, rebuilt by NumPy and torch (fixtures/make-gallery.py). docs/gallery.md says what qkv finds in each.

const entries = JSON.parse(readFileSync("fixtures/gallery.json", "utf8")) as readonly GalleryEntry[];
const checks: GalleryCheck[] = [];

test("there are at least sixty threads, some of which are no bugs", () => {
  expect(entries.flatMap(({ threads }) => threads).length).toBeGreaterThanOrEqual(60);
  expect(entries.filter(({ about }) => about.startsWith("No bug")).length).toBeGreaterThan(5);
});

describe("what qkv finds is what the thread found", () => {
  test.each(entries.map((entry) => [entry.name, entry] as const))("%s", async (_, entry) => {
    const { exitCode, stdout } = await runCli([...commandOf(entry), "--json"], {
      folder: "fixtures/gallery",
    });
    const check = JSON.parse(stdout).check as GalleryCheck;
    checks[entries.indexOf(entry)] = check;
    const isRight = entry.finds.length === 0 && !entry.rightWith;
    expect([exitCode, check.verdict.startsWith("agrees")]).toEqual(isRight ? [0, true] : [1, false]);
    expect(check.rightWith).toEqual(entry.rightWith);
    const ids = check.diagnosis.map(({ mistake }) => mistake);
    if (entry.finds.length > 0) expect(entry.finds).toContain(ids[0]);
  });
});

test("the page is what the script writes", () => {
  expect(readFileSync("docs/gallery.md", "utf8")).toBe(galleryPage(entries, checks));
});
