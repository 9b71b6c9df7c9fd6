import { describe, expect, test } from "vitest";
import { CHECKED, RIGHT, rounded, verdictOf, WRONG } from "../support/checked-problems.js";
import { WRITTEN_DOCUMENTS } from "../support/office-files.js";
import { runCli } from "../support/run-cli.js";

// A document in every place that takes a sheet or a matrix: the same numbers get the same answer.

const sheetOf = (sheet: (typeof CHECKED)[number]["right"]) =>
  Object.fromEntries(Object.entries(sheet).map(([name, rows]) => [name, rounded(rows)]));

describe.each(WRITTEN_DOCUMENTS)("$ending", ({ ending, isMatrix, write }) => {
  const file = `sheet${ending}`;

  describe.each(CHECKED)("a sheet on $command", ({ problem, right, wrong }) => {
    test.each([
      ["right", right, RIGHT],
      ["wrong", wrong, WRONG],
    ] as const)("%s", async (_, sheet, verdict) => {
      const contents = write(sheetOf(sheet));
      const given = { [file]: contents };
      expect(await verdictOf([...problem, "--check", file], { given })).toEqual(verdict);
      expect(await verdictOf([...problem, "--check", "-"], { stdin: contents })).toEqual(verdict);
    });
  });

  test.each([
    ["right", [0.33, 0.67], 0, "Right"],
    ["wrong", [0.67, 0.33], 1, "Not right yet"],
  ] as const)("a sheet that gives its own problem, %s", async (_, row, exitCode, verdict) => {
    // Scores 1 1; 0 1 over √2 are 0.71 0.71; 0 0.71. Row 1 of the weights is 1 / (1 + e^0.71) = 0.33, and 0.67.
    const contents = write({
      Q: [
        [1, 0],
        [0, 1],
      ],
      K: [
        [1, 0],
        [1, 1],
      ],
      V: [
        [1, 2],
        [3, 4],
      ],
      Scores: [
        [1, 1],
        [0, 1],
      ],
      Weights: [[0.5, 0.5], [...row]],
    });
    const alone = await runCli(["check", file], { given: { [file]: contents } });
    expect([alone.exitCode, alone.stdout]).toEqual([exitCode, expect.stringContaining(verdict)]);
    const piped = await runCli(["check"], { stdin: contents });
    expect([piped.exitCode, piped.stdout]).toEqual([exitCode, expect.stringContaining(verdict)]);
  });

  if (!isMatrix) return;

  test("the answer to one step", async () => {
    const [{ problem, right, wrong }] = CHECKED;
    for (const [{ weights }, verdict] of [
      [right, RIGHT],
      [wrong, WRONG],
    ] as const) {
      const contents = write({ "": rounded(weights) });
      const given = { [file]: contents, [`weights${ending}`]: contents };
      expect(await verdictOf([...problem, "--check", `weights=${file}`], { given })).toEqual(verdict);
      expect(await verdictOf([...problem, "--check", `weights${ending}`], { given })).toEqual(verdict);
    }
  });

  test("a matrix, as SOURCE, as an option and from standard input", async () => {
    // q = [1, 0], K = I, no scale: scores 1 and 0.
    const contents = write({
      "": [
        [1, 0],
        [0, 3],
      ],
    });
    const others = [
      "--key",
      "1 0;0 1",
      "--value",
      "1 0;0 1",
      "--scale",
      "none",
      "--only",
      "scores",
      "-o",
      "csv",
    ];
    const given = { [`q${ending}`]: contents, [file]: contents };
    for (const words of [[`q${ending}`], ["--query", file], ["--query", `@${file}`]])
      expect((await runCli(["attend", ...words, ...others], { given })).stdout, words[0]).toBe("1,0\n0,3\n");
    const piped = await runCli(["attend", "--query", "-", ...others], { stdin: contents });
    expect(piped.stdout).toBe("1,0\n0,3\n");
  });
});
