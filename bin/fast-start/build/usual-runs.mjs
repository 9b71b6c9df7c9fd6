import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Rows and columns of a file that usual runs read: enough numbers for the kernels to be used. */
const READ_SHAPE = [256, 32];

/**
 * The most common runs of people and programs. The modules that they use become the front of the program, so these runs
 * read nothing else.
 */
const usualLines = (read, written) => [
  ["attend", "--demo"],
  ["attend", "--demo", "--causal"],
  ["attend", "fixtures/inputs/please-study-man.json", "--json"],
  ["attend", "--query", "1,0;0,1", "--key", "[[1,0],[0,1]]", "--value", "1,2;3,4", "--tokens", "a,b"],
  ["attend", ...ofEach("fixtures/inputs/tokens.csv"), "-o", "csv"],
  ["attend", ...ofEach(read), "--only", "output", "--output", written, "--force"],
  ["attend", "--demo", "--only", "output", "--output", written, "--force"],
];

/**
 * Runs that read the back, too. They only decide which modules of the back are loaded together: a dump needs little of
 * what reads and marks the sheets of people.
 */
const OTHER_LINES = [
  ["check", "fixtures/kernels/dump.npz", "--causal"],
  ["check", "fixtures/kernels/not-rescaled.npz"],
];

const ofEach = (file) => ["query", "key", "value"].flatMap((name) => [`--${name}`, file]);

/**
 * Returns the paths of the modules that each usual command line enters, and those that each other line enters. `program`
 * is the text of a program that reports them (linkModules without runs). Each line runs in its own process, and prints
 * nothing.
 */
export function findRuns(program) {
  const folder = mkdtempSync(join(tmpdir(), "qkv-build-"));
  const [file, read, written] = ["program.cjs", "read.csv", "written.csv"].map((name) => join(folder, name));
  const [rows, cols] = READ_SHAPE;
  writeFileSync(file, `module.exports = ${program};\n`);
  writeFileSync(read, `${new Array(cols).fill(0.5).join(",")}\n`.repeat(rows));
  try {
    return [usualLines(read, written), OTHER_LINES].map((lines) =>
      lines.map((words) => enteredBy(file, words)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function enteredBy(file, words) {
  const script = `
    const exported = { enter: (path) => fs.writeSync(3, path + "\\n") };
    require(${JSON.stringify(file)})(exported, require);
    exported.main(".").then((exitCode) => process.exit(exitCode));`;
  const options = { stdio: ["ignore", "ignore", "pipe", "pipe"], encoding: "utf8" };
  const { status, stderr, output } = spawnSync(process.execPath, ["-e", script, "qkv", ...words], options);
  if (status > 1) throw new Error(`qkv ${words.join(" ")}: ${stderr}`);
  return new Set(output[3].trim().split("\n"));
}
