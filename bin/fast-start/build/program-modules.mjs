import { readFileSync } from "node:fs";
import { build, transform } from "esbuild";

/**
 * Returns the modules of a program for linkModules, `entry` first: each source, each package as one module, and Node's
 * own modules. `inputs` are those of the metafile that esbuild made with these `options`.
 */
export async function modulesOf(entry, inputs, options) {
  const paths = new Set();
  const add = (path) => {
    if (paths.has(path)) return;
    paths.add(path);
    if (isSource(path)) for (const imported of inputs[path].imports) add(imported.path);
  };
  add(entry);
  return Promise.all(
    [...paths].map(async (path) => {
      if (!inputs[path]) return { path, kind: path.startsWith("./") ? "chunk" : "builtin" };
      if (!isSource(path)) return { path, kind: "package", text: await bundlePackage(path, options) };
      const imports = new Map(
        inputs[path].imports.flatMap(({ original, path }) =>
          (original ? [original] : namesOf(path)).map((name) => [name, path]),
        ),
      );
      return { path, kind: "source", text: await compileSource(path, options), imports };
    }),
  );
}

/**
 * Returns the names by which modules import something outside `inputs`: a package, or a file of its own in dist/, which
 * is also imported as `./name.js`.
 */
const namesOf = (path) => {
  const name = path.startsWith("./") ? path.slice(2).replace(/\.cjs$/, "") : path;
  return [name, `./${name}.js`];
};

const isSource = (path) => path.startsWith("src/");

/** Compiles one source. Throws if its text would change its meaning when it is written in ASCII. */
async function compileSource(path, { format, target, define }) {
  const { code } = await transform(readFileSync(path, "utf8"), { loader: "ts", format, target, define });
  if (code.includes("String.raw`") && /[^\0-\x7f]/.test(code))
    throw new Error(`${path}: String.raw beside signs beyond ASCII: escaped, a raw text says something else`);
  return code;
}

/** Bundles a package. If it is a CommonJS module, its default export also contains all of its exports. */
async function bundlePackage(path, options) {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  const contents = `const all = require(${JSON.stringify(name ?? `./${path}`)});
    module.exports = all.__esModule ? all : { ...all, default: all };`;
  const stdin = { contents, resolveDir: process.cwd() };
  const { outputFiles } = await build({ ...options, stdin, write: false });
  return outputFiles[0].text;
}
