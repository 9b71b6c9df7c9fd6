// Bundles the browser scripts of pages, src/web/, and writes them as texts into src/render/page/.
import { writeFileSync } from "node:fs";
import { build } from "esbuild";

/** The scripts of pages of a run: with tables, with heads that can be opened, with a problem that can be changed. */
const ENTRIES = {
  SCRIPT: "src/web/page/main.ts",
  SCRIPT_OF_HEADS: "src/web/page/main-of-heads.ts",
  SCRIPT_OF_FIELDS: "src/web/page/main-of-fields.ts",
};
/** The script of the page of exercises. */
const ENTRIES_OF_EXERCISES = { SCRIPT_OF_EXERCISES: "src/web/exercise/main.ts" };

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
  // "</" is escaped, so that nothing in the text ends the script element.
  return outputFiles[0].text.trim().replaceAll("</", "<\\/");
}

async function write(target, entries) {
  const texts = await Promise.all(
    Object.entries(entries).map(
      async ([name, entry]) => `export const ${name} =\n  ${JSON.stringify(await textOf(entry))};\n`,
    ),
  );
  writeFileSync(target, `// Written by scripts/build-page-script.js from src/web/.\n${texts.join("\n")}`);
}

await write("src/render/page/script-text.ts", ENTRIES);
await write("src/render/page/exercise-script-text.ts", ENTRIES_OF_EXERCISES);
