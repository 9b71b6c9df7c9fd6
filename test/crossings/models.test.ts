import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// Every published model at toy size, with every option that shows a part of a run: the part has the numbers of the
// whole run.

const PRESETS = ["transformer", "gpt1", "gpt2", "gpt3", "bert", "roberta", "palm", "macaw"] as const;
const SIZES = ["--layers", "2", "--d-model", "16", "--d-ff", "12", "--vocabulary", "40", "--length", "4"];
const TWO_STACKS: readonly string[] = ["transformer"];
const WITHOUT_HEAD_OF_NEXT: readonly string[] = ["bert", "roberta"];

const run = (preset: string, ...options: readonly string[]) =>
  runCli(["model", "--preset", preset, "--random", "--seed", "3", ...SIZES, ...options]);

async function jsonOf(preset: string, ...options: readonly string[]) {
  const { stdout, stderr, exitCode } = await run(preset, ...options, "--json");
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("error")]);
  return JSON.parse(stdout);
}

interface StepInJson {
  readonly scope?: string;
  readonly id: string;
  readonly data?: readonly (readonly (number | string)[])[];
}

const keyOf = ({ scope, id }: StepInJson) => (scope ? `${scope}/${id}` : id);

describe.each(PRESETS)("%s", (preset) => {
  const stack = TWO_STACKS.includes(preset) ? "decoder/" : "";
  const keys = [`${stack}layer 1/head 1/weights`, `${stack}layer 0/residual`, "logits"];

  test("--only and --steps show the steps that all of them have", async () => {
    const whole: readonly StepInJson[] = (await jsonOf(preset, "--steps", "all")).steps;
    for (const key of keys) {
      const own = whole.find((step) => keyOf(step) === key);
      const only = await jsonOf(preset, "--only", key);
      expect(only).toEqual(own?.data);
      const { steps } = await jsonOf(preset, "--steps", key);
      expect(steps).toEqual([own]);
    }
  });

  test("-o npz holds the steps of each stack by name", async () => {
    const { exitCode, bytes, stderr, files } = await run(preset, "-o", "npz", "--output", "run.npz");
    expect([exitCode, stderr, bytes.length]).toEqual([0, expect.not.stringContaining("error"), 0]);
    const archive = Buffer.from(files["run.npz"]).toString("latin1");
    for (const key of [
      ...keys,
      ...(stack ? ["encoder/layer 1/residual", "decoder/layer 0/cross-head 1/weights"] : []),
    ]) {
      expect(archive).toContain(`${key}.npy`);
    }
  });

  test("--layer and --head show that head as multihead does, with its own steps", async () => {
    const { stdout, exitCode, stderr } = await run(preset, "--layer", "1", "--head", "1");
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("error")]);
    expect(stdout).toContain(`${stack}layer 1/head 1`);
    expect((await run(preset, "--layer", "2")).stderr).toContain("no layer 2");
    expect((await run(preset, "--layer", "0", "--head", "99")).stderr).toContain("no head 99");
  });

  test("--logit-lens tells what each layer would predict, the last one what the model does", async () => {
    const { logitLens, next } = await jsonOf(preset, "--logit-lens");
    expect(logitLens.map(({ layer }: { layer: number }) => layer)).toEqual([0, 1]);
    expect(logitLens[1].next[0].id).toBe(next[0].id);
  });

  test("--generate goes on with the likeliest token, as a run of all tokens would", async () => {
    if (WITHOUT_HEAD_OF_NEXT.includes(preset)) {
      expect((await run(preset, "--generate", "2")).exitCode).toBe(2);
      return;
    }
    const { generated, next, ids, decoderIds } = await jsonOf(preset, "--generate", "2");
    const [first, second] = generated.ids;
    expect([generated.ids.length, first]).toEqual([2, next[0].id]);
    const given = stack
      ? ["--ids", ids.join(","), "--decoder-ids", [...decoderIds, first].join(",")]
      : ["--ids", [...ids, first].join(",")];
    const options = SIZES.slice(0, -2);
    const again = await runCli([
      ...["model", "--preset", preset, "--random", "--seed", "3", ...options, ...given, "--json"],
    ]);
    expect(JSON.parse(again.stdout).next[0].id).toBe(second);
  });
});
