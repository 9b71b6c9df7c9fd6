import { expect, test } from "vitest";
import { safetensorsFile } from "../support/binary-files.js";
import { CHECKED, scaled } from "../support/checked-problems.js";
import { runCli } from "../support/run-cli.js";

// The output is [10 w, 20 (1 − w)] with w = 0.6698: [6.698, 6.604].

const [{ problem }] = CHECKED;

async function judge(output: readonly [number, number], rule: string, type: "float32" | "bfloat16") {
  const file = safetensorsFile({ output: [[[...output]]] }, type);
  const run = await runCli([...problem, "--check", "o.safetensors", "--rule", rule, "--json"], {
    given: { "o.safetensors": file },
  });
  return JSON.parse(run.stdout).check.steps[0];
}

const right = [10 * scaled, 20 * (1 - scaled)] as const;

test.each(["flash", "torch"])(
  "%s accepts what is right in float32, and nothing that is off by 0.001",
  async (rule) => {
    expect((await judge(right, rule, "float32")).rules).toEqual({ [rule]: "agrees" });
    expect((await judge([right[0] + 0.001, right[1]], rule, "float32")).rules).toEqual({ [rule]: "differs" });
  },
);

test.each([
  ["agrees", 3],
  ["differs", 4],
])(
  "in bfloat16 torch lets an error of 1.6 %% of 6.7 pass, 0.107: it %s at %i steps of 2^−5",
  async (verdict, steps) => {
    const step = await judge([6.6875 + steps / 32, 6.59375], "torch", "bfloat16");
    expect(step.rules).toEqual({ torch: verdict });
  },
);

test("what it says stands beside the verdict", async () => {
  const file = safetensorsFile({ output: [[[...right]]] }, "float32");
  const { stdout, exitCode } = await runCli([...problem, "--check", "o.safetensors", "--rule", "torch"], {
    given: { "o.safetensors": file },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("by the rule of torch (torch.testing.assert_close with its defaults): right");
});

test("a person's sheet has no such rule", async () => {
  const { stderr } = await runCli([...problem, "--check", "output=6.7 6.6", "--rule", "torch"]);
  expect(stderr).toContain(
    "note: --rule changes nothing here: it is about a machine's answers, but a person's sheet is marked",
  );
});

test.each([
  ["no type", []],
  ["a long type", ["--dtype", "float32"]],
])("--dtype-scores changes nothing with %s", async (_, words) => {
  const { stderr, exitCode } = await runCli([...problem, ...words, "--dtype-scores"]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain("note: --dtype-scores changes nothing here: it is about a short type");
});
