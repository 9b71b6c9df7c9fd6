import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { installPackage } from "../support/installed.js";

// The package as npm packs it, in a folder where nothing else is installed.

const { place, installed, size, node, remove } = installPackage();
afterAll(remove);

test("is at most 2.5 MB to download: the command line and the library are one file", () => {
  expect(size).toBeLessThan(2_500_000);
  expect(readFileSync(join(installed, "dist/lib/index.js"), "utf8")).toMatch(
    /^export \{[^}]+\} from "..\/program.mjs";\n$/,
  );
});

test("needs nothing else", () => {
  expect(readdirSync(join(place, "node_modules"))).toEqual(["qkv"]);
  const { dependencies, scripts } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  expect(dependencies).toBeUndefined();
  // npm warns of these where a package is installed. The checkout is built by `dependencies`, which only a root package runs.
  for (const script of ["preinstall", "install", "postinstall", "prepare"])
    expect(scripts).not.toHaveProperty(script);
});

test("the command line runs, with the libraries for tables, charts and colours", () => {
  const { status, stdout, stderr } = node(
    ...[join(installed, "bin/qkv.js"), "posenc", "--demo", "--plot", "curves", "--color", "always"],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/[╭╮╰╯]/);
  expect(node(join(installed, "bin/qkv.js"), "systems").stdout).toContain("gpt2");
});

test("the man page, the completions and the schemas are there, of this version", () => {
  const { version, man, files } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  expect(readFileSync(join(installed, man[0]), "utf8")).toContain(`"qkv ${version}"`);
  for (const folder of ["completions", "schema"]) {
    expect(files).toContain(folder);
    expect(readdirSync(join(installed, folder))).toEqual(readdirSync(folder));
  }
  const own = node(join(installed, "bin/qkv.js"), "schema", "step");
  expect(own).toEqual({ status: 0, stdout: readFileSync("schema/step.json", "utf8"), stderr: "" });
  expect(node(join(installed, "bin/qkv.js"), "completion", "zsh").stdout).toMatch(/^#compdef qkv/);
  expect(node(join(installed, "bin/qkv.js"), "help", "glossary").status).toBe(0);
});

test("a schema can be imported", () => {
  writeFileSync(
    join(place, "schema.mjs"),
    'import schema from "qkv/schema/run.json" with { type: "json" }; console.log(schema.properties.schema.const);',
  );
  expect(node("--no-warnings", "schema.mjs")).toEqual({ status: 0, stdout: "qkv/1\n", stderr: "" });
});

describe("the library", () => {
  // q·k is 1·2 + 0·3.
  const USE = `
    const trace: Trace = attend({ query: [[1, 0]], key: [[2, 3]] }, { scale: "none" });
    console.log(toRows(matrixOf(trace, "scores"))[0][0]);`;

  test("runs", () => {
    writeFileSync(
      join(place, "use.mjs"),
      `import { attend, matrixOf, toRows } from "qkv";${USE.replace(": Trace", "")}`,
    );
    expect(node("use.mjs")).toEqual({ status: 0, stdout: "2\n", stderr: "" });
  });

  test("has types that stand by themselves, and catch a misspelt setting", () => {
    const imports = `import { attend, matrixOf, toRows, type Trace } from "qkv";
    declare const console: { log(value: number): void };`;
    writeFileSync(join(place, "right.mts"), `${imports}${USE}`);
    writeFileSync(join(place, "wrong.mts"), `${imports}${USE.replace("scale", "scaling")}`);
    const check = (file: string) =>
      node(
        ...[resolve("node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--module", "nodenext"],
        ...["--lib", "es2023", "--types", "", file],
      );
    expect(check("right.mts")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(check("wrong.mts").stdout).toContain("'scaling' does not exist");
  });
});

test("the licence of every package that the program holds is there", () => {
  const licences = readFileSync(join(installed, "dist/licences.txt"), "utf8");
  for (const name of bundledPackages()) {
    const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
    expect(["MIT", "BSD-2-Clause", "BSD-3-Clause"], name).toContain(license);
    const [, text = ""] = licences.split(`\n${name} ${version} (${license})\n`);
    expect(text.trim(), name).toMatch(/^(?:(?!-{80}).)*copyright/is);
  }
});

/** What packages need for parts that src/ does not import: pbf's compiler of schemas, and the trees that htmlparser2 can make. */
const NOT_IMPORTED: ReadonlySet<string> = new Set([
  ...["resolve-protobuf-schema", "domelementtype", "domhandler", "domutils"],
]);

/** What src/ imports, and what that needs. */
function bundledPackages(): ReadonlySet<string> {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const imported = sources.flatMap((file) => {
    const text = readFileSync(join("src", file), "utf8");
    // Not the examples in comments, which import qkv.
    return [...text.matchAll(/^(?! \*).*(?:from |import\()"([a-z][a-z\d-]*)"/gm)].map(([, name]) => name);
  });
  expect(imported).toContain("commander");
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name) || NOT_IMPORTED.has(name)) return;
    found.add(name);
    const { dependencies = {} } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
    Object.keys(dependencies).forEach(add);
  };
  imported.forEach(add);
  return found;
}
