import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { type DumpedArray, npyOf, npzOf, ptOf, safetensorsOf } from "../support/array-files.js";
import { runKernel } from "../support/machines.js";
import { createRandom } from "../support/random.js";
import { runCli } from "../support/run-cli.js";
import { spawnCli } from "../support/spawn-cli.js";

// `qkv check PROBLEM ANSWERS` and `qkv attend PROBLEM --check ANSWERS` judge alike: a machine's numbers by their precision, a person's by
// their digits. What is right is worked by a kernel of plain loops, head by head.

const [B, H, N, D] = [2, 2, 6, 4];
const random = createRandom(31);
const draw = () =>
  Array.from({ length: B }, () =>
    Array.from({ length: H }, () => createMatrix(N, D, () => Math.fround(2 * random() - 1))),
  );
const [query, key, value] = [draw(), draw(), draw()];
const made = (compute: "float32" | "bfloat16", reach = 0) =>
  query.map((heads, b) =>
    runKernel(
      { ...{ query: heads, key: key[b], value: value[b] }, scale: 0.5, allows: (i, j) => j <= i + reach },
      { compute, stored: "float32", tile: 0 },
    ),
  );
const [right, coarse, wrong] = [made("float32"), made("bfloat16"), made("float32", 1)];

const arrayOf = (shape: readonly number[], parts: readonly Matrix[]): DumpedArray => ({
  ...{ shape, type: "float32", data: Float64Array.from(parts.flatMap(({ data }) => Array.from(data))) },
});
const one = ([[matrix]]: readonly (readonly Matrix[])[]) =>
  arrayOf(matrix.cols === 1 ? [N] : [N, D], [matrix]);
const all = (parts: readonly (readonly Matrix[])[]) => arrayOf([B, H, N, D], parts.flat());
const outputs = (kernels: typeof right) => kernels.map(({ output }) => output);
const logSumExps = (kernels: typeof right) => kernels.map(({ logSumExp }) => logSumExp);
const text = ({ data }: DumpedArray, digits: number) =>
  `Output:\n${Array.from({ length: N }, (_, row) =>
    Array.from(data.subarray(row * D, (row + 1) * D), (cell) => cell.toFixed(digits)).join(" "),
  ).join("\n")}\n`;

const given = {
  "in.npz": npzOf({ q: one(query), k: one(key), v: one(value) }),
  "in4.npz": npzOf({ q: all(query), k: all(key), v: all(value) }),
  "right.npz": npzOf({ out: one(outputs(right)), lse: one(logSumExps(right)) }),
  "right.safetensors": safetensorsOf({ o: one(outputs(right)) }),
  "output.npy": npyOf(one(outputs(right))),
  "wrong.pt": ptOf({ output: one(outputs(wrong)) }),
  "coarse.npz": npzOf({ output: one(outputs(coarse)) }),
  "right4.npz": npzOf({ o: all(outputs(right)) }),
  "wrong4.npz": npzOf({ o: all([right[0].output, [right[1].output[0], wrong[1].output[1]]]) }),
  "person.txt": text(one(outputs(right)), 3),
  "slip.txt": text(one(outputs(wrong)), 3),
};

const run = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--causal", "--json"], { given });
  return { exitCode, stderr, json: exitCode === 2 ? undefined : JSON.parse(stdout) };
};

describe("qkv check judges as --check does", () => {
  test.each([
    ["attend", "in.npz", "right.npz", "machine", "agrees"],
    ["attend", "in.npz", "right.safetensors", "machine", "agrees"],
    ["attend", "in.npz", "output.npy", "machine", "agrees"],
    ["attend", "in.npz", "wrong.pt", "machine", "differs"],
    ["attend", "in.npz", "coarse.npz", "machine", "less-precise"],
    ["attend", "in.npz", "coarse.npz --dtype bfloat16", "machine", "agrees"],
    ["attend", "in.npz", "coarse.npz --atol 0.1", "machine", "agrees"],
    ["attend", "in.npz", "right.npz --rule torch", "machine", "agrees"],
    ["attend", "in.npz", "person.txt", "person", "agrees"],
    ["attend", "in.npz", "slip.txt", "person", "differs"],
    ["attend", "in.npz", "person.txt --dtype float32", "machine", "agrees"],
    ["multihead", "in4.npz", "right4.npz", "machine", "agrees"],
    ["multihead", "in4.npz", "wrong4.npz", "machine", "differs"],
    ["multihead", "in4.npz", "wrong4.npz --batch 0", "machine", "agrees"],
    ["attend", "in4.npz", "wrong4.npz --head 0", "machine", "agrees"],
    ["attend", "in4.npz", "wrong4.npz --batch 1 --head 1", "machine", "differs"],
  ])("%s %s --check %s: a %s, %s", async (command, problem, answer, judgedAs, verdict) => {
    const words = answer.split(" ");
    const alone = await run(command, problem, "--check", ...words);
    expect(alone.json.check).toMatchObject({ judgedAs, verdict });
    expect(alone.exitCode).toBe(verdict === "agrees" ? 0 : 1);
    const inClass = await run("check", problem, ...words);
    expect(inClass).toEqual({ ...alone, json: expect.anything() });
    expect(inClass.json.sheets[0].check).toEqual(alone.json.check);
  });

  test("of one sheet it prints the same, in the built program, too", async () => {
    const argv = ["attend", "in.npz", "--check", "wrong.pt", "--causal"];
    const alone = await runCli(argv, { given });
    const inClass = await runCli(["check", "in.npz", "wrong.pt", "--causal"], { given });
    expect(inClass.stdout).toBe(alone.stdout);
    const folder = mkdtempSync(join(tmpdir(), "qkv-one-verdict-"));
    try {
      for (const name of ["in.npz", "right.npz"] as const) writeFileSync(join(folder, name), given[name]);
      const files = ["in.npz", "right.npz"].map((name) => join(folder, name));
      const { status, stdout } = spawnCli(["check", ...files, "--causal"]);
      expect([status, stdout]).toEqual([0, expect.stringMatching(/^✓ right for float32 /)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["--strict", "right.npz", "--strict changes nothing here: it is about sheets of people"],
    ["--require=output", "right.npz", "--require changes nothing here: it is about sheets of people"],
    [
      "--rule=flash",
      "person.txt",
      "--rule changes nothing here: it is about a machine's answers, but a person's sheet is marked",
    ],
  ])("%s with %s is told by both", async (option, answer, message) => {
    for (const argv of [
      ["attend", "in.npz", "--check", answer],
      ["check", "in.npz", answer],
    ]) {
      expect((await run(...argv, option)).stderr).toContain(`note: ${message}`);
    }
  });
});

describe("sheets of people and what machines computed, side by side", () => {
  test("each is judged by its own form", async () => {
    const { exitCode, json } = await run("attend", "in.npz", "--check", "right.npz", "person.txt");
    const judged = json.checks.map((check: Record<string, unknown>) => [check.judgedAs, check.verdict]);
    expect([exitCode, judged]).toEqual([
      0,
      [
        ["machine", "agrees"],
        ["person", "agrees"],
      ],
    ]);
    const inClass = await run("check", "in.npz", "right.npz", "person.txt");
    expect(inClass.exitCode).toBe(0);
    expect(inClass.json.sheets.map(({ check }: { check: object }) => check)).toEqual(
      json.checks.map(({ sheet: _, ...check }: { sheet: string }) => check),
    );
  });

  test("in the rows of a class", async () => {
    const sheets = ["right.npz", "wrong.pt", "coarse.npz", "person.txt"];
    const argv = ["check", "in.npz", ...sheets, "--causal"];
    const { stdout } = await runCli([...argv, "--width", "200"], { given });
    expect(stdout).toMatch(/^right\.npz +✓ right for float32; 24 cells of output, 6 of log-sum-exp$/m);
    expect(stdout).toMatch(
      /^wrong\.pt +✗ not right for float32, first wrong: output; .+; 24 cells of output$/m,
    );
    expect(stdout).toMatch(
      /^coarse\.npz +✗ less precise than float32, first wrong: output; .*24 cells of output$/m,
    );
    expect(stdout).toMatch(/^person\.txt +✓ right$/m);
    expect(stdout).toMatch(/^right +2 of 4$/m);
    const csv = await runCli([...argv, "-o", "csv"], { given });
    expect(csv.stdout.split("\n").slice(1, 3)).toEqual([
      "right.npz,right,,,,30,30,2,",
      expect.stringMatching(/^wrong\.pt,not right,output,mask-off-by-one,.+,24,24,1,$/),
    ]);
    const { tests } = JSON.parse(
      (await runCli(["check", ...argv.slice(1, 3), "--causal", "--gradescope"], { given })).stdout,
    );
    expect(tests.map(({ name, score, output }: Record<string, unknown>) => [name, score, output])).toEqual([
      ["output", 1, "right"],
      ["log-sum-exp", 1, "right"],
    ]);
  });

  test("an option that is about one of them changes nothing for the others", async () => {
    const { stdout, stderr, exitCode } = await runCli(
      ["check", "in.npz", "right.npz", "person.txt", "--causal", "--strict", "-o", "csv"],
      { given },
    );
    const [, machine, person] = stdout.split("\n");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(machine).toMatch(/^right\.npz,right,/);
    expect(person).toMatch(/^person\.txt,right,/);
  });
});
