// Measures how qkv judges gradients of kernels, right and wrong ones, drawn by a seed and judged by whole runs. Of
// right ones: how many are rejected, and the largest cell, row and whole in units of the expected error. Of wrong ones:
// how many are accepted, and how many are named.
//   node bench/gradient-kernels.js [right=300] [wrong=4] [--torch N] [--seed N] [--most N] [--only ID] [--verbose]
// --torch: adds N dumps of torch's autograd, if python3 has torch.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const numbers = process.argv
  .slice(2)
  .filter((word, at, all) => /^\d+$/.test(word) && !/^--/.test(all[at - 1] ?? ""));
const [rights = 300, wrongs = 4] = numbers.map(Number);
const optionOf = (name) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
const verbose = process.argv.includes("--verbose");
const seed = Number(optionOf("--seed") ?? 0);
const most = Number(optionOf("--most") ?? 200);
const only = optionOf("--only");
const folder = mkdtempSync(join(process.cwd(), "node_modules", ".gradients-"));
const outfile = join(folder, "gradients.mjs");
await build({
  stdin: { contents: `export * from "./test/support/gradient-cases.ts";`, resolveDir: process.cwd() },
  ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "error", packages: "external" },
  define: {
    QKV_VERSION: JSON.stringify("0.0.0-bench"),
  },
});
const { drawRightGradients, drawWrongGradients, GRADIENT_BUGS, judgeGradients } = await import(
  pathToFileURL(outfile).href
);
rmSync(folder, { recursive: true });

const say = (line) => process.stdout.write(`${line}\n`);
const isRight = ({ verdict }) => verdict === "agrees" || verdict === "agrees-rounded";

/** Whether a right gradient is near the limits. */
const isNear = ({ units: { cell, row, all }, limit }) => cell > 5 || row > 4 || (limit && all > 0.9 * limit);

/** Figures of right gradients, by type. */
const figures = new Map();
function note({ compute: type, isRounded }, step) {
  const known = figures.get(type) ?? { gradients: 0, rejected: 0, cell: 0, row: 0, whole: 0, means: [] };
  known.gradients++;
  if (!isRight(step)) known.rejected++;
  known.means.push(step.units.all);
  figures.set(type, known);
  // A rounded dump that passes the stricter level does not count for the largest figures, because others of its kind
  // are judged by the next level.
  if (isRounded && step.verdict === "agrees") return;
  known.cell = Math.max(known.cell, step.units.cell);
  known.row = Math.max(known.row, step.units.row);
  if (step.limit) known.whole = Math.max(known.whole, step.units.all / step.limit);
}

const started = performance.now();
for (let index = 0; index < rights && !only; index++) {
  await judgeRight(drawRightGradients(seed + index, most));
  if (verbose && index % 50 === 49)
    say(`${index + 1}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
for (const one of dumpsOfTorch(Number(optionOf("--torch") ?? 0))) await judgeRight(one);

/** Makes dumps with torch's autograd. Makes none if torch is not installed. */
function* dumpsOfTorch(count) {
  if (count === 0) return;
  const dumps = mkdtempSync(join(process.cwd(), "node_modules", ".torch-"));
  const made = spawnSync("python3", ["bench/torch-gradients.py", dumps, String(seed), String(count)]);
  if (made.status !== 0) say(`torch is not there: skipped. ${String(made.stderr).slice(-300)}`);
  else {
    for (const { name, compute, file, options } of JSON.parse(
      readFileSync(join(dumps, "index.json"), "utf8"),
    )) {
      const argv = ["multihead", file, "--check", ...options];
      const files = { [file]: readFileSync(join(dumps, file)) };
      yield {
        name: `${name} ${compute} ${options.join(" ")}`,
        argv,
        files,
        compute: `torch ${compute}`,
        isRounded: /16/.test(compute),
      };
    }
  }
  rmSync(dumps, { recursive: true });
}

/** Judges a right dump. */
async function judgeRight(one) {
  const found = await judgeGradients(one);
  for (const step of found.steps) note(one, step);
  if (found.verdict === "refused") say(`REFUSED ${one.name}: ${found.stderr.slice(0, 300)}`);
  for (const step of found.steps.filter((own) => !isRight(own) || (verbose && isNear(own)))) {
    const { cell, row, all } = step.units;
    const units = [cell, row, all].map((own) => (own ?? Number.NaN).toFixed(2)).join(" ");
    say(
      `${isRight(step) ? "near" : "REJECTED"} ${one.name}: ${step.scope} ${step.id} ${step.verdict} ${units} of ${step.limit?.toFixed(2)}`,
    );
  }
}
for (const [type, { gradients, rejected, cell, row, whole, means }] of figures) {
  const median = means.sort((a, b) => a - b)[Math.floor(means.length / 2)];
  const shown = [cell, row, whole, median].map((own) => own.toFixed(2));
  say(
    `${type}: ${gradients} right gradients, ${rejected} rejected; cell ${shown[0]} of 8, row ${shown[1]} of 6, whole ${shown[2]} of its limit; median ${shown[3]}`,
  );
}
/**
 * Mistakes that give the same numbers: the rows of dK and dV are zeros, whether a tile of keys was left out or rows
 * were not written.
 */
const EQUALLY_TRUE = { "tiles-miscounted": "rows-missing" };
const tally = { wrong: 0, accepted: 0, named: 0, alone: 0, unnamed: 0, falsely: 0, hidden: 0 };
const missed = new Map();
for (const [at, id] of Object.keys(GRADIENT_BUGS).entries()) {
  if (only && id !== only) continue;
  for (let index = 0; index < wrongs; index++) {
    const one = drawWrongGradients(seed + 1_000_000 + 1000 * at + index, id, Math.min(most, 128));
    if (!one.isVisible) {
      tally.hidden++;
      continue;
    }
    const found = await judgeGradients(one);
    tally.wrong++;
    if (found.verdict === "refused") say(`REFUSED ${one.name}: ${found.stderr.slice(0, 300)}`);
    if (isRight(found)) {
      tally.accepted++;
      say(`ACCEPTED ${one.name}: ${found.verdict}`);
    } else if (found.named.some((name) => name === one.id || name === EQUALLY_TRUE[one.id])) {
      tally.named++;
      if (found.named.length === 1) tally.alone++;
      else if (verbose) say(`among ${one.name}: ${found.named}`);
    } else if (found.named.length > 0) {
      tally.falsely++;
      say(`FALSELY ${one.name}: ${found.verdict} ${found.named}`);
    } else {
      tally.unnamed++;
      missed.set(id, (missed.get(id) ?? 0) + 1);
      if (verbose) say(`unnamed ${one.name}: ${found.verdict}`);
    }
  }
}
if (wrongs > 0) {
  say(JSON.stringify({ ...tally, missed: Object.fromEntries(missed) }));
  say(`named ${((100 * tally.named) / tally.wrong).toFixed(1)} % of ${tally.wrong}`);
}
