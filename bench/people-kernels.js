// Measures how qkv judges kernels as people write them: right ones rejected, wrong ones accepted, mistakes named, and
// named falsely.
//   python3 bench/people-kernels.py FOLDER && node bench/people-kernels.js FOLDER [--verbose] [--only NAME]
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { print } from "./measure.js";

const [folder, ...words] = process.argv.slice(2);
const isVerbose = words.includes("--verbose");
const only = words.includes("--only") ? words[words.indexOf("--only") + 1] : undefined;
const built = mkdtempSync(join(process.cwd(), "node_modules", ".people-"));
const outfile = join(built, "people.mjs");
await build({
  stdin: { contents: `export * from "./test/support/run-cli.ts";`, resolveDir: process.cwd() },
  ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "error", packages: "external" },
  define: { QKV_VERSION: JSON.stringify("0.0.0-bench") },
});
const { runCli } = await import(pathToFileURL(outfile).href);
rmSync(built, { recursive: true });

const cases = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
const tally = { right: 0, rejected: 0, wrong: 0, accepted: 0, named: 0, unnamed: 0, falsely: 0, failed: 0 };
for (const { name, options, ids, rightWith } of cases) {
  if (only && !name.includes(only)) continue;
  const file = `${name}.npz`;
  const given = { [file]: readFileSync(join(folder, file)) };
  const argv = ["multihead", file, "--check", "--json"];
  argv.push(...options.map((word) => word.replace(/^\{(\w+)\}$/, `${file}:$1`)));
  const { exitCode, stdout, stderr } = await runCli(argv, { given });
  const isRight = ids === null;
  tally[isRight ? "right" : "wrong"]++;
  if (exitCode > 1 && !stdout.includes('"check"')) {
    tally.failed++;
    print(`FAILED ${name}: ${stderr.slice(0, 300)}`);
    continue;
  }
  const { check } = JSON.parse(stdout);
  const named = check.diagnosis.map(({ mistake, parameters = {} }) => {
    return `${mistake}${Object.keys(parameters).length > 0 ? JSON.stringify(parameters) : ""}`;
  });
  const with_ = check.rightWith ? ` right with ${JSON.stringify(check.rightWith)}` : "";
  const isAccepted = check.verdict.startsWith("agrees");
  const told = `${name}: ${check.verdict} ${named.join(" ")}${with_}`;
  if (isRight) {
    if (!isAccepted) {
      tally.rejected++;
      print(`REJECTED ${told}`);
    }
    continue;
  }
  if (isAccepted) {
    tally.accepted++;
    print(`ACCEPTED ${told}`);
    continue;
  }
  const ids_ = check.diagnosis.map(({ mistake }) => mistake);
  const isNamed = rightWith ? check.rightWith !== undefined : ids_.some((id) => ids.includes(id));
  if (isNamed) tally.named++;
  else if (ids_.length === 0 && !check.rightWith) tally.unnamed++;
  else tally.falsely++;
  if (!isNamed || isVerbose)
    print(`${isNamed ? "named" : ids_.length === 0 && !with_ ? "UNNAMED" : "FALSE"} ${told}`);
}
print(JSON.stringify(tally));
