// Builds the kernels and dist/: the library (ES modules with types, by tsc) and the command line (one CommonJS bundle, since loading
// ES modules from node_modules takes several times as long; its libraries still run only when they are needed).
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** Commander loads node:child_process for subcommands that are programs of their own; qkv has none, and it takes 5 ms. */
const withoutChildProcess = {
  name: "without-child-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ path }) => ({ path, namespace: "empty" }));
    onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "module.exports = {};" }));
  },
};

execFileSync(process.execPath, ["scripts/build-kernels.js"], { stdio: "inherit" });
rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
await build({
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/program.js",
  bundle: true,
  minify: true,
  platform: "node",
  format: "cjs",
  // A function of what it needs, so that bin/qkv.js can run it with its compiled code.
  banner: { js: '(function (exports, require, module) {"use strict";' },
  footer: { js: "})" },
  target: "node20",
  // Node does not import() into a script run this way; require() serves, as late.
  supported: { "dynamic-import": false },
  define: { QKV_VERSION: JSON.stringify(version) },
  plugins: [withoutChildProcess],
});
// bin/qkv.js reads the bundle as latin1, which spares the decoding; esbuild leaves regular expressions as they are.
const bundle = readFileSync("dist/program.js", "utf8");
const escaped = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
writeFileSync("dist/program.js", bundle.replace(/[^\0-\x7f]/g, escaped));
for (const kind of ["text", "json"]) {
  execFileSync(process.execPath, ["scripts/write-code-cache.js", kind], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
