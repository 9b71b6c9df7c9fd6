import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";

// Follows a page of docs/ that explains how to add something, to the letter. The rule: the line above a block of `ts`
// or `json` ends with a file and the place in it, as `PLACE` says. In a block of `console`, lines after "$ " are
// commands, and the lines below each are what it prints.

/** "`FILE`, a new file:", "`FILE`, with the imports:", "`FILE`, at the end:" or "`FILE`, at the end of `NAME`:". */
const PLACE = /`([\w./-]+)`, (a new file|with the imports|at the end)(?: of `([^`]+)`)?:$/;

/** A fenced block of a page, without its indentation, and the line above it. */
interface Block {
  readonly language: string;
  readonly above: string;
  readonly text: string;
}

/** A command of a page, and what the page says it prints; "" if it says nothing. */
export interface ShownCommand {
  readonly command: string;
  readonly shown: string;
}

function blocksOf(page: string): readonly Block[] {
  const fenced = page.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms);
  return Array.from(fenced, ({ index, 1: indent, 2: language, 3: text }) => ({
    language,
    above: page.slice(0, index).trimEnd().split("\n").at(-1) ?? "",
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The commands of a page, in their order. */
export function commandsOf(page: string): readonly ShownCommand[] {
  const consoles = blocksOf(page).filter(({ language }) => language === "console");
  return consoles.flatMap(({ text }) =>
    text
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command, ...shown] = part.split("\n");
        return { command, shown: shown.join("\n").trimEnd() };
      }),
  );
}

/** The parts of the project that are copied: what types, the program, the laws and `npm run docs:mistakes` need. */
const COPIED = [
  ...["src", "bin", "scripts", "test/support", "test/laws", "fixtures", "docs"],
  ...["package.json", "tsconfig.json", "vitest.config.ts"],
];

/** Copies the project into a folder. */
export function copyProject(folder: string): void {
  for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
}

/** Applies the blocks of a page to a copy of the project. Returns the files that were written. */
export function applyPage(page: string, folder: string): readonly string[] {
  const code = blocksOf(page).filter(({ language }) => language === "ts" || language === "json");
  return code.map(({ above, text }) => {
    const [, file, place, name] = PLACE.exec(above) ?? [];
    if (file === undefined) throw new Error(`this line does not say where the block below it goes: ${above}`);
    const path = join(folder, file);
    if (place === "a new file") {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" });
      return file;
    }
    const before = readFileSync(path, "utf8");
    if (place === "with the imports")
      writeFileSync(
        path,
        before.replace(/^import /m, () => `${text}import `),
      );
    else if (name === undefined) writeFileSync(path, `${before}\n${text}`);
    else writeFileSync(path, insertedAtEnd(before, name, text));
    return file;
  });
}

/** Puts a text after the last entry of the list or object with this name. */
function insertedAtEnd(file: string, name: string, text: string): string {
  const lines = file.split("\n");
  const first = lines.findIndex((line) => line.includes(name) && /[[{(]$/.test(line));
  if (first < 0) throw new Error(`there is no list "${name}"`);
  const [indent] = /^ */.exec(lines[first]) ?? [""];
  const end = lines.findIndex(
    (line, at) => at > first && /^ *[\]})]/.test(line) && line.search(/\S/) === indent.length,
  );
  const last = lines[end - 1];
  const comma = /[,[{(]$/.test(last) ? "" : ",";
  return [...lines.slice(0, end - 1), last + comma, text.trimEnd(), ...lines.slice(end)].join("\n");
}

/** Runs a line of bash in a folder, as a person types it there. */
export function typedIn(folder: string, line: string) {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", line], {
    cwd: folder,
    env,
    encoding: "utf8",
    input: "",
  });
  return { status, printed: `${stdout}${stderr}`.trimEnd() };
}

/** Type-checks src/ of a folder, and these other files. Returns what tsc prints. */
export function typeErrorsIn(folder: string, files: readonly string[]): string {
  const others = files.filter((file) => file.startsWith("test/"));
  const config = { extends: "./tsconfig.json", include: ["src"], files: others };
  writeFileSync(join(folder, "tsconfig.page.json"), JSON.stringify(config));
  return typedIn(folder, "node node_modules/typescript/bin/tsc --noEmit -p tsconfig.page.json").printed;
}

/** Builds dist/program.cjs of a folder as `npm run build` does, without the rest of the build. */
export async function bundleIn(folder: string): Promise<void> {
  await build({
    ...{ absWorkingDir: folder, entryPoints: ["src/cli/main.ts"], outfile: "dist/program.cjs" },
    ...{
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      charset: "utf8",
      logLevel: "silent",
    },
    define: { QKV_VERSION: '"0.0.0-page"' },
  });
}
