import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { read, refusal } from "../../support/fake-reading.js";

const PAGE = readFileSync(new URL("../../../docs/reading.md", import.meta.url), "utf8");

/** The blocks of the page, and what is said to come of each. */
const EXAMPLES = Array.from(PAGE.matchAll(/```text\n(.*?)```\n→ ([^\n]*)\n/gs), ([, text, outcome]) => [
  outcome,
  text,
]);

describe("docs/reading.md", () => {
  it("says of every block what comes of it", () => {
    expect(EXAMPLES.length).toBeGreaterThan(40);
    expect(EXAMPLES.length).toBe(PAGE.split("```text").length - 1);
  });

  it.each(EXAMPLES)("%s", async (outcome, text) => {
    // Two matrices come with their names; a lone one may have any, or none.
    const isBundle = /\d×\d, \d×\d/.test(outcome);
    const reading = read(isBundle ? { sources: ["-"] } : { matrices: { scores: "-" } }, { stdin: text });
    if (/^[A-Z_]+$/.test(outcome)) {
      expect((await refusal(reading)).code).toBe(outcome);
      return;
    }
    const notice = (await reading).notices.findLast((one) => one.startsWith("read ")) ?? "";
    const [, shapes, form] = /^read (.*) from stdin \((.*)\)$/.exec(notice) ?? [];
    expect(`${form}, ${shapes.replace(/\w+: /g, "")}`).toBe(outcome);
  });
});
