import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

// The package as others use it: by its name, through its exports.

function node(script: string, ...flags: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", script], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const USE = `
  const trace = attend({ query: [[1, 0]], key: [[1, 0], [0, 1]] }, { scale: "none" });
  console.log(JSON.stringify(toRows(matrixOf(trace, "scores"))));
`;

test("import", () => {
  const run = node(`import { attend, matrixOf, toRows } from "qkv"; ${USE}`, "--input-type=module");
  expect(run).toEqual({ status: 0, stdout: "[[1,0]]\n", stderr: "" });
});

test("the default export has every function", () => {
  const compare =
    'import qkv, * as all from "qkv"; const { default: _, ...named } = all; const same = Object.keys(named).every((name) => qkv[name] === named[name]); console.log(same, typeof qkv.attend);';
  expect(node(compare, "--input-type=module").stdout).toBe("true function\n");
});

test("a mistake is a UserError with a code", () => {
  const { stdout } = node(
    `import { attend, UserError } from "qkv";
     try { attend({ query: [[1, 0]], key: [[1], [0]] }); } catch (error) { console.log(error instanceof UserError, error.code); }`,
    "--input-type=module",
  );
  expect(stdout).toBe("true SHAPE_MISMATCH\n");
});
