import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { installPackage } from "../support/installed.js";
import { spawnCli } from "../support/spawn-cli.js";

// The program is there twice: dist/program.cjs runs a plain bundle, and bin/fast-start/ runs two texts that are quicker to start.
// Both give the same bytes, and bin/qkv.js runs whichever is there.

const PLAIN = resolve("dist/program.cjs");

function runPlain(argv: readonly string[]) {
  const options = { input: "", env: {}, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [PLAIN, ...argv], options);
  return { status, signal, stdout, stderr };
}

describe("plain `node dist/program.cjs` gives what bin/qkv.js gives", () => {
  test.each([
    "attend --demo",
    "attend --demo --json",
    "attend --demo -o latex",
    "attend --demo -o html",
    "attend --demo --why weights[1,0]",
    "attend --demo --emit jax",
    "multihead --demo --color always",
    "layer --demo",
    "posenc --demo --plot curves",
    "compare-scoring --demo",
    // These read files of the package.
    "schema step",
    "completion zsh",
    "help glossary",
    // These end with 2.
    "attend no-such-file.json",
    "attend --demo --jsn",
  ])("qkv %s", (line) => {
    const argv = line.split(" ");
    const plain = runPlain(argv);
    expect(plain.stdout + plain.stderr).not.toBe("");
    expect(plain).toEqual(spawnCli(argv));
  });

  test("from any folder", () => {
    const { status, stdout } = spawnSync(process.execPath, [PLAIN, "schema", "step"], { cwd: "/" });
    expect({ status, stdout: stdout.toString() }).toEqual({
      status: 0,
      stdout: readFileSync("schema/step.json", "utf8"),
    });
  });
});

test("bin/fast-start/load.js reads bytes as characters, so its texts are ASCII", () => {
  for (const name of ["front", "back"])
    expect(readFileSync(`dist/fast-start/${name}.cjs`).findIndex((byte) => byte > 127)).toBe(-1);
});

describe("an installed package", () => {
  const { place, installed, node, remove } = installPackage();
  afterAll(remove);

  /** Runs `qkv softmax 0,0`, which needs both texts, in a copy of the package in which `change` was made. */
  function runChanged(change: (copy: string) => void) {
    const copy = mkdtempSync(join(place, "copy-"));
    cpSync(installed, copy, { recursive: true });
    change(copy);
    const result = node(join(copy, "bin/qkv.js"), "softmax", "0,0", "--json");
    rmSync(copy, { recursive: true });
    return result;
  }
  const removed = (name: string) => (copy: string) => rmSync(join(copy, name), { recursive: true });

  /** e^0 / (e^0 + e^0) = 1/2, twice. */
  const expectRight = ({ status, stdout, stderr }: ReturnType<typeof node>) => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout).weights).toEqual([[0.5, 0.5]]);
  };

  test("runs by the fast start, without the plain bundle", () => {
    expectRight(runChanged(removed("dist/program.cjs")));
    expectRight(runChanged(removed("dist/program.mjs")));
  });

  test.each(["bin/fast-start", "bin/fast-start/kept-code.js", "dist/fast-start", "dist/fast-start/back.cjs"])(
    "runs by the plain bundle, without %s",
    (name) => expectRight(runChanged(removed(name))),
  );

  test("runs by the plain bundle when a text is damaged, or is no file", () => {
    const front = "dist/fast-start/front.cjs";
    expectRight(runChanged((copy) => truncateSync(join(copy, front), 100_000)));
    expectRight(runChanged((copy) => truncateSync(join(copy, front))));
    expectRight(
      runChanged((copy) => {
        removed(front)(copy);
        mkdirSync(join(copy, front));
      }),
    );
  });

  // Nothing is unreadable to root.
  test.skipIf(process.getuid?.() === 0)("runs by the plain bundle when a text may not be read", () => {
    expectRight(runChanged((copy) => chmodSync(join(copy, "dist/fast-start/back.cjs"), 0)));
  });

  test("says how it starts, and holds nothing that only the build needs", () => {
    expect(readFileSync(join(installed, "bin/fast-start/README.md"), "utf8")).toContain("dist/program.cjs");
    expect(readdirSync(join(installed, "bin/fast-start"))).toEqual(["README.md", "kept-code.js", "load.js"]);
  });
});
