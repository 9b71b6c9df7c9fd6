// Measures how long one sheet of a page takes, without the start of the program: the installed `qkv check sheet`,
// compared with `qkv attend` of the same problem. Counts the CPU time of whole processes, so that other work on the
// machine counts less. Goal: 50 ms per sheet.
//   npm run bench:sheets [-- ROUNDS]
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleSources, inFolder, median, print } from "./measure.js";

const rounds = Number(process.argv[2] ?? 7);
const GOAL_MS = 50;
const program = fileURLToPath(new URL("../bin/qkv.js", import.meta.url));
/**
 * Forms of different sizes: bare rows, prose, one table per query, a LaTeX document, every product spelled out, an HTML
 * page.
 */
const SHEETS = [
  ["HANDWRITTEN", "Check of sums"],
  ["FIFTH_LOOK", "A report with prose between"],
  ["HANDWRITTEN", "A table a query"],
  ["DOCUMENTS", "LaTeX sections"],
  ["THIRD_LOOK", "Every score spelled out"],
  ["DOCUMENTS", "HTML page"],
];

/** Returns the CPU time of a run and its children, in ms. */
function cpuOf(folder, args) {
  const { stderr } = spawnSync(
    "/usr/bin/env",
    ["bash", "-c", 'TIMEFORMAT="%U %S"; time "$@" >/dev/null', "-", process.execPath, program, ...args],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  const [user, system] = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return 1000 * (user + system);
}

await inFolder(async (folder) => {
  const names = ["sheet", "handwritten", "fifth-look", "third-look", "documents"];
  const outfile = await bundleSources(
    folder,
    names.map((name) => `../test/support/unseen-sheets/${name}.ts`),
  );
  const forms = await import(pathToFileURL(outfile).href);
  const problem = forms.PROBLEMS["three tokens"];
  writeFileSync(
    join(folder, "problem.json"),
    JSON.stringify({ query: problem.q, key: problem.k, value: problem.v }),
  );
  const files = SHEETS.map(([set, name], at) => {
    const { text } = forms.written(forms[set][name], problem);
    const file = text.startsWith("<!DOCTYPE") ? `${at}.html` : `${at}.txt`;
    writeFileSync(join(folder, file), text);
    return { name, file, lines: text.split("\n").length };
  });
  rmSync(outfile);
  const times = new Map(files.map(({ file }) => [file, []]));
  const starts = [];
  for (let round = 0; round <= rounds; round++) {
    const start = cpuOf(folder, ["attend", "problem.json"]);
    // The first run of each stores its compiled code.
    if (round > 0) starts.push(start);
    for (const { file } of files) {
      const time = cpuOf(folder, ["check", file]);
      if (round > 0) times.get(file).push(time);
    }
  }
  const start = median(starts);
  print(`a run of the problem alone: ${start.toFixed(0)} ms`);
  for (const { name, file, lines } of files) {
    const time = median(times.get(file));
    print(
      `  ${name.padEnd(30)} ${String(lines).padStart(3)} lines  ${(time / start).toFixed(2).padStart(5)} ×  ${(time - start).toFixed(0).padStart(4)} ms beyond it (goal ${GOAL_MS})`,
    );
  }
});
