import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { matrixFromRows } from "../../src/math/matrix.js";
import { runCli } from "../support/run-cli.js";

// .npy, .npz and .safetensors where text may stand.

const folder = "fixtures/binary";
const run = (argv: readonly string[], stdin?: Uint8Array) =>
  runCli(argv, { folder, ...(stdin && { stdin }) });

const PROBLEM = [
  [3, 4],
  [3.4066725560787154, 4.406672556078716],
];

describe("bundles", () => {
  test("an archive gives every input that it names, masks too", async () => {
    const { stdout, stderr } = await run([
      "attend",
      "stored.npz",
      "-o",
      "json",
      "--only",
      "output",
      "--verbose",
    ]);
    expect(matrixFromRows(JSON.parse(stdout))).toBeCloseToMatrix([
      [1.6604769013466862, 2.6604769013466862],
      PROBLEM[1],
    ]);
    expect(stderr).toBe(
      "note: read query: 2×2, key: 3×2, value: 3×2, mask: 2×3 from stored.npz (NumPy .npz)\n",
    );
  });
  test("safetensors as well", async () => {
    const { stdout } = await run(["attend", "problem.safetensors", "-o", "json", "--only", "output"]);
    expect(matrixFromRows(JSON.parse(stdout))).toBeCloseToMatrix(PROBLEM);
  });
  test("from standard input", async () => {
    const { stdout } = await run(
      ["attend", "-o", "json", "--only", "key"],
      readFileSync(`${folder}/deflated.npz`),
    );
    expect(JSON.parse(stdout)).toEqual([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
  });
  test("what a run wrote is read again", async () => {
    const { bytes } = await run(["attend", "stored.npz", "-o", "npz"]);
    const { stdout } = await run(["attend", "--x", "-", "-o", "json", "--only", "x"], bytes);
    expect(matrixFromRows(JSON.parse(stdout))).toBeCloseToMatrix([
      [1.6604769013466862, 2.6604769013466862],
      PROBLEM[1],
    ]);
  });
  test("a name that is no input", async () => {
    const { exitCode, stderr } = await run(["attend", "types.safetensors"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^error: types\.safetensors: "f64" is not the name of an input\. \[UNKNOWN_KEY\]\n/,
    );
  });
});

describe("picks", () => {
  test("a name and indices behind the file", async () => {
    const args = ["--query", "heads.npz:q:1,2", "--key", "four-axes.npy:1,2", "-o", "json", "--only"];
    for (const name of ["query", "key"]) {
      const { stdout } = await run(["attend", ...args, name]);
      expect(JSON.parse(stdout)).toEqual([
        [20, 21],
        [22, 23],
      ]);
    }
  });
  test("the name of a picked array says which input a SOURCE is", async () => {
    const { exitCode, stdout } = await run([
      "attend",
      "heads.npz:q:0,1",
      "heads.npz:k:0,1",
      "-o",
      "csv",
      "--only",
      "query",
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "4,5\n6,7\n" });
  });
  test("--batch and --head slice all that has the axes", async () => {
    const args = [
      "attend",
      "--query",
      "heads.npz",
      "--key",
      "heads.npz",
      "--batch",
      "1",
      "--head",
      "2",
      "-o",
      "csv",
    ];
    expect((await run([...args, "--only", "key"])).stdout).toBe("120,121\n122,123\n");
  });
  test("a list of one matrix a head stands for the projections", async () => {
    const x = "1 0 1; 0 2 1";
    const { stdout } = await run([
      "multihead",
      "--x",
      x,
      "--wq",
      "heads.npz",
      "--wk",
      "heads.npz:wq",
      "--wv",
      "heads.npz:wq",
      "--heads",
      "2",
      "-o",
      "json",
    ]);
    expect(JSON.parse(stdout).inputs.wq[0]).toEqual([0, 1, 2, 3, 12, 13, 14, 15]);
  });
  test.each([
    [
      ["attend", "--x", "four-axes.npy"],
      /2×3×2×2, but a matrix has two axes.*\nhint: .*four-axes\.npy:0,0, or say --batch 0/,
    ],
    [
      ["attend", "--x", "three-axes.npy"],
      /x is 4×3×2, but a matrix has two axes.*\nhint: .*q\.npy:0.*--head 0/,
    ],
    [["attend", "--demo", "--batch", "x"], /^error: --batch: "x" is not/],
    [["attend", "--demo", "--head", "0"], /There is no head 0 in this run/],
    [["attend", "--x", "stored.npz:quary"], /no array "quary".*\nhint: Did you mean "query"/],
    [["attend", "--x", "none.npz:q"], /error: none\.npz: --x: there is no such file\./],
    [["attend", "--x", "bool.npy"], /^error: bool\.npy: x holds true where a number is expected/],
    [["attend", "--x", "1 2", "--mask", "row.npy"], /^error: row\.npy: mask holds 2 at \[0, 2\]/],
    [["attend", "--x", "empty.npy"], /^error: empty\.npy: the array is 0×3: it has no numbers/],
    [["attend", "--x", "make.py:0"], /error: make\.py:0: --x: there is no such file\./],
  ])("%j is refused", async (args, message) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});
