// Bundles what a page does in a browser, src/web/page/, and writes it as text to src/render/page/script-text.ts.
import { writeFileSync } from "node:fs";
import { build } from "esbuild";

/** What a page of tables does, one on which a head can be opened, and one whose problem can be changed. */
const ENTRIES = {
  SCRIPT: "src/web/page/main.ts",
  SCRIPT_OF_HEADS: "src/web/page/main-of-heads.ts",
  SCRIPT_OF_FIELDS: "src/web/page/main-of-fields.ts",
};
const TARGET = "src/render/page/script-text.ts";

async function textOf(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
  });
  // Nothing in it ends the script before its end.
  return outputFiles[0].text.trim().replaceAll("</", "<\\/");
}

const texts = await Promise.all(
  Object.entries(ENTRIES).map(
    async ([name, entry]) => `export const ${name} =\n  ${JSON.stringify(await textOf(entry))};\n`,
  ),
);
writeFileSync(TARGET, `// Written by scripts/build-page-script.js from src/web/page/.\n${texts.join("\n")}`);
