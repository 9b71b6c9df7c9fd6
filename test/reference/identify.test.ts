import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { identify } from "../../src/check/identify/identify.js";
import { type ProbeArray, probe } from "../../src/check/identify/probe.js";
import { npzOf } from "../support/array-files.js";
import { misidentified } from "../support/identified.js";
import { answersOf, scaledWhere } from "../support/probe-answers.js";
import { allConventions, answerProbe, type Conventions } from "../support/probed-kernel.js";
import { createRandom } from "../support/random.js";
import { runCli } from "../support/run-cli.js";
import { spawnCli } from "../support/spawn-cli.js";

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
    // A masked score of −30 gives a weight that no float16 holds: e⁻³⁰ = 10⁻¹³.
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

  /** The problem of the probe with the answers of a kernel, as two dumps: without the mask and with it. */
  function dumpsOf(conventions: Conventions, type: "float32" | "bfloat16" | "float16") {
    const { plain, masked } = answerProbe(conventions, type);
    const { query, key, value, mask } = probe();
    const array = ({ axes, data }: ProbeArray) => ({ shape: axes, data, type: "float32" as const });
    const given = { q: array(query), k: array(key), v: array(value) };
    const out = (data: Float64Array) => ({ shape: [4, 16, 32], data, type });
    return {
      "out.npz": npzOf({ out: out(plain.output), out_masked: out(masked.output) }),
      "plain.npz": npzOf({ ...given, out: out(plain.output) }),
      "masked.npz": npzOf({ ...given, mask: array(mask), out: out(masked.output) }),
    };
  }

  /** Drops the options about a mask, because the first dump has none. */
  const withoutMask = (options: readonly string[]) =>
    options.filter((word, at) => {
      const isOfMask = (one = "") => ["--mask-true", "--empty-row"].includes(one);
      return !isOfMask(word) && !isOfMask(options[at - 1]);
    });

  test.each(["float32", "bfloat16", "float16"] as const)(
    "the options, with --check on the same dump, are right: %s",
    async (type) => {
      const random = createRandom(3 * type.length);
      // qkv has no option for heads that read every second kv head. A fill of −30 is invisible in float16, and is
      // refused for the dump without a mask if there is no other mask.
      const fair = all.filter(
        ({ groups, softcap, align, window }) =>
          groups === "repeat" &&
          (softcap !== "after the mask" ||
            (type !== "float16" && (align !== "none" || window !== undefined))),
      );
      for (let count = 0; count < 7; count++) {
        const one = fair[Math.floor(random() * fair.length)];
        const given = dumpsOf(one, type);
        const { exitCode, stdout } = await runCli(["identify", "out.npz", "--json"], { given });
        const { options, explained } = JSON.parse(stdout);
        expect([one, exitCode, explained]).toEqual([one, 0, true]);
        for (const argv of [
          ["multihead", "plain.npz", ...withoutMask(options), "--check"],
          ["multihead", "masked.npz", ...options, "--check"],
        ]) {
          const checked = await runCli(argv, { given });
          expect([one, argv, checked.exitCode, checked.stdout.slice(0, 7)]).toEqual([
            ...[one, argv, 0, "✓ right"],
          ]);
        }
      }
    },
  );

  test("says what no option says", async () => {
    const given = { "out.npz": npzOf(arrays({ ...PLAIN, groups: "tile" })) };
    const { exitCode, stdout } = await runCli(["identify", "out.npz", "--width", "200"], { given });
    expect([exitCode, stdout.split("\n")[0]]).toEqual([
      ...[0, "✓ It works like qkv multihead --causal --align bottom-right, except for GQA"],
    ]);
    expect(stdout).toContain(
      "Computed again with these conventions, out, out_masked and lse agree within the rounding of float32.",
    );
  });

  test("--run has a command answer", async () => {
    const script = `node -e 'const fs = require("fs"); fs.copyFileSync("$FILE", process.argv[2])' {in} {out}`;
    const folder = mkdtempSync(`${tmpdir()}/identify-`);
    try {
      writeFileSync(`${folder}/made.npz`, npzOf(arrays(PLAIN)));
      const command = script.replace("$FILE", `${folder}/made.npz`);
      expect(readFileSync(`${folder}/made.npz`).length).toBeGreaterThan(1000);
      const { exitCode, stdout } = await runCli(["identify", "--run", command]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining("--causal --align bottom-right")]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const REFUSED: readonly (readonly [string[], RegExp])[] = [
    [["identify"], /nothing to identify/i],
    [["identify", "--probe", "out.npz"], /ANSWERS contradict each other/],
    [["identify", "--run", "true"], /needs \{in\} and \{out\}/],
    [["identify", "--run", "false {in} {out}"], /ended with exit code 1/],
    [["identify", "odd.npz"], /out is 4×16×31, but 1×4×16×32 is expected/],
    [["identify", "name.npz"], /"loss" is not an answer/],
  ];
  test("--axes says nothing of answers, and one line says so", async () => {
    const given = { "out.npz": npzOf(arrays(PLAIN)) };
    const { stderr } = await runCli(["identify", "out.npz", "--axes", "bnhd"], { given });
    expect(stderr).toBe(
      "note: --axes changes nothing here: it is about the layout of the probe; the layout of answers is recognised\n",
    );
  });
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

test("attention sinks are told, by the built program as well", () => {
  // e^−6 in the sum of a row takes 0.0001 of its weight or more, which float32 shows.
  const { output } = answersOf(
    scaledWhere((i, j) => j <= i + 8),
    { sink: -6 },
  );
  const { query, key, value } = probe();
  const array = ({ axes, data }: ProbeArray) => ({ shape: axes, data, type: "float32" as const });
  const out = { shape: [4, 16, 32], data: output, type: "float32" as const };
  const folder = mkdtempSync(join(tmpdir(), "identify-"));
  try {
    writeFileSync(join(folder, "out.npz"), npzOf({ out }));
    writeFileSync(join(folder, "dump.npz"), npzOf({ q: array(query), k: array(key), v: array(value), out }));
    const { status, stdout, stderr } = spawnCli(["identify", join(folder, "out.npz"), "--width", "200"]);
    expect([status, stderr, stdout.split("\n")[0]]).toEqual([
      ...[0, "", "✓ It works like qkv multihead --causal --align bottom-right --sinks '-6 -6 -6 -6'"],
    ]);
    const options = ["--causal", "--align", "bottom-right", "--check"];
    expect(spawnCli(["multihead", join(folder, "dump.npz"), ...options]).status).toBe(1);
    const withSinks = ["--sinks", "-6 -6 -6 -6", ...options];
    expect(spawnCli(["multihead", join(folder, "dump.npz"), ...withSinks]).status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
