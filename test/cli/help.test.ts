import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { optionsOf } from "../../src/cli/options.js";
import { TOPICS, topicOfGroup } from "../../src/cli/topics/registry.js";
import { loadCommands } from "../../src/commands/registry.js";
import { REFERENCE } from "../support/pages.js";
import { runCli } from "../support/run-cli.js";
import { shell } from "../support/spawn-cli.js";

// Help in layers: alone, -h, --help, help TOPIC. Its examples are run by examples.test.ts.

const SCREEN = 24;
const MOST_LINES = 80;
const WIDTH = 80;
const commands = await loadCommands();
const linesOf = (text: string) => text.trimEnd().split("\n");
const helpOf = async (...argv: readonly string[]) => (await runCli(argv)).stdout;
const topics = new Map(
  await Promise.all(Object.keys(TOPICS).map(async (name) => [name, await helpOf("help", name)] as const)),
);
/** On one line, whatever its width. */
const unwrapped = (text: string) => text.replaceAll(/\s+/g, " ");
/** Whether an option stands at the beginning of a line of help. */
const hasOption = (text: string, flags: string) =>
  linesOf(text).some((line) => line === `  ${flags}` || line.startsWith(`  ${flags}  `));

describe.each(commands)("qkv $name", (command) => {
  const { name, summary, examples } = command;
  const options = optionsOf(command);
  const asked = Promise.all([helpOf(name, "-h"), helpOf(name, "--help"), helpOf("help", name, "--all")]);

  test("-h fits a screen: what the command does, examples, options", async () => {
    const [short] = await asked;
    expect(linesOf(short).length).toBeLessThanOrEqual(SCREEN);
    expect(unwrapped(short)).toContain(summary);
    expect(short).toContain(`  ${examples[0][1]}\n`);
    const shown = linesOf(short).flatMap(
      (line) => /^ {2}(-[^\s,]+(?:, -[^\s,]+)*)/.exec(line)?.[1].split(", ") ?? [],
    );
    const usual = options.filter(({ brief }) => brief !== undefined);
    const missing = usual.filter(({ names }) => !names.some((one) => shown.includes(one)));
    expect(missing.map(({ flags }) => flags)).toEqual([]);
    expect(shown.filter((one) => !usual.some(({ names }) => names.includes(one)))).toEqual([]);
  });
  test(`--help has at most ${MOST_LINES} lines, and every example`, async () => {
    const [, usual] = await asked;
    expect(linesOf(usual).length).toBeLessThanOrEqual(MOST_LINES);
    expect(unwrapped(usual)).toContain(summary);
    for (const [purpose, line] of examples) {
      expect(usual).toContain(`\n  ${line}\n`);
      expect(unwrapped(usual).replaceAll("# ", "")).toContain(purpose);
    }
  });
  test.each(options)(
    "$flags stands in --help, or in one topic that it names",
    async ({ flags, help, group }) => {
      const [, usual] = await asked;
      const isShown = hasOption(usual, flags) && unwrapped(usual).includes(unwrapped(help));
      const topic = topicOfGroup(group);
      if (topic === undefined) return expect(isShown).toBe(true);
      expect(isShown || usual.includes(`  qkv help ${topic} `)).toBe(true);
      const telling = [...topics].filter(
        ([, text]) => hasOption(text, flags) && unwrapped(text).includes(unwrapped(help)),
      );
      expect(telling.map(([name]) => name)).toEqual([topic]);
    },
  );
  test.each(options)("$flags stands once in help --all, below its group", async ({ flags, help, group }) => {
    const [, , whole] = await asked;
    const lines = linesOf(whole);
    expect(lines.filter((line) => line === `  ${flags}` || line.startsWith(`  ${flags}  `))).toHaveLength(1);
    expect(unwrapped(whole)).toContain(unwrapped(help));
    const before = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith(`  ${flags}`)),
    );
    expect(before.findLast((line) => /^[A-Z]/.test(line))).toBe(group);
  });
  test("no line is wider than the terminal, but commands, which are to be copied", async () => {
    const wide = (await asked)
      .flatMap(linesOf)
      .filter((line) => [...line].length > WIDTH && !line.startsWith("  qkv "));
    expect(wide).toEqual([]);
  });
  test("every option is in the reference", () => {
    const reference = REFERENCE.map((page) => readFileSync(page, "utf8")).join("\n");
    for (const { name: input, value, long } of options) {
      expect(reference).toContain(value === "<matrix>" ? `\`${input}\`` : long);
    }
  });
});

test("no group is of two topics, and every topic has a group or a page of its own", () => {
  const groups = Object.values(TOPICS).flatMap(({ groups }) => groups.filter(Boolean));
  expect(new Set(groups).size).toBe(groups.length);
  const used = new Set(commands.flatMap((command) => optionsOf(command).map(({ group }) => group)));
  expect(groups.filter((group) => !used.has(group))).toEqual([]);
});

describe("qkv alone", async () => {
  const { exitCode, stdout, stderr } = await runCli([]);
  test("shows what people come for, on one screen", () => {
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(linesOf(stderr).length).toBeLessThanOrEqual(SCREEN);
    for (const { name } of commands) expect(stderr).toContain(name);
  });
  test("is what qkv -h prints", async () => expect(await helpOf("-h")).toBe(stderr));
  test(`--help has at most ${MOST_LINES} lines, and says what each command does`, async () => {
    const text = await helpOf("--help");
    expect(linesOf(text).length).toBeLessThanOrEqual(MOST_LINES);
    for (const { summary } of commands) expect(unwrapped(text)).toContain(summary);
  });
  test("in colour where there is a terminal, which an error stream has not", async () => {
    const terminals = ["stdout", "stderr"] as const;
    const env = { TERM: "xterm-256color", COLORTERM: "truecolor" };
    const { stderr: plain } = await runCli([], { terminals, env });
    expect(plain).toBe(stderr);
    expect((await runCli(["help", "mask"], { terminals, env })).stdout).toContain("\u001b[");
  });
});

describe("qkv help TOPIC", () => {
  test("without a topic lists them", async () => {
    const { exitCode, stdout } = await runCli(["help"]);
    expect(exitCode).toBe(0);
    for (const name of topics.keys()) expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
  });
  test.each([...topics])("%s is explained, without marks of Markdown", (_, text) => {
    expect(text).not.toMatch(/^#|^\||\*\*|^```/m);
    expect(text.length).toBeGreaterThan(200);
  });
  test("by another word, in capitals", async () => {
    expect(await helpOf("help", "Masking")).toBe(topics.get("mask"));
  });
  test("a topic that is called as a command leads there, and --all to all of its options", async () => {
    const text = await helpOf("help", "posenc");
    expect(text).toContain(topics.get("positions"));
    expect(text).toContain("qkv posenc -h shows how the command of this name is used.");
    expect(await helpOf("help", "posenc", "--all")).toContain("Usage: qkv posenc");
  });
  test("in a narrow terminal options stand above their help", async () => {
    const { stdout } = await runCli(["help", "rounding"], { env: { COLUMNS: "40" } });
    expect(stdout).toMatch(/^ {2}--carry <k>\n {4}round every step/m);
  });
  test("what is said of an example stays a comment, however narrow the terminal is", async () => {
    const { stdout } = await runCli(["attend", "-h"], { env: { COLUMNS: "40" } });
    expect(stdout).toContain(
      "  # the built-in example, masked\n  # causally\n  qkv attend --demo --causal\n",
    );
  });
  test("a mistake by its id, with its fix and an example that can be copied", async () => {
    const stdout = await helpOf("help", "scale-missing");
    expect(stdout).toContain("The scores were not divided by √d_k.");
    const [, line = ""] = /^ {2}(qkv attend .* --check .*)$/m.exec(stdout) ?? [];
    const checked = shell(line);
    expect(checked.status).toBe(1);
    expect(checked.stdout).toContain("The scores were not divided by √d_k.");
  });
  test.each(["scale", "scale-missing", "entropy"])("explain %s says the same", async (word) => {
    expect(await runCli(["explain", word])).toEqual(await runCli(["help", word]));
  });
  test.each([
    ["scale-mising", "Did you mean qkv help scale-missing?"],
    ["`", "The topics are inputs, mask"],
    ["mas", "Did you mean qkv help mask?"],
    ["xyzzy", "The topics are inputs, mask"],
  ])("%s is none", async (word, hint) => {
    const { exitCode, stderr } = await runCli(["help", word]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(hint);
  });
});
