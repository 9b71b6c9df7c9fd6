// Bundles the program, which is the command line and the library, into one file with names that can be read.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const COMMON = { bundle: true, platform: "node", target: "node20", metafile: true };

/**
 * What stands in files of its own, since few runs need it: how it is imported, the name of the file in dist/, and the module that is
 * needed. Whoever imports one gets the file.
 */
const CHUNKS = [
  {
    imported: /^htmlparser2$/,
    file: "htmlparser2.cjs",
    entry: "./node_modules/htmlparser2/dist/esm/Parser.js",
  },
  { imported: /^\.\/outlines\.js$/, file: "outlines.cjs", entry: "./src/render/drawing/outlines.ts" },
];

/** Makes imports of these imports of their files, by their way from the file that is written. */
const chunksAt = (way) => ({
  name: "chunks",
  setup({ onResolve }) {
    for (const { imported, file } of CHUNKS) {
      onResolve({ filter: imported }, () => ({ path: `${way}${file}`, external: true }));
    }
  },
});

/** Writes these files, without blanks and comments. Gives the metafiles. */
export const bundleChunks = (folder) =>
  Promise.all(
    CHUNKS.map(async ({ file, entry }) => {
      const options = { ...COMMON, format: "cjs", minify: true, entryPoints: [entry] };
      return (await build({ ...options, outfile: `${folder}/${file}` })).metafile;
    }),
  );

/** The module that exports `main`. */
export const MAIN = "src/cli/main.ts";

/** How esbuild makes the command line, of which the packages that it uses are a part. */
export const programOptions = ({ version }) => ({
  ...COMMON,
  format: "cjs",
  plugins: [chunksAt("./")],
  define: { QKV_VERSION: JSON.stringify(version) },
  alias: {
    // Commander loads it for subcommands that are programs of their own; qkv has none, and it takes 5 ms.
    "node:child_process": "./scripts/no-child-process.cjs",
    "string-width": "./scripts/string-width.cjs",
  },
});

/** What the program exports. The command line is entered when it is asked for, so that a script that imports the library does not. */
const EXPORTS = `
export const main = (home) => import("./${MAIN}").then(({ main }) => main(home));
export * from "./src/index.ts";
export { default } from "./src/index.ts";`;

/** Packages that are no ES modules ask for what Node has in itself by this name. */
const REQUIRE = "const require = (name) => process.getBuiltinModule(name);";

/** `node dist/program.cjs` runs; bin/qkv.js only takes `main` from the file. */
const RUN = `// The program is in program.mjs, with the library.
exports.main = (home) => import("./program.mjs").then(({ main }) => main(home));
if (require.main === module)
  exports.main(require("node:path").dirname(__dirname)).then((exitCode) => process.exit(exitCode));
`;

/**
 * Writes the command line and the library as one ES module, program.mjs, since nine tenths of each are the other's, too; beside it program.cjs, which
 * runs it. Gives the metafile.
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
    // Names stay, so that a trace of calls can be read.
    ...{ minifyWhitespace: true, minifySyntax: true },
    outfile: `${folder}/program.mjs`,
  });
  writeFileSync(`${folder}/program.cjs`, RUN);
  return metafile;
}

/** Writes the module that a script imports: the names of the program that are the library. `program` is its path from there. */
export async function writeLibrary(outfile, program) {
  const exported = await import(pathToFileURL(resolve(dirname(outfile), program)));
  const names = Object.keys(exported).filter((name) => name !== "main");
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, `export { ${names.join(", ")} } from "${program}";\n`);
}
