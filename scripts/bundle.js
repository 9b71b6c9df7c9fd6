// Bundles the command line and the library, each into one file with names that can be read.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { build, transform } from "esbuild";
import { joinChunks } from "./join-chunks.js";

const COMMON = { bundle: true, platform: "node", target: "node20", metafile: true };

/** What most runs need of what is imported when it is needed: a problem that was typed or read from files, as text, JSON or CSV. */
const USUAL = [
  "src/cli/main.ts",
  "src/commands/attend.ts",
  "src/cli/print-text.ts",
  "src/cli/print-json.ts",
  "src/cli/print-format.ts",
  "node_modules/cli-table3/index.js",
  "src/input/forms/terminal.ts",
  "src/input/large/read.ts",
  "src/input/forms/rare-forms.ts",
];

/**
 * Writes the command line as two functions for bin/qkv.js, behind its version, the hash of its text, and the length of all up
 * to the second function, which few runs need: loading ES modules takes longer. Gives the metafile.
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
  const usual = chunksOfUsualRuns(metafile.outputs);
  const { front, back } = joinChunks(
    outputFiles.map(({ path, text }) => ({ name: basename(path), text, isUsual: usual.has(basename(path)) })),
  );
  const [first, second] = await Promise.all([front, back].map(shortened));
  const hash = createHash("sha256").update(first).update(second).digest("hex");
  const header = (length) => `/* ${version} ${hash} ${String(length).padStart(8)} */ `;
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, header(header(0).length + first.length) + first + second);
  return metafile;
}

/** The names of the chunks that are loaded with main.js or with one of the usual modules. */
function chunksOfUsualRuns(outputs) {
  const found = new Set();
  const add = (path) => {
    if (!outputs[path] || found.has(path)) return;
    found.add(path);
    for (const { kind, path: imported } of outputs[path].imports)
      if (kind === "import-statement") add(imported);
  };
  for (const [path, output] of Object.entries(outputs)) if (USUAL.includes(output.entryPoint)) add(path);
  return new Set([...found].map((path) => basename(path)));
}

/** Names stay as they are; without the rest a run takes 0.5 ms less. An expression that is not assigned would be taken out. */
async function shortened(expression) {
  const { code } = await transform(`${ASSIGNED}${expression}`, {
    ...{ minifyWhitespace: true, minifySyntax: true, target: "node20" },
  });
  return toAscii(`(${code.slice(ASSIGNED.length).replace(/;\s*$/, "")})\n`);
}

const ASSIGNED = "program=";

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
