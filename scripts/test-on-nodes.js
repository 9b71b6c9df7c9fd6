// Runs the tests on several versions of Node, and in surroundings in which programs break: another time zone and language, a
// locale that is not installed, a folder that cannot be written to and has a blank and an ü in its name.
//   npm run test:nodes -- [--quick] [--nodes 20,22,24,26] [--surroundings folder,turkish]
// The versions are packages of npm that hold nothing but the program, installed into a folder that is gone afterwards.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    nodes: { type: "string", default: "20,22,24,26" },
    surroundings: { type: "string", default: "plain,turkish,folder" },
  },
});
const tests = values.quick ? ["test/unit", "test/laws"] : [];
const temporary = mkdtempSync(join(tmpdir(), "qkv-nodes-"));

/** What a run of the tests meets, by name: the folder that it runs in, and what its environment has besides. */
const SURROUNDINGS = {
  plain: () => ({ folder: process.cwd(), env: {} }),
  // İ and ı are no capital i and small I there; 14 hours before UTC; bash complains of a locale that is not installed.
  turkish: () => ({
    folder: process.cwd(),
    env: { LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", TZ: "Pacific/Kiritimati" },
  }),
  folder: () => ({ folder: unwritableCopy(), env: { TMPDIR: made(join(temporary, "tmp ü")) } }),
};

const outcomes = [];
try {
  for (const version of listed(values.nodes)) {
    const node = install(version);
    for (const name of listed(values.surroundings)) outcomes.push(run(node, name));
  }
} finally {
  forceWritable(temporary);
  rmSync(temporary, { recursive: true });
}
for (const { what, passed } of outcomes) process.stdout.write(`${passed ? "passed" : "FAILED"}  ${what}\n`);
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;

function run(node, name) {
  const { folder, env } = SURROUNDINGS[name]();
  const what = `${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}, ${name}`;
  process.stdout.write(`\n${what}\n`);
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(node, [vitest, "run", "--reporter=dot", ...tests], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  return { what, passed: status === 0 };
}

/** The program of a version, `22` or `22.12.0`: the package is called by its system and processor. */
function install(version) {
  const system = process.platform === "win32" ? "win" : process.platform;
  const folder = made(join(temporary, `node-${version}`));
  const spec = `node-${system}-${process.arch}@${version}`;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", spec], {
    stdio: "inherit",
  });
  return join(folder, "node_modules", `node-${system}-${process.arch}`, "bin", "node");
}

/** A copy of everything but what git and npm keep. Who may do anything (root) may write into it all the same. */
function unwritableCopy() {
  const copy = join(temporary, "a ü b");
  forceWritable(copy);
  rmSync(copy, { recursive: true, force: true });
  made(copy);
  for (const name of readdirSync(".").filter((one) => !/^(?:\.git|node_modules|coverage)$/.test(one)))
    cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  changeModes(copy, 0o555);
  return copy;
}

function forceWritable(folder) {
  changeModes(folder, 0o755);
}

/** The modes of a folder and of those in it; links and files stay as they are. */
function changeModes(folder, mode) {
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  const folders = entries.filter((one) => one.isDirectory()).map((one) => join(one.parentPath, one.name));
  for (const one of [...folders, folder]) chmodSync(one, mode);
}

function made(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}

function listed(text) {
  return text.split(",").filter(Boolean);
}
