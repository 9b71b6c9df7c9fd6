import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { longNameOf, optionsOf } from "../../src/cli/options.js";
import { loadCommands } from "../../src/commands/registry.js";
import { attend, matrixOf, toRows } from "../../src/index.js";
import { shell, spawnCli } from "../support/spawn-cli.js";

// Every command that the README and --help show is run; every option stands in the reference and in --help.

// The sweep of the README takes seconds of processor time, which a busy machine stretches.
vi.setConfig({ testTimeout: 120_000 });

const readme = readFileSync("README.md", "utf8");
const REFERENCE = [
  "docs/reference.md",
  ...readdirSync("docs/reference").map((page) => `docs/reference/${page}`),
];
const reference = REFERENCE.map((page) => readFileSync(page, "utf8")).join("\n");

/** New files that pages tell people to write; how-to-pages.test.ts follows these pages. */
const NOT_YET = [
  ...["src/attention/scoring/tanh-dot.ts", "src/attention/gram.ts", "src/commands/gram.ts"],
  ...["src/ops/absolute.ts", "src/render/formats/wolfram.ts"],
];

const commands = Array.from(readme.matchAll(/```sh\n(.*?)```/gs), ([, block]) =>
  block.trim().split("\n"),
).flat();

describe("README commands", () => {
  test("there are some", () => expect(commands.length).toBeGreaterThan(6));
  // Installing and testing are what runs this test; the rest of such a line is run.
  const runnable = commands
    .map((line) => line.replace(/^npm ci && (npx )?/, ""))
    .filter((line) => line !== "npm test");
  test.each(runnable)("%s", (line) => {
    const { status, stdout, stderr } = shell(line);
    expect(status, stderr).toBe(0);
    expect(stdout).not.toBe("");
  });
  test("the script's comment is what the script gives", () => {
    const trace = attend({
      query: [[1, 0]],
      key: [
        [1, 0],
        [0, 1],
      ],
      value: [
        [10, 0],
        [0, 20],
      ],
    });
    expect(readme).toContain(JSON.stringify(toRows(matrixOf(trace, "weights"))).replaceAll(",", ", "));
  });
  test("the mistake shown is the one named", () => {
    const line = commands.find((command) => command.includes("--check")) ?? "";
    for (const shown of [
      "✗ not right, first at weights",
      "The scores were not divided by √d_k. (scale-missing)",
    ]) {
      expect(shell(line).stdout).toContain(shown);
      expect(readme).toContain(`    ${shown}\n`);
    }
  });
  test("the explanation shown is the one printed", () => {
    const { stdout } = shell("qkv attend fixtures/inputs/please-study-man.json --why 'weights[study,man]'");
    expect(readme).toContain(
      stdout
        .split("\n")
        .slice(0, 3)
        .map((line) => `    ${line}`)
        .join("\n"),
    );
  });
});

describe("docs/papers.md", () => {
  const page = readFileSync("docs/papers.md", "utf8");
  const lines = [...page.matchAll(/^ {4}(qkv .*)$|`(qkv [^`…]*)`/gm)].map(
    ([, block, inline]) => block ?? inline,
  );
  test("there are some", () => expect(lines.length).toBeGreaterThan(15));
  test.each(lines.filter((line) => !/NAME/.test(line)))("%s", (line) => {
    const { status, stdout, stderr } = shell(line);
    expect(status, stderr).toBe(0);
    expect(stdout).not.toBe("");
  });
});

test("every page of the reference stands in its table, and every link of it leads somewhere", () => {
  const [index] = REFERENCE.map((page) => readFileSync(page, "utf8"));
  for (const page of REFERENCE.slice(1)) expect(index).toContain(`](${page.replace("docs/", "")})`);
  const slugOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-");
  for (const page of REFERENCE) {
    for (const [link, file, place] of readFileSync(page, "utf8").matchAll(
      /\]\(([\w./-]*\.md)?(?:#([\w-]+))?\)/g,
    )) {
      const target = file ? join(dirname(page), file) : page;
      const headings = Array.from(readFileSync(target, "utf8").matchAll(/^#+ (.*)$/gm), ([, heading]) =>
        slugOf(heading),
      );
      if (place) expect(headings, `${page}: ${link}`).toContain(place);
    }
  }
});

test("every page of docs/ stands in its index", () => {
  const index = readFileSync("docs/README.md", "utf8");
  const pages = readdirSync("docs").filter((file) => file.endsWith(".md") && file !== "README.md");
  for (const page of pages) expect(index).toContain(`(${page})`);
});

describe("files and folders that the documentation names", () => {
  const tracked = ["assembly", "bench", "bin", "completions", "docs", "scripts", "src", "test"].flatMap(
    (folder) => [
      `/${folder}`,
      ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map(
        (path) => `/${folder}/${path.replaceAll("\\", "/")}`,
      ),
    ],
  );
  const named = [
    "architecture",
    "conventions",
    "mistakes",
    "performance",
    "add-a-scoring",
    "add-a-command",
    "add-an-op",
    "add-a-mistake",
    "add-a-format",
  ].flatMap((page) =>
    Array.from(
      readFileSync(`docs/${page}.md`, "utf8").matchAll(/`([a-z][\w./-]*(?:\.[jt]s|\/))`/g),
      ([, path]) => path,
    ),
  );
  test("there are some", () => expect(named.length).toBeGreaterThan(30));
  test.each([...new Set(named)].filter((path) => !NOT_YET.includes(path)))("%s", (path) => {
    expect(tracked.some((file) => file.endsWith(`/${path.replace(/\/$/, "")}`))).toBe(true);
  });
});

/** Examples of the help need no file, and some write one. */
const emptyFolder = mkdtempSync(join(tmpdir(), "qkv-help-"));
afterAll(() => rmSync(emptyFolder, { recursive: true }));

describe.each(await loadCommands())("$name --help", (command) => {
  const { name, examples } = command;
  const { stdout: help } = spawnCli([name, "--help"]);
  test.each(examples.map(([, line]) => line))("example: %s", (line) => {
    expect(help).toContain(line);
    expect(shell(line, emptyFolder)).toMatchObject({ status: 0, stderr: "" });
  });
  const declared = optionsOf(command);
  const lines = help.split("\n");
  const words = help.replaceAll(/\s+/g, " ");
  const groups = [...new Set(declared.map(({ group }) => group))];
  test("it says what the command does, then shows examples, then the options by group", () => {
    expect(words).toContain(command.summary);
    const places = ["Usage:", "Examples:", ...groups.map((group) => `\n${group}:\n`)].map((part) =>
      help.indexOf(part),
    );
    expect(places).not.toContain(-1);
    expect(places.slice(0, 2)).toEqual([...places].sort((a, b) => a - b).slice(0, 2));
  });
  test.each(declared)("$flags stands once, in its group, with its help", ({ flags, help: text, group }) => {
    expect(lines.filter((line) => line.startsWith(`  ${flags}  `) || line === `  ${flags}`)).toHaveLength(1);
    expect(words).toContain(text.replaceAll(/\s+/g, " "));
    const before = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith(`  ${flags}`)),
    );
    expect(before.findLast((line) => /^\w.*:$/.test(line))).toBe(`${group}:`);
  });
  test("no line is wider than the terminal, but commands, which are to be copied", () => {
    expect(lines.filter((line) => line.length > 80 && !line.startsWith("  qkv "))).toEqual([]);
  });
  if ("demo" in command.settings)
    test("the built-in example runs", () => {
      expect(spawnCli([name, "--demo"])).toMatchObject({ status: 0, stderr: "" });
    });
  const options = Array.from(new Set(help.match(/--[a-z][a-z-]*/g)));
  test.each(options.filter((option) => option !== "--help"))("%s is in the reference", (option) => {
    const matrix = declared.find(
      ({ flags }) => flags.endsWith("<matrix>") && longNameOf(flags) === option,
    )?.name;
    expect(reference).toContain(matrix ? `\`${matrix}\`` : option);
  });
});
