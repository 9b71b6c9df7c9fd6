import { describe, expect, test } from "vitest";
import { CHECKED, RIGHT, rounded, verdictOf, WRONG } from "../support/checked-problems.js";
import type { Rows } from "../support/homework.js";
import { runCli } from "../support/run-cli.js";
import { WRITTEN_BUNDLES } from "../support/written-bundles.js";
import { WRITTEN_FORMS } from "../support/written-forms.js";

// A right sheet is right and a wrong one wrong in every form, through every way to give it.

const writtenRows = (rows: Rows, contents: (rows: Rows) => string | Uint8Array) => {
  const written = contents(rows);
  return typeof written === "string" ? contents(rounded(rows)) : written;
};

describe.each(CHECKED)("$command", ({ problem, right, wrong }) => {
  const sheets = [
    [right, RIGHT],
    [wrong, WRONG],
  ] as const;

  test.each(WRITTEN_BUNDLES)("a bundle: $name", async ({ ending, write }) => {
    for (const [sheet, verdict] of sheets) {
      const isText = typeof write(sheet) === "string";
      const contents = write(
        isText
          ? Object.fromEntries(Object.entries(sheet).map(([name, rows]) => [name, rounded(rows)]))
          : sheet,
      );
      const file = `sheet${ending}`;
      const given = { [file]: contents };
      expect(await verdictOf([...problem, "--check", file], { given })).toEqual(verdict);
      expect(await verdictOf([...problem, "--check", "-"], { stdin: contents })).toEqual(verdict);
      for (const name of Object.keys(sheet)) {
        expect(await verdictOf([...problem, "--check", `${name}=${file}`], { given })).toEqual(verdict);
      }
      if (typeof contents === "string") {
        expect(await verdictOf([...problem, "--check", contents])).toEqual(verdict);
      }
    }
  });

  test.each(WRITTEN_FORMS)("one step: $name", async ({ ending, write, pick = "", isFileOnly }) => {
    for (const [sheet, verdict] of sheets) {
      const [step, rows] = Object.entries(sheet)[0];
      const contents = writtenRows(rows, write);
      const [file, named] = [`given${ending}`, `${step}${ending}`];
      const given = { [file]: contents, [named]: contents };
      expect(await verdictOf([...problem, "--check", `${step}=${file}${pick}`], { given })).toEqual(verdict);
      expect(await verdictOf([...problem, "--check", `${step}=@${file}${pick}`], { given })).toEqual(verdict);
      // Of one line with semicolons only the ending tells that it is a row.
      if (pick === "" && !(typeof contents === "string" && isFileOnly))
        expect(await verdictOf([...problem, "--check", `${step}=-`], { stdin: contents })).toEqual(verdict);
      if (pick === "" && (typeof contents !== "string" || !/\bq\b/.test(contents)))
        expect(await verdictOf([...problem, "--check", named], { given })).toEqual(verdict);
      if (!isFileOnly && typeof contents === "string")
        expect(await verdictOf([...problem, "--check", `${step}=${contents}`])).toEqual(verdict);
    }
  });
});

describe.each(CHECKED)("the run of $command itself", ({ problem, other }) => {
  const WRITTEN = [
    ["run.json", ["--json"]],
    ["run.json", ["--json", "--steps", "none"]],
    ["run.npz", ["-o", "npz"]],
  ] as const;

  test.each(WRITTEN)("%s %j", async (file, options) => {
    const { bytes: own } = await runCli([...problem, ...options]);
    const { bytes: changed } = await runCli([...other, ...options]);
    expect(await verdictOf([...problem, "--check", file], { given: { [file]: own } })).toEqual(RIGHT);
    expect(await verdictOf([...problem, "--check", file], { given: { [file]: changed } })).toEqual(WRONG);
  });
});
