import { describe, expect, test } from "vitest";
import { CHECKED, RIGHT, rounded, verdictOf, WRONG } from "../support/checked-problems.js";
import type { Rows } from "../support/homework.js";
import { runCli, type Surroundings } from "../support/run-cli.js";
import { WRITTEN_BUNDLES, type WrittenBundle } from "../support/written-bundles.js";
import { WRITTEN_FORMS, type WrittenForm } from "../support/written-forms.js";

// Every form and every way to give a sheet: a right sheet is judged right, and a wrong one wrong.

/** A value of `--check`, and the files it is found in. */
type Place = readonly [value: string, surroundings: Surroundings];

function placesOfBundle(
  { ending, write }: WrittenBundle,
  sheet: Readonly<Record<string, Rows>>,
): readonly Place[] {
  const isText = typeof write(sheet) === "string";
  const digits = isText ? rounded : (rows: Rows) => rows;
  const contents = write(
    Object.fromEntries(Object.entries(sheet).map(([name, rows]) => [name, digits(rows)])),
  );
  const file = `sheet${ending}`;
  const given = { [file]: contents };
  return [
    [file, { given }],
    ["-", { stdin: contents }],
    ...Object.keys(sheet).map((name) => [`${name}=${file}`, { given }] as const),
    ...(typeof contents === "string" ? [[contents, {}] as const] : []),
  ];
}

function placesOfStep(
  { ending, write, pick = "", isFileOnly }: WrittenForm,
  step: string,
  rows: Rows,
): readonly Place[] {
  const exact = write(rows);
  const text = typeof exact === "string" ? String(write(rounded(rows))) : undefined;
  const contents = text ?? exact;
  const [file, named] = [`given${ending}`, `${step}${ending}`];
  const given = { [file]: contents };
  // Such a text names its own matrix, and so says which step it is.
  const isNamed = text !== undefined && /\bq\b/.test(text);
  return [
    [`${step}=${file}${pick}`, { given }],
    [`${step}=@${file}${pick}`, { given }],
    ...(pick === "" && !isNamed ? [[named, { given: { [named]: contents } }] as const] : []),
    // For one line with semicolons, only the ending shows that it is a row.
    ...(pick === "" && !(text !== undefined && isFileOnly)
      ? [[`${step}=-`, { stdin: contents }] as const]
      : []),
    ...(text !== undefined && !isFileOnly ? [[`${step}=${text}`, {}] as const] : []),
  ];
}

describe.each(CHECKED)("$command", ({ command, problem, right, wrong }) => {
  const sheets = [
    [right, RIGHT],
    [wrong, WRONG],
  ] as const;

  /** Where a sheet is found does not depend on the command, so one command tries every place. */
  async function expectVerdict(places: readonly Place[], verdict: unknown): Promise<void> {
    for (const [value, surroundings] of command === "attend" ? places : places.slice(0, 1))
      expect(await verdictOf([...problem, "--check", value], surroundings), value).toEqual(verdict);
  }

  test.each(WRITTEN_BUNDLES)("a bundle: $name", async (bundle) => {
    for (const [sheet, verdict] of sheets) await expectVerdict(placesOfBundle(bundle, sheet), verdict);
  });

  test.each(WRITTEN_FORMS)("one step: $name", async (form) => {
    for (const [sheet, verdict] of sheets) {
      const [step, rows] = Object.entries(sheet)[0];
      await expectVerdict(placesOfStep(form, step, rows), verdict);
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
