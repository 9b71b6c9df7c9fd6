// Writes docs/mistakes.md from the registries of src/check/mistakes. With --check it only reports whether the page is
// up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const FILE = "docs/mistakes.md";
const check = process.argv.includes("--check");
const { outputFiles } = await build({
  stdin: {
    contents:
      'export { describeMistakes } from "./scripts/mistakes-page.ts"; export { withOptions } from "./src/errors.ts";',
    resolveDir: process.cwd(),
  },
  ...{ bundle: true, format: "esm", platform: "node", write: false, logLevel: "error" },
});
const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`;
const { describeMistakes, withOptions } = await import(url);
const read = (name) => JSON.parse(readFileSync(`fixtures/${name}.json`, "utf8"));
const text = withOptions(
  describeMistakes(read("mistakes"), read("kernel-mistakes"), read("gradient-mistakes")),
);
if (!check) writeFileSync(FILE, text);
else if (readFileSync(FILE, "utf8") !== text) {
  process.stderr.write(`${FILE} is not up to date: node scripts/write-mistakes.js\n`);
  process.exitCode = 1;
}
