// Runs the tests on several versions of Node, and in environments in which programs often fail: another time zone and
// language, a locale that is not installed, a read-only folder with a blank and an ü in its name.
//   npm run test:nodes -- [--quick] [--nodes 20,22,24,26] [--surroundings folder,turkish]
// The versions are npm packages that contain only the program. They are installed into a temporary folder.
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

/** The environments of a test run, by name: its folder, and extra environment variables. */
const SURROUNDINGS = {
  plain: () => ({ folder: process.cwd(), env: {} }),
  // In Turkish, the capital of i is İ, and the small letter of I is ı. The time zone is 14 hours ahead of UTC. bash
  // complains about a locale that is not installed.
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

/**
 * Installs a version of Node, `22` or `22.12.0`, and returns the path of its program. The package name contains the
 * system and the processor.
 */
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

/**
 * Copies everything except the folders of git and npm. A user who may do anything (root) can still write into the copy.
 */
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

/** Changes the modes of a folder and of all folders in it. Links and files stay unchanged. */
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
