import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TOPICS } from "../../src/cli/topics/registry.js";
import { COMMAND_NAMES } from "../../src/commands/registry.js";
import { npyOf } from "./array-files.js";
import { runCli } from "./run-cli.js";
import { shell } from "./spawn-cli.js";

// The examples of help and documentation: shell lines that people copy.

/** A line to copy, and where it is. */
export interface Example {
  readonly where: string;
  readonly line: string;
}

/**
 * Pages that other tests run, which compare more: add-a-*.md with how-to-pages.test.ts, engineers.md with
 * engineers.test.ts, gallery.md with gallery.test.ts.
 */
const FOLLOWED = /^(?:add-a.*|engineers|gallery|mistakes)\.md$/;

/** Finds the commands in a text of help, without the explanations after two blanks or more. */
const inHelp = (text: string) =>
  Array.from(
    text.matchAll(/^ {2}(qkv (?!COMMAND|explore|help \S+ {2}|help {2}|--version).*)$/gm),
    ([, line]) => line,
  );

/**
 * Finds the commands in the blocks of a page. Drops installing and testing, because they run this test; the rest of the
 * line is run.
 */
function inBlocks(page: string): readonly string[] {
  const indented = Array.from(page.matchAll(/^ {4}(qkv .*)$/gm), ([, line]) => line);
  const fenced = Array.from(page.matchAll(/```sh\n(.*?)```/gs), ([, block]) =>
    block.trim().split("\n"),
  ).flat();
  return (
    [...indented, ...fenced]
      .map((line) => line.replace(/^npm ci && (?:npx )?/, ""))
      // open.test.ts tests what opens a browser.
      .filter((line) => line !== "npm test" && !/DIR\|FILE|^qkv open /.test(line))
  );
}

/** Finds whole commands in running text: with more than a name, and with nothing to fill in. */
const inText = (page: string) =>
  Array.from(page.matchAll(/`(qkv [^\s`]+ [^`\n…|~]*)`/g), ([, line]) => line).filter(
    (line) => !/^qkv open | -h$|[A-Z]{3,}/.test(line.replaceAll(/'[^']*'/g, "")),
  );

/** All examples of help and documentation, each once. */
export async function allExamples(): Promise<readonly Example[]> {
  const asked = [
    ["-h"],
    ["--help"],
    ...COMMAND_NAMES.flatMap((name) => [
      [name, "-h"],
      [name, "--help"],
    ]),
    ...Object.keys(TOPICS).map((name) => ["help", name]),
  ];
  const helps = await Promise.all(
    asked.map(async (argv) => ({
      where: `qkv ${argv.join(" ")}`,
      lines: inHelp((await runCli(argv)).stdout),
    })),
  );
  const pages = [
    "README.md",
    ...readdirSync("docs")
      .filter((name) => !FOLLOWED.test(name))
      .map((name) => `docs/${name}`),
  ]
    .filter((path) => path.endsWith(".md"))
    .map((path) => [path, readFileSync(path, "utf8")] as const)
    .map(([path, page]) => ({ where: path, lines: [...inBlocks(page), ...inText(page)] }));
  const found = new Map<string, Example>();
  for (const { where, lines } of [...helps, ...pages]) {
    for (const line of lines) if (!found.has(line)) found.set(line, { where, line });
  }
  return [...found.values()];
}

/**
 * Makes a folder as people have who type the examples: their matrices, a kernel's arrays, sheets, and the fixtures of
 * the README.
 */
export function folderOfExamples(): string {
  const folder = mkdtempSync(join(tmpdir(), "qkv-examples-"));
  for (const name of ["fixtures", "bin", "docs"]) symlinkSync(resolve(name), join(folder, name));
  const write = (name: string, contents: string | Uint8Array) => writeFileSync(join(folder, name), contents);
  // Equal keys: every weight is 1/2, every output row the mean of the values.
  const array = (...data: readonly number[]) =>
    npyOf({ shape: [2, 2], data: Float64Array.from(data), type: "float64" });
  for (const [name, data] of Object.entries({
    q: [1, 0, 0, 1],
    k: [1, 1, 1, 1],
    v: [1, 2, 3, 4],
    out: [2, 3, 2, 3],
  })) {
    write(`${name}.npy`, array(...data));
    write(`${name}.csv`, `${data[0]},${data[1]}\n${data[2]},${data[3]}\n`);
  }
  cpSync("fixtures/kernels/not-rescaled.npz", join(folder, "dump.npz"));
  for (const name of ["sheets", "source", "submission", "results"]) mkdirSync(join(folder, name));
  for (const name of ["sheets/ada.txt", "submission/sheet.txt"]) write(name, "weights: 0.5 0.5; 0.5 0.5\n");
  shell("qkv exercise attend --count 30 --seed 2026 --files ex", join(folder, "source"));
  return folder;
}

/** Runs an example in a copy of a folder of examples, with the files that earlier lines made. */
export function runExample(line: string, folder: string) {
  const copy = mkdtempSync(join(tmpdir(), "qkv-example-"));
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  if (/(?<!source\/)\bex-\d/.test(line)) cpSync(join(folder, "source"), copy, { recursive: true });
  return { ...shell(line, copy), copy };
}

/** Splits a line into words. Returns undefined if it uses more of a shell than quotes. */
export function plainWords(line: string): readonly string[] | undefined {
  if (/[|&;<>$`*"\\#~]/.test(line.replaceAll(/'[^']*'/g, ""))) return undefined;
  return Array.from(line.matchAll(/(?:'[^']*'|[^\s'])+/g), ([word]) => word.replaceAll("'", ""));
}
