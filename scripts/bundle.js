// Bundles the command line and the library, each into one file with names that can be read.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { build, transform } from "esbuild";
import { joinChunks } from "./join-chunks.js";

const COMMON = { bundle: true, platform: "node", target: "node20", metafile: true };

/**
 * Writes the command line as one function of what a CommonJS module gets, behind its version and the hash of its text,
 * for bin/qkv.js: loading ES modules takes longer. Gives the metafile.
 */
export async function bundleProgram(outfile, { version, bugs }) {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: ["src/cli/main.ts"],
    format: "esm",
    splitting: true,
    outdir: dirname(outfile),
    define: { QKV_VERSION: JSON.stringify(version), QKV_BUGS: JSON.stringify(bugs.url) },
    // Commander loads it for subcommands that are programs of their own; qkv has none, and it takes 5 ms.
    alias: { "node:child_process": "./scripts/no-child-process.cjs" },
    write: false,
  });
  const joined = joinChunks(outputFiles.map(({ path, text }) => ({ name: basename(path), text })));
  // Names stay as they are; without the rest a run takes 0.5 ms less.
  const { code } = await transform(joined, { minifyWhitespace: true, minifySyntax: true, target: "node20" });
  const text = `(function (exports, require, module) {\n${toAscii(code)}})\n`;
  const hash = createHash("sha256").update(text).digest("hex");
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, `/* ${version} ${hash} */ ${text}`);
  return metafile;
}

/** Writes the library as one ES module. Gives the metafile. */
export async function bundleLibrary(outfile) {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: ["src/index.ts"],
    format: "esm",
    mainFields: ["module", "main"],
    outfile,
  });
  return metafile;
}

/** esbuild escapes what is not ASCII in strings, but neither in regular expressions nor in comments. */
function toAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
