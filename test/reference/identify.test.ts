import { describe, expect, test } from "vitest";
import { identify } from "../../src/check/identify/identify.js";
import { probe } from "../../src/check/identify/probe.js";
import { npzOf } from "../support/array-files.js";
import { misidentified } from "../support/identified.js";
import { allConventions, answerProbe, type Conventions } from "../support/probed-kernel.js";
import { createRandom } from "../support/random.js";
import { runCli } from "../support/run-cli.js";

// The answers are those of a kernel of plain loops (test/support/probed-kernel.ts). bench/identify.js tries all settings.

const all = allConventions();

const PLAIN: Conventions = {
  ...{ scale: "1/sqrt(d_k)", maskTrue: "keep", align: "bottom-right", emptyRow: "zero", window: undefined },
  ...{ groups: "repeat", rope: "none", softcap: "none", base: "e" },
};

const arrays = (conventions: Conventions, shape: readonly number[] = [1, 4, 16, 32]) => {
  const { plain, masked } = answerProbe(conventions, "float32");
  const lse = (data: Float64Array) => ({ shape: [1, 4, 16], data, type: "float32" as const });
  return {
    out: { shape, data: plain.output, type: "float32" as const },
    lse: lse(plain.logSumExp ?? new Float64Array()),
    out_masked: { shape, data: masked.output, type: "float32" as const },
  };
};

describe("conventions are told apart", () => {
  test("there are 6480 settings of nine conventions", () => expect(all.length).toBe(6480));

  test.each(["float32", "bfloat16"] as const)("a seeded part of them: %s", (type) => {
    const random = createRandom(type.length);
    const some = Array.from({ length: 60 }, () => all[Math.floor(random() * all.length)]);
    const wrong = some
      .map((one) => [one, misidentified(one, type)] as const)
      .filter(([, names]) => names.length > 0);
    expect(wrong).toEqual([]);
  });

  test("a seeded part of them: float16", () => {
    const random = createRandom(16);
    // Masked scores of −30 have no weight that a float16 holds: e⁻³⁰ = 10⁻¹³.
    const seen = all.filter(({ softcap }) => softcap !== "after the mask");
    const some = Array.from({ length: 30 }, () => seen[Math.floor(random() * seen.length)]);
    expect(some.flatMap((one) => misidentified(one, "float16"))).toEqual([]);
  });

  test("other softcaps", () => {
    for (const softcap of [15, 50]) {
      for (const place of ["before the mask", "after the mask"] as const) {
        expect(misidentified({ ...PLAIN, softcap: place, rope: "half-split" }, "float32", softcap)).toEqual(
          [],
        );
      }
    }
  });

  test("what was not answered is not told", () => {
    const { plain } = answerProbe(PLAIN, "float32");
    const { polarity, emptyRow, logSumExp } = identify({ output: plain.output });
    expect([polarity, emptyRow, logSumExp]).toEqual([undefined, undefined, undefined]);
  });

  test("noise fits no convention", () => {
    const random = createRandom(1);
    const found = identify({ output: Float64Array.from({ length: 4 * 16 * 32 }, () => random()) });
    expect([found.scoring, found.rotation]).toEqual([undefined, undefined]);
  });
});

describe("qkv identify", () => {
  test("writes a probe that NumPy reads, and reads the answers", async () => {
    const { exitCode, bytes } = await runCli(["identify", "--probe", "--axes", "bnhd"]);
    expect(exitCode).toBe(0);
    const read = await runCli(
      ["attend", "--query", "p.npz:q:0,3", "--key", "p.npz:k:0,5", "--only", "query", "-o", "csv"],
      {
        given: { "p.npz": bytes },
      },
    );
    // Token 3 of the query: the four heads of 32 columns.
    const { query } = probe();
    expect(
      read.stdout
        .trim()
        .split("\n")
        .map((line) => line.split(",").map(Number)),
    ).toEqual(
      [0, 1, 2, 3].map((head) => Array.from(query.data.subarray((head * 16 + 3) * 32, (head * 16 + 4) * 32))),
    );
  });

  test("prints options of qkv", async () => {
    const odd: Conventions = {
      ...{ scale: "1/sqrt(d_model)", maskTrue: "drop", align: "bottom-right", emptyRow: "nan", window: 7 },
      ...{ groups: "tile", rope: "half-split", softcap: "before the mask", base: "2" },
    };
    const given = { "out.npz": npzOf(arrays(odd)) };
    const { exitCode, stdout } = await runCli(["identify", "out.npz", "--json"], { given });
    const found = JSON.parse(stdout);
    expect([exitCode, found.schema]).toEqual([0, "qkv/identify/1"]);
    expect(found.options.join(" ")).toBe(
      "--scale 1/sqrt(128) --softcap 30 --causal --align bottom-right --window 7 --mask-true drop --empty-row nan --rope half-split",
    );
    expect(found.conventions.GQA.text).toContain("tiled");
    expect(found.conventions["log-sum-exp"].text).toContain("base 2");
    const text = await runCli(["identify", "out.npz"], { given });
    expect(text.stdout).toContain("--mask-true drop");
  });

  test("the options repeat what the kernel made", async () => {
    const one: Conventions = {
      ...PLAIN,
      scale: "1/d_k",
      softcap: "after the mask",
      window: 7,
      rope: "interleaved",
      emptyRow: "zero",
    };
    const { stdout } = await runCli(["identify", "out.npz", "--json"], {
      given: { "out.npz": npzOf(arrays(one)) },
    });
    const { options } = JSON.parse(stdout);
    const { query, key, value } = probe();
    const array = ({ axes, data }: { axes: readonly number[]; data: Float64Array }) => ({
      shape: axes,
      data,
      type: "float32" as const,
    });
    const given = {
      "dump.npz": npzOf({
        q: array(query),
        k: array(key),
        v: array(value),
        out: arrays(one, [4, 16, 32]).out,
      }),
    };
    const checked = await runCli(
      [
        "multihead",
        "dump.npz",
        "--check",
        "--atol",
        "1e-4",
        ...options.filter((word: string) => !/keep|mask-true/.test(word)),
      ],
      { given },
    );
    expect([checked.exitCode, checked.stderr]).toEqual([0, expect.anything()]);
  });

  test("--run has a command answer", async () => {
    const script = `node -e 'const fs = require("fs"); fs.copyFileSync("$FILE", process.argv[2])' {in} {out}`;
    const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
    const { tmpdir } = await import("node:os");
    const folder = mkdtempSync(`${tmpdir()}/identify-`);
    try {
      writeFileSync(`${folder}/made.npz`, npzOf(arrays(PLAIN)));
      const command = script.replace("$FILE", `${folder}/made.npz`);
      const { readFileSync } = await import("node:fs");
      expect(readFileSync(`${folder}/made.npz`).length).toBeGreaterThan(1000);
      const { exitCode, stdout } = await runCli(["identify", "--run", command]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining("--causal --align bottom-right")]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const REFUSED: readonly (readonly [string[], RegExp])[] = [
    [["identify"], /nothing to identify/i],
    [["identify", "--probe", "out.npz"], /do not go together/],
    [["identify", "--run", "true"], /needs \{in\} and \{out\}/],
    [["identify", "--run", "false {in} {out}"], /ended with exit code 1/],
    [["identify", "out.npz", "--axes", "bnhd"], /how the probe is written/],
    [["identify", "odd.npz"], /out is 4×16×31, and 1×4×16×32 is expected/],
    [["identify", "name.npz"], /"loss" is none of the answers/],
  ];
  test.each(REFUSED)("%j is refused", async (argv, message) => {
    const one = arrays(PLAIN);
    const given = {
      "out.npz": npzOf(one),
      "odd.npz": npzOf({ out: { ...one.out, shape: [4, 16, 31], data: one.out.data.slice(0, 4 * 16 * 31) } }),
      "name.npz": npzOf({ ...one, loss: one.lse }),
    };
    const { exitCode, stderr } = await runCli(argv, { given });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
