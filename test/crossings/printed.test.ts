import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// What qkv prints in every form with tables, given back as a sheet: it is right, and one changed number is found.

interface Form {
  readonly file: string;
  readonly options: readonly string[];
}

const FORMS: readonly Form[] = [
  { file: "printed.txt", options: [] },
  { file: "printed.txt", options: ["--steps", "all"] },
  { file: "printed.txt", options: ["--steps", "all", "--width", "40"] },
  { file: "printed.txt", options: ["--width", "40", "--ascii"] },
  { file: "printed.md", options: ["-o", "markdown", "--steps", "all"] },
  { file: "printed.md", options: ["-o", "markdown"] },
  { file: "printed.tex", options: ["-o", "latex", "--steps", "all"] },
  { file: "printed.html", options: ["-o", "html"] },
];

/**
 * A command with its example, the step in which a number is changed, the first step with this number, and how many
 * steps every form shows.
 */
const RUNS: readonly { line: string; id: string; first?: unknown; brief: number }[] = [
  { line: "attend --demo", id: "weights", brief: 6 },
  { line: "attend --demo --causal", id: "weights", brief: 5 },
  { line: "attend --demo --backward ones", id: "weights", brief: 6 },
  { line: "multihead --demo", id: "weights", brief: 3 },
  { line: "layer --demo", id: "weights", brief: 4 },
  { line: "posenc --demo", id: "rotation", first: expect.any(String), brief: 1 },
  { line: "rope --demo", id: "rotated", first: expect.any(String), brief: 4 },
  { line: "alibi --demo", id: "bias", brief: 1 },
];

interface Step {
  readonly id: string;
  readonly scope: string;
  readonly data: readonly (readonly number[])[];
}

/** Chooses a number that this step prints and that occurs least often in the run, and changes its first digit. */
function changeIn(steps: readonly Step[], id: string, text: string): { from: string; to: string } {
  const spell = ({ data }: Step) => data.flat().map((cell) => Math.abs(cell).toFixed(4));
  const written = steps.flatMap(spell);
  const timesOf = (cell: string) => written.filter((other) => other === cell).length;
  const [from] = steps
    .filter((step) => step.id === id)
    .flatMap(spell)
    .filter((cell) => Number(cell) !== 0 && text.includes(cell))
    .sort((a, b) => timesOf(a) - timesOf(b));
  return { from, to: from.replace(/[1-9]/, (digit) => String((Number(digit) % 9) + 1)) };
}

async function judge(argv: readonly string[], given: Readonly<Record<string, string>>) {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json"], { given });
  if (stdout === "") return { exitCode, stderr };
  const run = JSON.parse(stdout);
  return { exitCode, ...(run.check ?? run.sheets[0]) };
}

describe.each(RUNS)("$line", ({ line, id, first = id, brief }) => {
  const words = line.split(" ");
  const run = runCli([...words, "--json"]).then(({ stdout }) => JSON.parse(stdout));

  test.each(FORMS)("$options", async ({ file, options }) => {
    const { steps } = await run;
    const { stdout: text } = await runCli([...words, ...options]);
    const right = await judge([...words, "--check", file], { [file]: text });
    expect(right).toMatchObject({ exitCode: 0, verdict: "agrees" });
    const { steps: answered, ofSteps } = right.answered;
    if (options.includes("all")) expect(answered).toBe(ofSteps);
    else expect(answered).toBeGreaterThanOrEqual(brief);
    const { from, to } = changeIn(steps, id, text);
    const wrong = await judge([...words, "--check", file], { [file]: text.replaceAll(from, to) });
    expect(wrong).toMatchObject({ exitCode: 1, firstWrongStep: { id: first } });
  });
});

test("the whole of a model, whose tables stand in blocks of columns", async () => {
  const words = ["model", "--demo"];
  for (const [options, verdict] of [
    [["--steps", "all"], "agrees"],
    [[], "unanswered"],
  ] as const) {
    const { stdout } = await runCli([...words, ...options]);
    expect(await judge([...words, "--check", "printed.txt"], { "printed.txt": stdout })).toMatchObject({
      verdict,
    });
  }
});

test("a problem and its printed run are a class of one", async () => {
  const { stdout: json } = await runCli(["multihead", "--demo", "--json"]);
  const { inputs, tokens, settings } = JSON.parse(json);
  const { stdout: printed } = await runCli(["multihead", "--demo", "-o", "markdown"]);
  const given = { "problem.json": JSON.stringify({ ...inputs, tokens, settings }), "printed.md": printed };
  const { exitCode, stdout } = await runCli(["check", "problem.json", "printed.md"], { given });
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right/m)]);
});

test("lines of dashes, blanks and bars take no longer than others", async () => {
  const { stdout } = await runCli(["attend", "--demo"]);
  const long = [
    `${"-".repeat(9000)}x`,
    `${"| ".repeat(9000)}x`,
    `x${" ".repeat(9000)}(`,
    `(${"a × ".repeat(900)}`,
  ];
  const sheet = `${stdout}\n${long.join("\n\n")}\n`;
  expect(await judge(["attend", "--demo", "--check", "printed.txt"], { "printed.txt": sheet })).toMatchObject(
    {
      verdict: "agrees",
    },
  );
});
