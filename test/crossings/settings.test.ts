import { describe, expect, test } from "vitest";
import type { InputName } from "../../src/attention/inputs.js";
import { attend } from "../../src/commands/attend.js";
import { compareScoring } from "../../src/commands/compare-scoring.js";
import { layer } from "../../src/commands/layer.js";
import { model } from "../../src/commands/model.js";
import { multihead } from "../../src/commands/multihead.js";
import { posenc } from "../../src/commands/posenc.js";
import { optionOf } from "../../src/errors.js";
import type { CommandSpec } from "../../src/runs/command-spec.js";
import { settingsOf } from "../../src/runs/command-spec.js";
import { type CliRun, runCli } from "../support/run-cli.js";

// Every setting with every kind of problem: it changes what is printed, or qkv warns, or qkv refuses it.

const VECTORS = JSON.stringify({
  query: [
    [1, 0],
    [0, 2],
  ],
  key: [
    [1, 1],
    [0, 1],
  ],
  value: [
    [1, 1 / 3],
    [0, 1],
  ],
});
const X = ["--x", "1 0 2 1 0 1 1 0; 0 1 1 2 1 0 0 1; 1 1 0 1 2 1 0 1"];
const HEADS = [...X, "--heads", "2"];
const ROPE = [...HEADS, "--rope", "half-split"];
const EYE = Array.from({ length: 8 }, (_, row) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((col) => Number(row === col)).join(" "),
);
const LAYER = [...HEADS, "--w1", EYE.join("; "), "--w2", EYE.join("; ")];
const LINEAR = ["--scaling", "linear", "--scaling-factor", "2"];

interface Problem {
  readonly command: CommandSpec;
  readonly given: readonly string[];
}

const problemsOf = (command: CommandSpec, ...problems: readonly (readonly string[])[]): Problem[] =>
  problems.map((given) => ({ command, given }));

const PROBLEMS: readonly Problem[] = [
  ...problemsOf(
    attend,
    ...[[VECTORS], [VECTORS, "--mask", "1 1; 0 1"], [VECTORS, "--causal"], X],
    ...[
      [VECTORS, "--scoring", "local-m"],
      [VECTORS, "--causal", "--mask-fill", "replace:-1e9"],
    ],
  ),
  ...problemsOf(
    multihead,
    HEADS,
    ROPE,
    [...ROPE, ...LINEAR],
    [...HEADS, "--alibi"],
    [...X, "--compare-heads", "1,2"],
  ),
  ...problemsOf(
    layer,
    LAYER,
    [...LAYER, "--memory", "1 2 1 2 1 2 1 2; 0 1 0 1 1 0 1 0"],
    [...LAYER, "--norm", "none"],
  ),
  ...problemsOf(
    model,
    ["--demo"],
    ["--demo", "--loss", "cross-entropy:1,2,3,4,5,6,7,8,9,0"],
    ["--demo", "--generate", "3", "--temperature", "3"],
    [
      ...["--preset", "transformer", "--random", "--layers", "1", "--d-model", "4", "--heads", "2"],
      ...["--vocabulary", "9", "--ids", "1,2"],
    ],
    ["--preset", "gpt3", "--random", "--layers", "2", "--d-model", "4", "--heads", "2", "--vocabulary", "9"],
    [
      ...["--preset", "macaw", "--random", "--layers", "1", "--d-model", "4", "--heads", "1"],
      ...["--vocabulary", "10", "--ids", "1,2,3"],
    ],
    ["--preset", "gpt1", "--random", "--layers", "1", "--d-model", "4", "--heads", "2", "--vocabulary", "9"],
  ),
  ...problemsOf(
    posenc,
    ["--length", "6", "--d-model", "4"],
    ["--kind", "rope", ...X],
    ["--kind", "rope", ...X, ...LINEAR],
    ...["alibi", "t5"].map((kind) => ["--kind", kind, "--length", "12"]),
    ["--kind", "clipped", "--length", "12", "--max-distance", "3"],
    ["--kind", "learned", "--positions", "0 1", "--table", "1 2; 3 4"],
    // sin p, cos p, sin p/100, cos p/100
    ["--encoding", "0 1 0 1; 0.8415 0.5403 0.01 1; 0.9093 -0.4161 0.02 0.9998; 0.1411 -0.99 0.03 0.9996"],
  ),
  ...problemsOf(
    compareScoring,
    ...["dot,cosine", "dot,local-m"].map((scorings) => [VECTORS, "--scorings", scorings]),
    [VECTORS, "--scorings", "dot,additive", "--seed", "1"],
    ["--sweep", "d_k=2..8", "--samples", "10"],
  ),
];

/** A value for each setting that takes one, other than its default. */
const VALUES: Readonly<Record<string, string>> = {
  ...{
    scoring: "dot",
    scale: "0.3",
    softcap: "2",
    maskTrue: "drop",
    align: "bottom-right",
    queryOffset: "1",
  },
  ...{ dropoutP: "0.3", window: "1", windowLeft: "0", windowRight: "0", keyLength: "1", maskFill: "add:-3" },
  ...{ emptyRow: "uniform", layout: "out-in", localWindow: "3", heads: "1", kvHeads: "1", headSize: "2" },
  ...{ compareHeads: "1,2", rope: "interleaved", base: "100", rotarySize: "2", scaling: "ntk" },
  ...{ scalingFactor: "3", originalLength: "2", sequenceLength: "9", betaFast: "3", betaSlow: "2" },
  ...{ lowFreqFactor: "2", highFreqFactor: "8", factors: "1,2", biasMax: "4", offset: "3", seed: "3" },
  ...{ addPositions: "sinusoidal", convention: "fairseq", columns: "halves", exponent: "doubled" },
  ...{ oddD: "sine", embeddingScale: "sqrt", preset: "gpt2", length: "2", sourceLength: "3", dModel: "6" },
  ...{ dA: "3", kind: "learned", shift: "2", pairs: "half-split", buckets: "8", maxDistance: "2" },
  ...{ scorings: "dot,general", jacobian: "0", outputGradient: "1,2", sweep: "d_k=2,4", samples: "20" },
  ...{
    part: "norm",
    norm: "pre",
    normKind: "rms",
    eps: "0.5",
    activation: "gelu",
    memoryLength: "1",
    dFf: "3",
  },
  ...{
    ids: "1,2,1,2",
    text: "a",
    generate: "2",
    temperature: "2",
    layers: "3",
    vocabulary: "13",
    modalRows: "1",
  },
  ...{ decoderIds: "2,1,2", decoderText: "b" },
  ...{ sampleKeys: "3", sampleSize: "4", carry: "1", carrySteps: "scores", loss: "sum", dtype: "bfloat16" },
};

/** Inputs of another shape than 2×2, which fits most settings. */
const MATRICES: Readonly<Partial<Record<InputName, string>>> = {
  ...{ bq: "[[1, 2]]", bk: "[[1, 2]]", bv: "[[1, 2]]", bo: "[[1, 2]]", bqkv: "[[1, 2, 3, 4, 5, 6]]" },
  ...{
    biasK: "[[1, 2]]",
    biasV: "[[1, 2]]",
    va: "[[1, 2]]",
    dropoutMask: "1 0; 1 1",
    positions: "[[0, 2]]",
    segments: "[[0, 1]]",
  },
  ...{ wqkv: "1 2 3 4 5 6; 2 1 0 1 0 2", wc: "1 2; 3 4; 5 6; 7 8", mask: "1 0; 1 1" },
};

/** Settings about something that a problem may not have. They have no effect if it does not. */
const MET: readonly (readonly [option: string, where: RegExp, reason: string])[] = [
  ["--align bottom-right", /^(attend|compare-scoring) /, "there are as many keys as queries"],
  ["--head-size 2", /compare/, "every number of heads has its own"],
  ["--odd-d sine", /^posenc /, "the table has no last column without a partner"],
  ["--x 1 2; 3 5", /--kind (alibi|t5|clipped)/, "its rows say how many positions there are"],
  ["--random", /^posenc|attend|compare/, "a line says that nothing is drawn here"],
  ["--columns halves", /--encoding/, "two columns are a pair either way"],
];

const isMet = (option: string, where: string) =>
  MET.some(([met, places]) => met === option && places.test(where));

/** Compares every step, because a change may be in a folded one. */
const WHOLE = ["--full"];

/** Drops the line that repeats the command, because it contains the option. */
const printed = (text: string) => text.replace(/To repeat this run[\s\S]*/, "");

type Outcome = "refused" | "changed" | "the same";

async function outcomeOf(argv: readonly string[], base: CliRun): Promise<Outcome> {
  const run = await runCli([...argv, ...WHOLE]);
  if (run.exitCode === 2) {
    expect.soft(run.stderr, argv.join(" ")).toMatch(/^hint: /m);
    return "refused";
  }
  expect.soft(run.exitCode, argv.join(" ")).toBe(0);
  return printed(run.stdout) !== printed(base.stdout) || run.stderr !== base.stderr ? "changed" : "the same";
}

describe.each(PROBLEMS)("$command.name $given", ({ command, given }) => {
  test("settings and inputs change something, or are refused", async () => {
    const base = await runCli([command.name, ...given, ...WHOLE]);
    expect(base.exitCode, base.stderr).toBe(0);
    const settings = Object.entries(settingsOf(command)).map(([name, { value }]) => {
      const option = optionOf(name);
      return value !== undefined ? [option, VALUES[name] ?? expect.fail(`no value for ${option}`)] : [option];
    });
    const inputs = command.inputs.map((name) => [optionOf(name), MATRICES[name] ?? "1 2; 3 5"]);
    for (const words of [...settings, ...inputs]) {
      if (given.includes(words[0])) continue;
      const argv = [command.name, ...given, ...words];
      const outcome = await outcomeOf(argv, base);
      if (!isMet(words.join(" "), argv.join(" "))) expect.soft(outcome, argv.join(" ")).not.toBe("the same");
    }
  });
});

test("of a bundle it is told", async () => {
  const bundle = JSON.stringify({ x: [[1, 2]], va: [[1]], settings: { symmetric: true, scaling: "ntk" } });
  const { exitCode, stderr } = await runCli(["multihead", bundle]);
  expect(exitCode).toBe(0);
  for (const name of ["va", "symmetric", "scaling"])
    expect(stderr).toContain(`note: ${name} changes nothing here`);
});

test("what a preset sets is not told of, also when its run is read again", async () => {
  const { stdout, stderr } = await runCli([
    "multihead",
    "--preset",
    "bert",
    "--random",
    "--json",
    "--steps",
    "none",
  ]);
  const again = await runCli(["multihead", "--json", "--steps", "none"], { stdin: stdout });
  expect([again.exitCode, stderr, again.stderr]).toEqual([0, "", ""]);
});
