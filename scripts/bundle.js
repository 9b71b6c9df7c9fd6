// Bundles the program (command line and library) into one file with readable names.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const COMMON = { bundle: true, platform: "node", target: "node20", metafile: true };

/**
 * Modules with their own file, because few runs need them: how they are imported, the name of the file in dist/, and
 * the module. Every import of the module loads the file.
 */
const CHUNKS = [
  {
    imported: /^htmlparser2$/,
    file: "htmlparser2.cjs",
    entry: "./node_modules/htmlparser2/dist/esm/Parser.js",
  },
  { imported: /^\.\/outlines\.js$/, file: "outlines.cjs", entry: "./src/render/drawing/outlines.ts" },
];

/** Redirects these imports to their files. `prefix` is the path to them from the written file. */
const chunksAt = (prefix) => ({
  name: "chunks",
  setup({ onResolve }) {
    for (const { imported, file } of CHUNKS) {
      onResolve({ filter: imported }, () => ({ path: `${prefix}${file}`, external: true }));
    }
  },
});

/** Writes these files, without blanks and comments. Returns the metafiles. */
export const bundleChunks = (folder) =>
  Promise.all(
    CHUNKS.map(async ({ file, entry }) => {
      const options = { ...COMMON, format: "cjs", minify: true, entryPoints: [entry] };
      return (await build({ ...options, outfile: `${folder}/${file}` })).metafile;
    }),
  );

/** The module that exports `main`. */
export const MAIN = "src/cli/main.ts";

/** esbuild's options for the command line, which includes the packages that it uses. */
export const programOptions = ({ version }) => ({
  ...COMMON,
  format: "cjs",
  plugins: [chunksAt("./")],
  define: { QKV_VERSION: JSON.stringify(version) },
  alias: {
    // Commander loads it for subcommands that are separate programs. qkv has none, and loading it takes 5 ms.
    "node:child_process": "./scripts/no-child-process.cjs",
    "string-width": "./scripts/string-width.cjs",
  },
});

/**
 * The exports of the program. The command line is loaded only when `main` is called, so that a script that imports the
 * library does not load it.
 */
const EXPORTS = `
export const main = (home) => import("./${MAIN}").then(({ main }) => main(home));
export * from "./src/index.ts";
export { default } from "./src/index.ts";`;

/** Packages that are not ES modules load Node's own modules by this name. */
const REQUIRE = "const require = (name) => process.getBuiltinModule(name);";

/** `node dist/program.cjs` runs the program. bin/qkv.js only takes `main` from the file. */
const RUN = `// The program is in program.mjs, with the library.
exports.main = (home) => import("./program.mjs").then(({ main }) => main(home));
if (require.main === module)
  exports.main(require("node:path").dirname(__dirname)).then((exitCode) => process.exit(exitCode));
`;

/**
 * Writes the command line and the library as one ES module, program.mjs, because they share nine tenths of their code.
 * Beside it, program.cjs runs it. Returns the metafile.
 */
export async function bundleProgram(folder, options) {
  const { metafile } = await build({
    ...options,
    format: "esm",
    mainFields: ["module", "main"],
    alias: { ...options.alias, "node:process": "./scripts/process.cjs" },
    stdin: { contents: EXPORTS, resolveDir: process.cwd() },
    banner: { js: REQUIRE },
    charset: "utf8",
    // Names are kept, so that stack traces are readable.
    ...{ minifyWhitespace: true, minifySyntax: true },
    outfile: `${folder}/program.mjs`,
  });
  writeFileSync(`${folder}/program.cjs`, RUN);
  return metafile;
}

/**
 * Writes the module that a script imports: the exports of the program that belong to the library. `program` is its path
 * from there.
 */
export async function writeLibrary(outfile, program) {
  const exported = await import(pathToFileURL(resolve(dirname(outfile), program)));
  const names = Object.keys(exported).filter((name) => name !== "main");
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, `export { ${names.join(", ")} } from "${program}";\n`);
}
