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

// Q = [1 0; 0 2; 1 1], K = [1 1; 0 1; 2 0], V = [1 0; 0 1; 2 2], causal: row 1 weighs e^(2/√2) twice, so 0.5 and 0.5;
// row 2 weighs e^(2/√2), e^(1/√2), e^(2/√2) = 4.113, 2.028, 4.113, so 0.401, 0.198, 0.401.
const CAUSAL = JSON.stringify({
  Q: [
    [1, 0],
    [0, 2],
    [1, 1],
  ],
  K: [
    [1, 1],
    [0, 1],
    [2, 0],
  ],
  V: [
    [1, 0],
    [0, 1],
    [2, 2],
  ],
  settings: { causal: true },
});

const masked = (title: string, blocked: string, weight: string, last: string) => `scores
1 0 2
2 2 0
2 1 2
${title}
0.707 ${blocked} ${blocked}
1.414 1.414 ${blocked}
1.414 0.707 1.414
weights
1 ${weight} ${weight}
0.5 0.5 ${weight}
0.401 0.198 ${last}
output
1 0
0.5 0.5
1.203 1`;

describe.each(["masked scores", "scaled scores", "masked and scaled"])(
  "masked cells under the title %s",
  (title) => {
    test.each([
      ...["-inf", "−∞", "–∞", "(-oo)", "—∞", "-1e9", "-10000", "-100", "masked"].map((sign) => [sign, "0"]),
      ...["x", "*", "/", "-", "–", "—"].map((sign) => [sign, sign]),
      ["-∞", "."],
      ["-∞", "0%"],
    ])("may be written as %s, and weights as %s", async (blocked, weight) => {
      const verdictOf = async (last: string) => {
        const given = { "p.json": CAUSAL, "sheet.txt": masked(title, blocked, weight, last) };
        const { stdout } = await runCli(["attend", "p.json", "--check", "sheet.txt", "--json"], { given });
        return JSON.parse(stdout).check.verdict;
      };
      expect([await verdictOf("0.401"), await verdictOf("0.411")]).toEqual([
        expect.stringMatching(/^agrees/),
        "differs",
      ]);
    });
  },
);
