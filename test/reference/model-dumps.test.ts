import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { type StoredTensor, safetensorsFile } from "../support/stored-tensors.js";

// What torch computes for two small models, right and with one wrong convention each. The README in the folder explains
// them.

interface Case {
  readonly id: string;
  readonly model: "repeat" | "llama";
  readonly ids: readonly number[];
  /** The mistake that was made; null in right dumps. */
  readonly mistake: string | null;
  /** The layer with the mistake, if it is in one layer only. */
  readonly layer?: number;
  readonly arrays: Readonly<Record<string, readonly [readonly number[], readonly (number | "-Infinity")[]]>>;
}

const { cases, llama } = JSON.parse(readFileSync("fixtures/reference/model-dumps.json", "utf8")) as {
  readonly cases: readonly Case[];
  readonly llama: {
    readonly config: object;
    readonly tensors: Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;
  };
};

const toStored = (tensor: readonly number[] | readonly (readonly number[])[]): StoredTensor => {
  const [first] = tensor;
  return typeof first === "number"
    ? [[tensor.length], tensor as readonly number[]]
    : [[tensor.length, first.length], (tensor as readonly (readonly number[])[]).flat()];
};

const MODEL_FILES = {
  "llama/config.json": JSON.stringify(llama.config),
  "llama/model.safetensors": safetensorsFile(
    Object.fromEntries(Object.entries(llama.tensors).map(([name, tensor]) => [name, toStored(tensor)])),
  ),
};

const dumpOf = ({ arrays }: Pick<Case, "arrays">) =>
  safetensorsFile(
    Object.fromEntries(
      Object.entries(arrays).map(([name, [shape, numbers]]) => [name, [shape, numbers.map(Number)] as const]),
    ),
  );

async function checkDump({ model, ids }: Case, dump: Uint8Array, ...options: readonly string[]) {
  const source = model === "repeat" ? "fixtures/models/repeat" : "llama";
  return runCli(["model", source, "--ids", ids.join(","), "--check", "dump.safetensors", ...options], {
    given: { ...(model === "llama" && MODEL_FILES), "dump.safetensors": dump },
  });
}

describe.each(cases)("$id", (one) => {
  test(one.mistake === null ? "is right" : `is ${one.mistake}`, async () => {
    const { stdout, stderr, exitCode } = await checkDump(one, dumpOf(one), "--json");
    expect(stderr).toBe("");
    expect(exitCode).toBe(one.mistake === null ? 0 : 1);
    const { check } = JSON.parse(stdout);
    const named = check.diagnosis.map(({ mistake }: { mistake: string }) => mistake);
    if (one.mistake === null) expect([check.verdict, named]).toEqual(["agrees", []]);
    else {
      expect(check.verdict).toBe("differs");
      expect(named).toContain(one.mistake);
      expect(check.diagnosis[0].parameters?.layer).toBe(one.layer);
      expect(check.diagnosis[0].explains, "it gives all wrong cells").toBe(check.diagnosis[0].of);
    }
  });
});

const [right] = cases;

test("an array that nothing is called like is told of, and alone it is refused", async () => {
  const other = { ...right, arrays: { logits: right.arrays.logits, unheard: right.arrays.logits } };
  const { stdout, exitCode } = await checkDump(right, dumpOf(other));
  expect(exitCode).toBe(0);
  expect(stdout).toContain("Not compared, because qkv does not know these names: unheard.");
  const { stderr } = await checkDump(right, dumpOf({ arrays: { unheard: right.arrays.logits } }));
  expect(stderr).toContain("[UNKNOWN_STEP]");
});

test("a dump of other tokens is refused, and of several texts one is asked for", async () => {
  const others = dumpOf({
    arrays: {
      input_ids: [
        [1, 2],
        [4, 5],
      ],
      logits: right.arrays.logits,
    },
  });
  expect((await checkDump(right, others)).stderr).toContain("Run the model on them: --ids 4,5.");
  const [[, rows, cols], numbers] = right.arrays.logits;
  const zeros = numbers.map(() => 0);
  const two = dumpOf({
    arrays: {
      logits: [
        [2, rows, cols],
        [...zeros, ...numbers],
      ],
    },
  });
  expect((await checkDump(right, two)).stderr).toContain("Say it: --batch 0 to --batch 1.");
  expect((await checkDump(right, two, "--batch", "1")).exitCode).toBe(0);
  expect((await checkDump(right, two, "--batch", "0")).exitCode).toBe(1);
});

test("a tolerance takes the place of the rule", async () => {
  const [shape, numbers] = right.arrays.logits;
  const off = dumpOf({ arrays: { logits: [shape, numbers.map((value) => Number(value) + 0.01)] } });
  expect((await checkDump(right, off)).exitCode).toBe(1);
  expect((await checkDump(right, off, "--atol", "0.02")).exitCode).toBe(0);
});
