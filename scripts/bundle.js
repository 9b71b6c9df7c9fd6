// Bundles the command line and the library, each into one file with names that can be read.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { build, transform } from "esbuild";
import { linkModules } from "./link-modules.js";

const COMMON = { bundle: true, platform: "node", target: "node20", metafile: true };

/** A file that usual command lines read and one that they write, for as long as the build takes. */
const READ = "dist/usual.csv";
const WRITTEN = "dist/usual-output.csv";

/** Rows and columns of the first: so many are worked by the kernels. */
const READ_SHAPE = [256, 32];

/** What people and programs ask for most: what these use is the front of the program, and all that such runs read. */
const USUAL = [
  "attend --demo",
  "attend --demo --causal",
  "attend fixtures/inputs/please-study-man.json --json",
  "attend --query 1,0;0,1 --key [[1,0],[0,1]] --value 1,2;3,4 --tokens a,b",
  `attend ${["query", "key", "value"].map((name) => `--${name} fixtures/inputs/tokens.csv`).join(" ")} -o csv`,
  `attend --query ${READ} --key ${READ} --value ${READ} --only output --output ${WRITTEN} --force`,
  `attend --demo --only output --output ${WRITTEN} --force`,
];

const MAIN = "src/cli/main.ts";

/**
 * Writes the command line as two functions for bin/qkv.js, behind its version, the hash of its text, and the length of all up
 * to the second function, which few runs need: loading ES modules takes longer. Gives the metafile.
 */
export async function bundleProgram(outfile, { version }) {
  const define = { QKV_VERSION: JSON.stringify(version) };
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
  const modules = await modulesOf(metafile.inputs, options, define);
  mkdirSync(dirname(outfile), { recursive: true });
  const { front, back } = linkModules(modules, usualRuns(modules, outfile));
  const [first, second] = await Promise.all([front, back].map(shortened));
  const hash = createHash("sha256").update(first).update(second).digest("hex");
  const header = (length) => `/* ${version} ${hash} ${String(length).padStart(8)} */ `;
  writeFileSync(outfile, header(header(0).length + first.length) + first + second);
  return metafile;
}

/** The modules of the sources, main first, and packages and what Node has in itself as one module each, for linkModules. */
async function modulesOf(inputs, options, define) {
  const paths = new Set();
  const add = (path) => {
    if (paths.has(path)) return;
    paths.add(path);
    if (isSource(path)) for (const imported of inputs[path].imports) add(imported.path);
  };
  add(MAIN);
  return Promise.all(
    [...paths].map(async (path) => {
      if (!inputs[path]) return { path, kind: "builtin" };
      if (!isSource(path)) return { path, kind: "package", text: await bundlePackage(path, options) };
      const imports = new Map(inputs[path].imports.map(({ original, path }) => [original ?? path, path]));
      const { code } = await transform(readFileSync(path, "utf8"), {
        ...{ loader: "ts", format: "cjs", target: "node20", define },
      });
      if (code.includes("String.raw`") && /[^\0-\x7f]/.test(code))
        throw new Error(
          `${path}: String.raw beside signs beyond ASCII: escaped, a raw text says something else`,
        );
      return { path, kind: "source", text: code, imports };
    }),
  );
}

const isSource = (path) => path.startsWith("src/");

/** One that is called as CommonJS has all it exports as its default export, too. */
async function bundlePackage(path, options) {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  const contents = `const all = require(${JSON.stringify(name ?? `./${path}`)});
    module.exports = all.__esModule ? all : { ...all, default: all };`;
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: process.cwd() } });
  return outputFiles[0].text;
}

/** The paths of the modules that each usual command line enters; each runs in a process of its own, and shows nothing. */
function usualRuns(modules, file) {
  const [rows, cols] = READ_SHAPE;
  writeFileSync(READ, `${new Array(cols).fill(0.5).join(",")}\n`.repeat(rows));
  writeFileSync(file, `module.exports = ${linkModules(modules).front};\n`);
  const script = `
    const exported = { enter: (path) => fs.writeSync(3, path + "\\n") };
    require(${JSON.stringify(resolve(file))})(exported, require);
    exported.main(".").then((exitCode) => process.exit(exitCode));`;
  const runs = USUAL.map((line) => {
    const argv = ["-e", script, "qkv", ...line.split(" ")];
    const options = { stdio: ["ignore", "ignore", "pipe", "pipe"], encoding: "utf8" };
    const { status, stderr, output } = spawnSync(process.execPath, argv, options);
    if (status !== 0) throw new Error(`qkv ${line}: ${stderr}`);
    return new Set(output[3].trim().split("\n"));
  });
  for (const path of [READ, WRITTEN]) rmSync(path);
  return runs;
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
