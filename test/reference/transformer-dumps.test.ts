import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PlainModel } from "../../src/index.js";
import { modelFolder } from "../support/model-folder.js";
import { runCli } from "../support/run-cli.js";
import { type StoredTensor, safetensorsFile } from "../support/stored-tensors.js";

// What NumPy computes for an encoder-decoder, right and with one wrong convention each. The README in the folder
// explains them.

interface Case {
  /** The mistake that was made; null in the right one. */
  readonly mistake: string | null;
  /** The stack with the mistake, if it is in one stack only. */
  readonly stack: string | null;
  readonly wrong: Readonly<Record<string, readonly string[]>>;
  readonly arrays: Readonly<Record<string, StoredTensor>>;
}

const read = (name: string) => JSON.parse(readFileSync(`fixtures/reference/${name}.json`, "utf8"));
const { cases } = read("transformer-dumps") as { readonly cases: readonly Case[] };
const { source, target, cases: models } = read("torch-transformer");
const torch: PlainModel = models.torch;

async function checkDump(arrays: Case["arrays"], ...options: readonly string[]) {
  const ids = ["--ids", source.join(","), "--decoder-ids", target.join(",")];
  return runCli(["model", "m", ...ids, "--check", "dump.safetensors", "--json", ...options], {
    given: { ...modelFolder("m", torch), "dump.safetensors": safetensorsFile(arrays) },
  });
}

const label = ({ mistake, wrong }: Case) => `${mistake ?? "right"} ${JSON.stringify(wrong)}`;

describe.each(cases.map((one) => [label(one), one] as const))("%s", (_, { mistake, stack, arrays }) => {
  test("is judged so, and its cause named first", async () => {
    const { stdout, stderr, exitCode } = await checkDump(arrays);
    expect(stderr).toBe("");
    const { check } = JSON.parse(stdout);
    expect(check.skipped).toBeUndefined();
    const named = check.diagnosis.map(
      ({ mistake, parameters }: { mistake: string; parameters?: { stack?: string } }) => [
        mistake,
        parameters?.stack ?? null,
      ],
    );
    if (mistake === null) expect([exitCode, check.verdict, named]).toEqual([0, "agrees", []]);
    else expect([exitCode, named[0]]).toEqual([1, [mistake, stack]]);
  });
});

const [{ arrays: right }] = cases;

test("our own names, those of each stack without an underscore, and tokens of both are understood", async () => {
  const one = right["encoder_hidden_states.1"];
  const { stdout, exitCode } = await checkDump({
    ...{ "encoder/layer 0/residual": one, "encoder.hidden_states.1": one, hidden_states: stacked(right) },
    ...{ input_ids: [[1, source.length], source], decoder_input_ids: [[target.length], target] },
    encoder_last_hidden_state: right["encoder_hidden_states.2"],
  });
  const { check } = JSON.parse(stdout);
  expect([exitCode, check.skipped]).toEqual([0, undefined]);
  expect(check.steps.map(({ scope, id }: { scope: string; id: string }) => `${scope}/${id}`)).toEqual([
    ...["encoder/layer 0/residual", "encoder/layer 0/residual", "encoder/final-norm"],
    ...["decoder/embedding", "decoder/layer 0/residual", "decoder/final-norm"],
  ]);
});

/** The residual streams of the decoder along the first axis. */
function stacked(arrays: Case["arrays"]): StoredTensor {
  const all = [0, 1, 2].map((at) => arrays[`decoder_hidden_states.${at}`]);
  return [[3, ...all[0][0].slice(1)], all.flatMap(([, numbers]) => numbers)];
}

test("a dump of another target is refused with the option that it needs", async () => {
  const { stderr, exitCode } = await checkDump({ ...right, decoder_input_ids: [[3], [2, 7, 2]] });
  expect([exitCode, JSON.parse(stderr).error]).toEqual([
    2,
    expect.objectContaining({
      code: "CONFLICTING_INPUTS",
      hint: expect.stringContaining("--decoder-ids 2,7,2"),
    }),
  ]);
});
