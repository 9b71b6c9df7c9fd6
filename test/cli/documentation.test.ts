import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { loadCommands } from "../../src/commands/registry.js";
import { attend, matrixOf, toRows } from "../../src/index.js";
import { REFERENCE } from "../support/pages.js";
import { shell, spawnCli } from "../support/spawn-cli.js";

// What the README and pages of docs/ show is so. Their commands are run by examples.test.ts.

// The sweep of the README takes seconds of processor time, which a busy machine stretches.
vi.setConfig({ testTimeout: 120_000 });

const readme = readFileSync("README.md", "utf8");
/** New files that pages tell people to write; how-to-pages.test.ts follows these pages. */
const NOT_YET = [
  ...["src/attention/scoring/tanh-dot.ts", "src/attention/gram.ts", "src/commands/gram.ts"],
  ...["src/ops/absolute.ts", "src/render/formats/wolfram.ts"],
];

const commands = Array.from(readme.matchAll(/```sh\n(.*?)```/gs), ([, block]) =>
  block.trim().split("\n"),
).flat();

describe("README", () => {
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
    for (const shown of ["Not right yet: one mistake. Weights ✗", "The scores were not divided by √d_k."]) {
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
  const tracked = [
    "assembly",
    "bench",
    "bin",
    "completions",
    "docs",
    "python",
    "scripts",
    "src",
    "test",
  ].flatMap((folder) => [
    `/${folder}`,
    ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map(
      (path) => `/${folder}/${path.replaceAll("\\", "/")}`,
    ),
  ]);
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

describe.each((await loadCommands()).filter(({ settings }) => "demo" in settings))("$name", ({ name }) => {
  test("the built-in example runs", () => {
    expect(spawnCli([name, "--demo"])).toMatchObject({ status: 0, stderr: "" });
  });
});
