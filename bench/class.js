// Measures how long a class takes: 300 different sheets of one problem, whose weights and outputs fit no mistake,
// marked by the installed `qkv check`. Counts the CPU time of the process, minus that for one sheet. Goal: 1.5 s, which
// is 5 ms per sheet.
//   npm run build && node bench/class.js [sheets=300] [rounds=3]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { print } from "./measure.js";

const [sheets, rounds] = [Number(process.argv[2] ?? 300), Number(process.argv[3] ?? 3)];
const GOAL_MS = 5;
const folder = mkdtempSync(join(tmpdir(), "qkv-class-"));
const problem = join(folder, "problem.json");
const [one, all] = ["one", "all"].map((name) => join(folder, name));

let seed = 12345;
function random() {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed / 2 ** 31;
}
const rows = (make) => Array.from({ length: 4 }, make);
const text = (matrix) => matrix.map((row) => row.map((value) => value.toFixed(2)).join(" ")).join("\n");

/** Writes a sheet with weights whose rows add up to 1, and with outputs of about the right size. */
function writeSheet(name) {
  const weights = rows(() => {
    const row = rows(random);
    const sum = row.reduce((total, value) => total + value);
    return row.map((value) => value / sum);
  });
  const output = rows(() => [0, 0, 0].map(() => 3 * random()));
  writeFileSync(name, `Weights:\n${text(weights)}\n\nOutput:\n${text(output)}\n`);
}

const matrix = (cols) => rows(() => Array.from({ length: cols }, () => Math.floor(3 * random())));
writeFileSync(
  problem,
  JSON.stringify({ tokens: ["the", "cat", "sat", "down"], q: matrix(3), k: matrix(3), v: matrix(3) }),
);
for (const path of [one, all]) mkdirSync(path);
for (let at = 0; at < sheets; at++) writeSheet(join(all, `${at}.txt`));
writeSheet(join(one, "0.txt"));

/** Returns the CPU time of a whole run in ms. Other work on the machine does not count. */
function cpuOf(path) {
  const tell = join(folder, "tell.cjs");
  writeFileSync(tell, 'process.on("exit", () => console.error("cpu", JSON.stringify(process.cpuUsage())));');
  const args = ["-r", tell, "bin/qkv.js", "check", problem, path, "-o", "csv"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 1 || /,right,/.test(stdout))
    throw new Error(`a wrong sheet was not marked wrong: ${stdout}`);
  const { user, system } = JSON.parse(/cpu (\{.*\})/.exec(stderr)?.[1] ?? "{}");
  return (user + system) / 1000;
}

for (let round = 0; round < rounds; round++) {
  const startUp = cpuOf(one);
  const beyond = cpuOf(all) - startUp;
  const each = beyond / (sheets - 1);
  print(
    `${sheets} sheets: ${beyond.toFixed(0)} ms beyond the ${startUp.toFixed(0)} ms of one, ${each.toFixed(1)} ms each, ${(each / GOAL_MS).toFixed(2)} of the goal`,
  );
}
rmSync(folder, { recursive: true });
