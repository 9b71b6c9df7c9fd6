import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

// docs/library.md, as someone would copy it: what stands behind `//` is what is printed.

const EXAMPLES = readFileSync("docs/library.md", "utf8")
  .split("```js\n")
  .slice(1)
  .map((text) => text.slice(0, text.indexOf("```")));

test.each(EXAMPLES.map((script, at) => [at, script] as const))("example %i", (_, script) => {
  const said = [...script.matchAll(/^console\.log.*; \/\/ (.*)$/gm)].map(([, text]) => text);
  expect(said.length).toBeGreaterThan(0);
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect({ stderr, lines: stdout.trimEnd().split("\n") }).toEqual({ stderr: "", lines: said });
});

test("every function of the library is named", async () => {
  const page = readFileSync("docs/library.md", "utf8");
  const library: object = await import("../../src/index.js");
  const functions = Object.entries(library).filter(([, value]) => typeof value === "function");
  const unnamed = functions.map(([name]) => name).filter((name) => !page.includes(name));
  expect(unnamed).toEqual(["createMatrix", "matrixFromRows", "keyOf"]);
});
