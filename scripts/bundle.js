// Bundles the command line and the library, each into one file with names that can be read.
import { build } from "esbuild";

const COMMON = { bundle: true, platform: "node", target: "node20", metafile: true };

/**
 * Packages that stand in files of their own, since few runs need them: the name of the file in dist/, and the module of the package
 * that is needed. Whoever imports one gets the file.
 */
const CHUNKS = {
  htmlparser2: { file: "htmlparser2.cjs", entry: "./node_modules/htmlparser2/dist/esm/Parser.js" },
};

/** Makes imports of these packages imports of their files, by their way from the file that is written. */
const chunksAt = (way) => ({
  name: "chunks",
  setup({ onResolve }) {
    const names = new RegExp(`^(?:${Object.keys(CHUNKS).join("|")})$`);
    onResolve({ filter: names }, ({ path }) => ({ path: `${way}${CHUNKS[path].file}`, external: true }));
  },
});

/** Writes these packages, without blanks and comments. Gives the metafiles. */
export const bundleChunks = (folder) =>
  Promise.all(
    Object.values(CHUNKS).map(async ({ file, entry }) => {
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

/** `node dist/program.cjs` runs; bin/qkv.js only takes `main` from the file. */
const RUN = `if (require.main === module)
  module.exports.main(require("node:path").dirname(__dirname)).then((exitCode) => process.exit(exitCode));`;

/** Writes the command line as one CommonJS module, which exports `main`. Gives the metafile. */
export async function bundleProgram(outfile, options) {
  const { metafile } = await build({
    ...options,
    entryPoints: [MAIN],
    charset: "utf8",
    // Names stay, so that a trace of calls can be read.
    ...{ minifyWhitespace: true, minifySyntax: true },
    footer: { js: RUN },
    outfile,
  });
  return metafile;
}

/** Writes the library as one ES module. Gives the metafile. */
export async function bundleLibrary(outfile) {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: ["src/index.ts"],
    format: "esm",
    // Names stay. Blanks and comments go: the types have the comments, and blanks are a fifth of the file.
    ...{ minifyWhitespace: true, minifySyntax: true },
    mainFields: ["module", "main"],
    plugins: [chunksAt("../")],
    outfile,
  });
  return metafile;
}
