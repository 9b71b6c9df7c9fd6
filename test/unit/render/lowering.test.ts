import { expect, test } from "vitest";
import { escapeLatex } from "../../../src/render/lowering/latex.js";
import { escapeMarkdown } from "../../../src/render/lowering/markdown.js";
import { runCli } from "../../support/run-cli.js";

const HOSTILE = "<script> | $x_1$ \\input{/etc} `a` % & ~ ^ # {} *b*";

test("nothing in a text is a sign of Markdown or a command of LaTeX", () => {
  expect(escapeMarkdown("a|b <i> *c* _d_ `e` [f] $g$ # h")).toBe(
    "a\\|b \\<i\\> \\*c\\* \\_d\\_ \\`e\\` \\[f\\] \\$g\\$ \\# h",
  );
  expect(escapeMarkdown("0.5")).toBe("0.5");
  expect(escapeMarkdown("1. one")).toBe("1\\. one");
  expect(escapeLatex("50 % of \\x_1 & {y}")).toBe("50 \\% of \\textbackslash{}x\\_1 \\& \\{y\\}");
  expect(escapeLatex("α 中")).toBe("\\ensuremath{\\alpha} {\\ttfamily U+4E2D}");
});

const commands: readonly (readonly string[])[] = [
  ["attend", "--demo", "--steps", "all"],
  ["attend", "--x", "1 0; 0 1", "--tokens", JSON.stringify([HOSTILE, "中文 ε"])],
  ["multihead", "--demo"],
  ["layer", "--demo", "--steps", "all"],
  ["model", "--demo"],
  ["compare-scoring", "--demo", "--steps", "all"],
  ["posenc", "--demo", "--steps", "all"],
];

/** The cells of a run's tables as the terminal shows them, in order. */
test.each(commands)(
  "%s %s: the whole solution in Markdown has the numbers of the terminal",
  async (...argv) => {
    const [{ stdout: shown }, { stdout: markdown, exitCode }] = [
      await runCli([...argv, "--width", "400"]),
      await runCli([...argv, "-o", "markdown"]),
    ];
    expect(exitCode).toBe(0);
    const numbers = (text: string) => new Set(text.match(/-?\d+\.\d{4}\b/g));
    const inTables = numbers(markdown);
    const missing = [
      ...numbers(
        shown
          .split("\n")
          .filter((line) => !/[▒░█▓]/.test(line))
          .join("\n"),
      ),
    ].filter((number) => !inTables.has(number));
    expect(missing).toEqual([]);
  },
);

/** Environments that are opened and not closed, or closed and not opened. */
function unbalanced(latex: string): readonly string[] {
  const open: string[] = [];
  for (const [, word, name] of latex.matchAll(/\\(begin|end)\{(\w+)\}/g)) {
    if (word === "begin") open.push(name);
    else if (open.pop() !== name) return [name];
  }
  return open;
}

test.each(commands)("%s %s: LaTeX is whole, and of signs that it knows", async (...argv) => {
  const { stdout } = await runCli([...argv, "-o", "latex"]);
  expect(unbalanced(stdout)).toEqual([]);
  expect(stdout).not.toMatch(/[^\n -~\u00c0-\u00ff]/u);
  const depth = Array.from(stdout.replace(/\\[{}\\]/g, "")).reduce(
    (level, sign) => level + (sign === "{" ? 1 : sign === "}" ? -1 : 0),
    0,
  );
  expect(depth).toBe(0);
});
