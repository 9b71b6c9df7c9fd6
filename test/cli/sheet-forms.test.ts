import { describe, expect, test } from "vitest";
import { ATTEND_MISTAKES, attendSheet, type Rows, randomProblem } from "../support/homework.js";
import { runCli } from "../support/run-cli.js";
import { SHEET_FORMS, type WrittenStep } from "../support/written-sheets.js";

// The sheets of bench/check.js in the forms in which people write them: a seeded sample of right ones and of single mistakes,
// made by the plain arithmetic of support/homework.ts.

const DECIMALS = 3;
const TOKENS = ["ant", "bee", "cow"];
const FORMS = Object.entries(SHEET_FORMS);

const written = (sheet: Readonly<Record<string, Rows>>): readonly WrittenStep[] =>
  Object.entries(sheet).map(([id, rows]) => ({
    id,
    rows: rows.map((row) =>
      row.map((value) => (Number.isFinite(value) ? value.toFixed(id === "scores" ? 0 : DECIMALS) : "-inf")),
    ),
  }));

/** The first step that a mistake changes: a number that moved by no more than rounding does is none. */
const firstChanged = (sheet: Readonly<Record<string, Rows>>, right: Readonly<Record<string, Rows>>) =>
  Object.keys(sheet).find((id) =>
    sheet[id].some((row, i) =>
      row.some(
        (value, j) =>
          value !== right[id][i][j] && !(Math.abs(value - right[id][i][j]) <= 5 * 10 ** -DECIMALS),
      ),
    ),
  );

interface Case {
  readonly problem: string;
  readonly mistake: string | undefined;
  readonly first: string | undefined;
  readonly steps: readonly WrittenStep[];
}

/** Each problem with its right sheet and a few of its mistakes, other ones each time. */
function cases(count: number): readonly Case[] {
  const found: Case[] = [];
  for (let seed = 0; found.length < count; seed++) {
    const given = randomProblem(3000 + seed, 3, 4, false);
    const right = attendSheet(given, undefined, DECIMALS);
    // Names of keys stand above their columns; a sheet of a hundred decimals in e^x is nobody's.
    if (!right || !("scores" in right)) continue;
    const { settings, matrices } = given;
    const problem = JSON.stringify({ ...matrices, tokens: TOKENS, settings });
    found.push({ problem, mistake: undefined, first: undefined, steps: written(right) });
    for (let at = 0; at < 3; at++) {
      const mistake = ATTEND_MISTAKES[(3 * seed + at) % ATTEND_MISTAKES.length];
      const sheet = attendSheet(given, mistake, DECIMALS);
      const first = sheet && firstChanged(sheet, right);
      if (sheet && first !== undefined) found.push({ problem, mistake, first, steps: written(sheet) });
    }
  }
  return found.slice(0, count);
}

describe("sheets in the forms of people", () => {
  test("no right one is rejected, the first wrong step is found in all, the mistake named in 98 of 100", async () => {
    const tally = { right: 0, wrong: 0, named: 0 };
    const bad: string[] = [];
    const unnamed: string[] = [];
    for (const [at, { problem, mistake, first, steps }] of cases(4 * FORMS.length).entries()) {
      const [form, write] = FORMS[at % FORMS.length];
      const given = { "p.json": problem, "sheet.txt": write(steps, TOKENS) };
      const { stdout, stderr, exitCode } = await runCli(
        ["attend", "p.json", "--check", "sheet.txt", "--json"],
        { given },
      );
      if (exitCode === 2) {
        bad.push(`${form}: ${stderr}`);
        continue;
      }
      const { check } = JSON.parse(stdout);
      if (mistake === undefined) {
        tally.right++;
        if (exitCode !== 0)
          bad.push(`${form}: a right sheet is ${check.verdict} at ${check.firstWrongStep?.id}`);
        continue;
      }
      tally.wrong++;
      if (exitCode !== 1) bad.push(`${form}: ${mistake} at ${first} passed`);
      else if (check.firstWrongStep?.id !== first)
        bad.push(`${form}: ${mistake} at ${first} is told at ${check.firstWrongStep?.id}`);
      const best = check.diagnosis.filter(
        (one: { explains: number }) => one.explains === check.diagnosis[0].explains,
      );
      if (best.some((one: { mistake: string }) => one.mistake === mistake)) tally.named++;
      else
        unnamed.push(
          `${form}: ${mistake} -> ${check.verdict} ${best.map((one: { mistake: string }) => one.mistake).join("|")}`,
        );
    }
    expect(bad.slice(0, 20)).toEqual([]);
    expect(tally.right).toBeGreaterThan(20);
    expect(tally.named / tally.wrong, unnamed.join("\n")).toBeGreaterThanOrEqual(0.98);
  }, 60_000);
});
