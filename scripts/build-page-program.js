// Bundles the code that computes a changed problem in a browser, src/web/editable/recompute.ts. Writes it compressed to
// dist/page-program.txt: first the hash by which a page's policy allows it, then its bytes as base64.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a page never needs: terminals, kernels (the plain versions do), machines, files, its own shell. */
const LEFT_OUT =
  /^node:|^(?:cli-table3|asciichart|chalk|commander|htmlparser2)$|kernels\/wasm\.js$|\/(?:relaxed-|text-)?module\.js$|\/check\/machine\/|\/code\/|render\/text\.js$|drawing\/png\.js$|script-text\.js$|\/fields\.js$|demo-model\.js$$/;

/** The lists of names are kept, also from rooms that are left out. */
const NAMES = /-names\.js$/;

/** Replaces modules that are left out by empty ones. */
const empty = {
  name: "empty",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LEFT_OUT }, ({ path }) =>
      NAMES.test(path) ? undefined : { path, namespace: "empty" },
    );
    onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "module.exports = {}", loader: "js" }));
  },
};

/** Writes the program of editable pages. Returns the metafile. */
export async function buildPageProgram(target) {
  const { outputFiles, metafile } = await build({
    entryPoints: ["src/web/editable/recompute.ts"],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    plugins: [empty],
    alias: { "string-width": "./scripts/string-width.cjs" },
  });
  const [{ contents }] = outputFiles;
  const hash = `sha256-${createHash("sha256").update(contents).digest("base64")}`;
  writeFileSync(target, `${hash}\n${gzipSync(contents, { level: 9 }).toString("base64")}\n`);
  return metafile;
}
