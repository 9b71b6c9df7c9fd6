// Bundles the command line as CommonJS parts, since loading ES modules from node_modules takes several times as long.
// bin/qkv.js reads a part when something in it is needed.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";

/** What shares a part: what runs for programs need, what else one matrix alone, what else people. Every other piece is alone. */
const PARTS = {
  program: ["src/cli/main.ts", "src/commands/attend.ts", "src/cli/print-json.ts"],
  format: ["src/cli/print-format.ts"],
  text: ["src/cli/print-text.ts"],
};

/** Writes the parts of the program to a folder. */
export async function bundleProgram(folder, version) {
  const pieces = await cutIntoPieces(version);
  const partOf = assignParts(pieces);
  mkdirSync(folder, { recursive: true });
  for (const part of new Set(partOf.values())) {
    const text = await bundlePart(part, pieces, partOf);
    writeFileSync(`${folder}/${part}.js`, toAscii(text));
  }
}

/** Commander loads node:child_process for subcommands that are programs of their own; qkv has none, and it takes 5 ms. */
const withoutChildProcess = {
  name: "without-child-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ path }) => ({ path, namespace: "empty" }));
    onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** What stands behind each import(), and what several of these share, as ES modules by name. */
async function cutIntoPieces(version) {
  const { outputFiles, metafile } = await build({
    entryPoints: { main: "src/cli/main.ts" },
    outdir: ".",
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    define: { QKV_VERSION: JSON.stringify(version) },
    plugins: [withoutChildProcess],
    metafile: true,
    write: false,
  });
  const pieces = new Map(outputFiles.map(({ path, text }) => [basename(path, ".js"), { text }]));
  for (const [path, { entryPoint, imports }] of Object.entries(metafile.outputs)) {
    const needed = imports.filter(({ kind, external }) => kind === "import-statement" && !external);
    Object.assign(pieces.get(basename(path, ".js")), {
      entryPoint,
      needs: needed.map((one) => basename(one.path, ".js")),
    });
  }
  return pieces;
}

/** The part that each piece belongs to. */
function assignParts(pieces) {
  const partOf = new Map();
  const assign = (piece, part) => {
    if (partOf.has(piece)) return;
    partOf.set(piece, part);
    for (const needed of pieces.get(piece).needs) assign(needed, part);
  };
  for (const [part, entries] of Object.entries(PARTS)) {
    for (const [piece, { entryPoint }] of pieces) if (entries.includes(entryPoint)) assign(piece, part);
  }
  for (const piece of pieces.keys()) if (!partOf.has(piece)) partOf.set(piece, piece);
  return partOf;
}

/** The pieces of a part as one function of what it needs, which exports each piece by its name. */
async function bundlePart(part, pieces, partOf) {
  const own = [...pieces.keys()].filter((piece) => partOf.get(piece) === part);
  const { outputFiles } = await build({
    stdin: {
      contents: own.map((piece) => `export * as ${exportName(piece)} from "./${piece}.js";`).join("\n"),
    },
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Node does not import() into a script run by bin/qkv.js; require() serves, as late.
    supported: { "dynamic-import": false },
    banner: { js: '(function (exports, require, module) {"use strict";' },
    footer: { js: "})" },
    plugins: [takePieces(part, pieces, partOf)],
    write: false,
  });
  return outputFiles[0].text;
}

/** Finds pieces: those of the part itself, and those of other parts among what these export. */
const takePieces = (part, pieces, partOf) => ({
  name: "take-pieces",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\// }, ({ path, namespace }) => {
      if (namespace === "elsewhere") return { path, external: true };
      const piece = basename(path, ".js");
      return { path: piece, namespace: partOf.get(piece) === part ? "here" : "elsewhere" };
    });
    onLoad({ filter: /.*/, namespace: "here" }, ({ path }) => ({ contents: pieces.get(path).text }));
    // Marked as an ES module, so that its default export is not taken for one more name around it.
    onLoad({ filter: /.*/, namespace: "elsewhere" }, ({ path }) => ({
      contents: `module.exports = { __esModule: true, ...require("./${partOf.get(path)}.js").${exportName(path)} };`,
    }));
  },
});

const exportName = (piece) => piece.replaceAll("-", "_");

/** bin/qkv.js reads the parts as latin1, which spares the decoding; esbuild leaves regular expressions as they are. */
function toAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
