import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { shell } from "../support/spawn-cli.js";

const posenc = (line: string) =>
  runCli(["posenc", ...line.split(" ").map((word) => word.replaceAll("_", " "))]);

/** What is asked, the code of the error, and what its message must say. */
const MISTAKES: readonly (readonly [args: string, code: string, says: string])[] = [
  ["--length 3", "MISSING_INPUT", "--d-model 8"],
  ["--length 3 --d-model 5", "BAD_VALUE", "d = 5 is odd"],
  ["--length 3 --d-model 1", "BAD_VALUE", "one column"],
  ["--length 0 --d-model 4", "BAD_VALUE", '"0" is not a whole number from 1 up'],
  ["--length 3 --d-model 4 --kind sinusoid", "BAD_VALUE", 'Did you mean "sinusoidal"?'],
  ["--length 3 --d-model 4 --base 0", "BAD_VALUE", "above 0"],
  ["--positions 0,1 --length 3 --d-model 4", "CONFLICTING_INPUTS", "--length"],
  ["--positions 0,1 --offset 3 --d-model 4", "CONFLICTING_INPUTS", "--offset"],
  ["--positions 0_1;2_3 --d-model 4", "SHAPE_MISMATCH", "one row or one column"],
  ["--positions 0,inf --d-model 4", "BAD_VALUE", "Infinity is not a position"],
  ["--x 1_2;3_4 --length 3", "SHAPE_MISMATCH", "x has 2 rows, but there are 3 positions"],
  ["--x 1_2;3_4 --d-model 4", "SHAPE_MISMATCH", "x has 2 columns, but --d-model is 4"],
  ["--x 1_2;3_4 --tokens a_b_c", "SHAPE_MISMATCH", "tokens has 3 names"],
  ["--length 3 --d-model 4 --plot-columns 4", "USAGE", "The columns are 0 to 3"],
  ["--kind t5 --length 3 --plot-columns 0", "USAGE", "no curves"],
  ["--kind rope --length 3 --d-model 5", "BAD_VALUE", "cannot be paired"],
  ["--kind rope --length 3 --d-model 4 --rotary-size 6", "BAD_VALUE", "more than the 4 columns"],
  ["--kind rope --length 3 --d-model 4 --shift 1", "MISSING_INPUT", "--x"],
  ["--kind rope --length 3 --d-model 4 --scaling yarn", "MISSING_INPUT", "--scaling-factor"],
  [
    "--kind rope --length 3 --d-model 4 --scaling dynamic --scaling-factor 2",
    "MISSING_INPUT",
    "--original-length",
  ],
  ["--kind rope --length 3 --d-model 2 --scaling ntk --scaling-factor 2", "BAD_VALUE", "one pair"],
  ["--kind rope --length 3 --d-model 4 --scaling longrope --original-length 8", "MISSING_INPUT", "--factors"],
  [
    "--kind rope --length 3 --d-model 4 --scaling longrope --original-length 8 --factors 1,2,3",
    ...(["SHAPE_MISMATCH", "3 numbers for 2 pairs"] as const),
  ],
  [
    "--kind rope --length 3 --d-model 4 --scaling llama3 --scaling-factor 8 --original-length 8 --low-freq-factor 4",
    ...(["BAD_VALUE", "--low-freq-factor 4 must be below --high-freq-factor 4"] as const),
  ],
  ["--kind rope --length 3 --d-model 4 --factors a", "BAD_VALUE", "--factors"],
  ["--kind t5 --length 3 --buckets 3", "BAD_VALUE", "too few for two directions"],
  ["--kind t5 --length 3 --max-distance 8", "BAD_VALUE", "--max-distance 8"],
  ["--kind t5 --length 3 --relative", "MISSING_INPUT", "--positions"],
  ["--kind clipped --length 3", "MISSING_INPUT", "--max-distance"],
  ["--kind learned --length 3", "MISSING_INPUT", "--table"],
  ["--kind learned --length 3 --table 1_2;3_4", "BAD_VALUE", "no position 2"],
  ["--kind learned --length 2 --table 1_2;3_4 --d-model 3", "SHAPE_MISMATCH", "2 columns"],
  ["--kind learned --length 2 --table 1_2;3_4 --x 1;2", "SHAPE_MISMATCH", "1 columns and the encoding 2"],
  ["--encoding 0_1;1_0", "BAD_VALUE", "too small to see a shift of 1"],
  ["--encoding 0_1;1_0;0_1 --length 3", "CONFLICTING_INPUTS", "--length"],
  ["--encoding 0_1;1_0;0_1 --x 1_2", "CONFLICTING_INPUTS", "x"],
  ["--encoding 0_1;1_0;0_1 --heads 2", "CONFLICTING_INPUTS", "--heads"],
  ["--encoding 0_1;1_0;0_1 --tokens a_b", "SHAPE_MISMATCH", "tokens has 2 names"],
  ["--length 3 --d-model 4 --key-tokens a_b_c", "USAGE", "unknown option '--key-tokens'"],
];

describe("mistakes", () => {
  test.each(MISTAKES)("%s", async (args, code, says) => {
    const { exitCode, stdout, stderr } = await posenc(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`[${code}]`);
    expect(stderr).toContain(says);
    // A number that is none says what it should be, and needs no advice.
    if (!/is not a (whole )?number/.test(stderr)) expect(stderr).toContain("hint: ");
  });
});

describe("JSON", () => {
  test.each([
    "--length 3 --d-model 4 --shift 1",
    "--convention fairseq --length 3 --d-model 5",
    "--positions 0,5,9 --d-model 4 --dot-products",
    "--x 1_2;3_4 --embedding-scale sqrt --tokens a_b",
    "--kind rope --x 1_0_1_0;1_1_1_0 --shift 2",
    "--kind rope --length 3 --d-model 4 --scaling longrope --factors 1,2 --original-length 9 --scaling-factor 2",
    "--kind alibi --length 3 --heads 3",
    "--kind t5 --relative --positions 0_1;-1_0",
    "--kind clipped --length 4 --max-distance 2",
    "--kind learned --table 1_2;3_4 --positions 1,0,1",
    "--encoding 0_1;1_0;0_-1;-1_0",
  ])("of %s is a problem with the same numbers", async (line) => {
    const first = await posenc(`${line} --json`);
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    const again = await runCli(["posenc", "-", "--json"], { stdin: first.stdout });
    expect(again.stdout).toBe(first.stdout);
  });

  test("holds what the contract says", async () => {
    const json = async (line: string) => JSON.parse((await posenc(`${line} --json`)).stdout);
    const sinusoid = await json("--length 6 --d-model 4 --shift 3");
    expect(Object.keys(sinusoid.shift)).toEqual(["k", "maxDifference", "sineOnlyR2", "coefficients"]);
    expect(sinusoid.output).toEqual(sinusoid.encoding);
    const ids = sinusoid.steps.map(({ id }: { id: string }) => id);
    expect(ids.filter((id: string) => !["wavelengths", "shifted-angles"].includes(id))).toEqual([
      "rates",
      "angles",
      "encoding",
      "rotation",
      "shifted",
      "mapped",
      "difference",
      "fit",
    ]);
    expect((await json("--kind rope --length 2 --d-model 4")).attentionFactor).toBe(1);
    const alibi = await json("--kind alibi --length 2 --heads 2");
    expect(alibi.output).toEqual([
      [
        [0, 0.0625],
        [-0.0625, 0],
      ],
      [
        [0, 0.00390625],
        [-0.00390625, 0],
      ],
    ]);
  });

  test("flows into attend", () => {
    const { status, stdout } = shell("qkv posenc --length 4 --d-model 4 --json | qkv attend --x - --json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout).weights).toHaveLength(4);
  });
});

test("with a length there is nothing to wait for on standard input", () => {
  expect(shell("qkv posenc --length 2 --d-model 2 --steps encoding <&-")).toMatchObject({
    status: 0,
    stderr: "",
  });
});

describe("a sheet of vectors turned by RoPE", () => {
  const check = (sheet: string) => {
    const problem = "--kind rope --x '1 0 1 0; 1 0 1 0' --positions 2,5 --pairs interleaved";
    const { status, stdout } = shell(`qkv posenc ${problem} --check rotated='${sheet}' --json`);
    const diagnosis: readonly { readonly mistake: string }[] =
      status === 70 ? [] : JSON.parse(stdout).check.diagnosis;
    return { status, mistakes: diagnosis.map(({ mistake }) => mistake) };
  };

  test("that fits no mistake does not follow", () =>
    expect(check("1 0 1 0; 0.54 0.84 1.00 0.01")).toEqual({ status: 1, mistakes: ["step-not-followed"] }));

  test("with two mistakes in one step does not follow: two small steps at once fit too much", () =>
    // Columns 0 and 2 are turned together, and x is added: cos p − sin p + 1 and sin p + cos p + 1 at p = 2 and 5.
    expect(check("-0.325 0 1.493 0; 2.243 0 0.325 0")).toEqual({
      status: 1,
      mistakes: ["step-not-followed"],
    }));
});

test("a bare 5 is position 5", async () => {
  const { stdout } = await posenc("--positions 5 --d-model 2 --json");
  expect(JSON.parse(stdout).output[0][0]).toBeCloseTo(Math.sin(5), 15);
});

test("far out, --why writes positions and angles with the digits that count", async () => {
  const { stdout } = await posenc("--length 2 --offset 1000000 --d-model 4 --why encoding[1000001,2]");
  // 1000001 · 0.01 = 10000.01.
  expect(stdout).toContain("= sin(1000001 / 10000^(2/4))\n  = sin(10000.01)\n");
});

test("the repeated command gives the same run", async () => {
  const line =
    "--kind rope --length 3 --d-model 4 --scaling longrope --factors 1,2 --original-length 9 --scaling-factor 2";
  const { stdout } = await posenc(line);
  const repeat = stdout.trimEnd().split("\n").at(-1) ?? "";
  expect(shell(repeat)).toMatchObject({ status: 0, stdout });
});

test("a cell is explained as the sine that a person writes down", async () => {
  const { stdout } = await posenc("--length 4 --d-model 8 --why encoding[3,4]");
  // sin 0.03 = 0.03 − 0.03³/6 = 0.03 − 0.0000045.
  expect(stdout).toContain("encoding[3,4] = 0.0299955");
  expect(stdout).toContain("= sin(3 / 10000^(4/8))\n  = sin(0.03)\n");
  expect(stdout).toContain("in radians");
});

test("a base whose angles would be beyond what is worked exactly is refused", async () => {
  const { stderr, exitCode } = await runCli([
    "posenc",
    "--length",
    "3",
    "--d-model",
    "4",
    "--base",
    "1e-200",
  ]);
  expect(stderr).toContain("--base");
  expect(stderr).toContain("a number of 1e-10 or more");
  expect(exitCode).toBe(2);
  // At 1e-10 the angle of position 1 is √1e10 = 1e5 less 1.8e-12, since 1e-10 is no double; its sine by mpmath, 400 digits.
  const { stdout } = await runCli([
    "posenc",
    "--length",
    "2",
    "--d-model",
    "4",
    "--base",
    "1e-10",
    "-o",
    "csv",
  ]);
  expect(Number(stdout.split("\n")[1].split(",")[2])).toBeCloseTo(0.03574879797383695, 15);
});

test("a sheet may have wavelengths, rates or both", async () => {
  const problem = '{"settings": {"length": 2, "dModel": 4}}';
  // 2π and 2π·√10000; sin 1, cos 1, sin 0.01, cos 0.01.
  const sheet = "wavelengths\n6.28 628.32\nencoding\n0 1 0 1\n0.841 0.540 0.010 1.000\n";
  const of = (text: string) =>
    runCli(["check", "p.json", "s.txt"], { given: { "p.json": problem, "s.txt": text } });
  expect((await of(sheet)).stdout).toMatch(/^Right\. Wavelengths ✓ · Encoding ✓\n/);
  expect((await of(`rates 1 0.01\n${sheet}`)).stdout).toMatch(/^Right\. Rates ✓ · Wavelengths ✓ · /);
  expect((await of(sheet.replace("628.32", "638.32"))).stdout).toContain("you wrote 638.32, but");
});
