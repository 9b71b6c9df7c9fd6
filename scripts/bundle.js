// Bundles the command line and the library, each into one file with names that can be read.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { build, transform } from "esbuild";
import { linkModules } from "./link-modules.js";

const COMMON = { bundle: true, platform: "node", target: "node20", metafile: true };

/** Of what is imported when it is needed, what most runs need: a problem that was typed or read from files, as text, JSON or CSV. */
const USUAL = [
  "src/commands/attend.ts",
  "src/cli/print-text.ts",
  "src/cli/print-json.ts",
  "src/cli/print-format.ts",
  "node_modules/cli-table3/index.js",
  "src/input/forms/terminal.ts",
  "src/input/forms/rare-forms.ts",
  "src/input/large/read.ts",
];

const MAIN = "src/cli/main.ts";

/**
 * Writes the command line as two functions for bin/qkv.js, behind its version, the hash of its text, and the length of all up
 * to the second function, which few runs need: loading ES modules takes longer. Gives the metafile.
 */
export async function bundleProgram(outfile, { version, bugs }) {
  const define = { QKV_VERSION: JSON.stringify(version), QKV_BUGS: JSON.stringify(bugs.url) };
  const options = {
    ...COMMON,
    format: "cjs",
    alias: {
      // Commander loads it for subcommands that are programs of their own; qkv has none, and it takes 5 ms.
      "node:child_process": "./scripts/no-child-process.cjs",
      "string-width": "./scripts/string-width.cjs",
    },
    write: false,
  };
  const { metafile } = await build({ ...options, entryPoints: [MAIN], define });
  const { front, back } = await linkModules(await modulesOf(metafile.inputs, options, define));
  const [first, second] = await Promise.all([front, back].map(shortened));
  const hash = createHash("sha256").update(first).update(second).digest("hex");
  const header = (length) => `/* ${version} ${hash} ${String(length).padStart(8)} */ `;
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, header(header(0).length + first.length) + first + second);
  return metafile;
}

/** The modules of the sources, main first, and packages and what Node has in itself as one module each. */
async function modulesOf(inputs, options, define) {
  const reached = (starts, isFollowed) => {
    const found = new Set();
    const add = (path) => {
      if (found.has(path)) return;
      found.add(path);
      if (!path.startsWith("src/")) return;
      for (const imported of inputs[path].imports) if (isFollowed(imported)) add(imported.path);
    };
    starts.forEach(add);
    return found;
  };
  const usual = reached([MAIN, ...USUAL], ({ kind }) => kind === "import-statement");
  return Promise.all(
    [...reached([MAIN], () => true)].map(async (path) => {
      const isUsual = usual.has(path);
      if (!inputs[path]) return { path, isUsual };
      if (!path.startsWith("src/"))
        return { path, isUsual, isPackage: true, text: await bundlePackage(path, options) };
      const imports = new Map(inputs[path].imports.map(({ original, path }) => [original ?? path, path]));
      return { path, isUsual, text: readFileSync(path, "utf8"), imports, define };
    }),
  );
}

async function bundlePackage(path, options) {
  // Some have no default export.
  const contents = `import * as all from "./${path}"; export * from "./${path}"; export default all.default;`;
  const { outputFiles } = await build({
    ...options,
    stdin: { contents, resolveDir: process.cwd() },
    logLevel: "error",
  });
  return outputFiles[0].text;
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
