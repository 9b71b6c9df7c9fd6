// Measures how qkv judges dumps of kernels, right and wrong ones, drawn by a seed: right ones that are rejected, wrong
// ones that are accepted, and mistakes that are named. For wrong rows that use another range of keys, it counts how
// often that range is found.
//   node bench/kernels.js [right=400] [wrong=4] [--seed N] [--verbose] [--only ID]
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { print } from "./measure.js";

const numbers = process.argv
  .slice(2)
  .filter((word, at, all) => /^\d+$/.test(word) && !/^--/.test(all[at - 1] ?? ""));
const [rights = 400, wrongs = 4] = numbers.map(Number);
const optionOf = (name) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
const verbose = process.argv.includes("--verbose");
const seed = Number(optionOf("--seed") ?? 0);
const only = optionOf("--only");
const folder = mkdtempSync(join(process.cwd(), "node_modules", ".kernels-"));
const outfile = join(folder, "kernels.mjs");
await build({
  stdin: { contents: `export * from "./test/support/kernel-cases.ts";`, resolveDir: process.cwd() },
  ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "error", packages: "external" },
  define: { QKV_VERSION: JSON.stringify("0.0.0-bench") },
});
const { drawCase, judgeCase, KERNEL_BUGS, readKeysOf } = await import(pathToFileURL(outfile).href);
rmSync(folder, { recursive: true });

const isRight = ({ verdict }) => verdict === "agrees" || verdict === "agrees-rounded";
const tally = { rejected: 0, right: 0, accepted: 0, wrong: 0, named: 0, alone: 0, hidden: 0 };
const keys = { rows: 0, exact: 0, near: 0 };
const unnamed = new Map();
for (let index = 0; index < rights && !only; index++) {
  const one = drawCase(seed + index);
  const found = await judgeCase(one);
  tally.right++;
  if (isRight(found)) continue;
  tally.rejected++;
  print(`REJECTED ${one.name}: ${found.verdict} ${found.named} ${found.stderr.slice(0, 200)}`);
}
for (const [at, bug] of KERNEL_BUGS.entries()) {
  if (only && bug.id !== only) continue;
  for (let index = 0; index < wrongs; index++) {
    const one = drawCase(seed + 1_000_000 + 1000 * at + index, bug, 300);
    const found = await judgeCase(one);
    for (const [name, count] of Object.entries(readKeysOf(one))) keys[name] += count;
    if (!one.isVisible) {
      tally.hidden++;
      if (verbose) print(`hidden ${one.name}: ${found.verdict} ${found.named}`);
      continue;
    }
    tally.wrong++;
    if (isRight(found) || found.verdict === "refused") {
      tally.accepted++;
      print(`ACCEPTED ${one.name}: ${found.verdict} ${found.stderr.slice(0, 200)}`);
    } else if (found.named.includes(one.id)) {
      tally.named++;
      if (found.named.length === 1) tally.alone++;
    } else {
      unnamed.set(one.id, (unnamed.get(one.id) ?? 0) + 1);
      if (verbose)
        print(`unnamed ${one.name}: ${found.verdict} ${found.named} ${JSON.stringify(found.keys)}`);
    }
  }
}
print(JSON.stringify({ ...tally, unnamed: Object.fromEntries(unnamed) }));
if (tally.wrong > 0) print(`named ${((100 * tally.named) / tally.wrong).toFixed(1)} %`);
if (keys.rows > 0) {
  const share = (count) => `${((100 * count) / keys.rows).toFixed(1)} %`;
  print(
    `keys read off: ${share(keys.exact)} of ${keys.rows} rows exactly, ${share(keys.near)} within one key`,
  );
}
