import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// Compares what torch's own calls gave (fixtures/reference/torch-attention-calls.py) with `--as`.

type Rows = readonly (readonly (number | "NaN")[])[];

interface Case {
  readonly name: string;
  readonly call: "scaled_dot_product_attention" | "MultiheadAttention";
  readonly arguments: {
    readonly is_causal?: boolean;
    readonly scale?: number;
    readonly need_weights?: boolean;
  };
  readonly problem: Readonly<Record<string, unknown>>;
  readonly output: Rows;
}

const { cases, refused } = JSON.parse(
  readFileSync("fixtures/reference/torch-attention-calls.json", "utf8"),
) as { readonly cases: readonly Case[]; readonly refused: Readonly<Record<string, string>> };

/** The arguments as options. A causal mask of n ≠ m is aligned the other way, so that `--as` makes a difference. */
function optionsOf({ arguments: { is_causal, scale }, problem }: Case): readonly string[] {
  const isSquare = problem.x !== undefined;
  return [
    ...(is_causal ? ["--causal", ...(isSquare ? [] : ["--align", "bottom-right"])] : []),
    ...(scale === undefined ? [] : ["--scale", String(scale)]),
  ];
}

async function outputUnder(name: string, one: Case): Promise<{ output: Rows; verdict: string }> {
  const command = one.problem.x === undefined ? "attend" : "multihead";
  const argv = [command, JSON.stringify(one.problem), ...optionsOf(one), "--quiet", "--as", name, "--json"];
  const { stdout, stderr } = await runCli(argv);
  expect(stderr).toBe("");
  return JSON.parse(stdout).libraries[0];
}

function expectClose(got: Rows, want: Rows): void {
  expect(got.map((row) => row.length)).toEqual(want.map((row) => row.length));
  for (const [at, row] of want.entries()) {
    for (const [col, number] of row.entries()) {
      if (number === "NaN") expect(got[at][col]).toBe("NaN");
      else expect(got[at][col]).toBeCloseTo(number, 12);
    }
  }
}

test.each(cases.filter(({ call }) => call === "scaled_dot_product_attention"))(
  "torch: $name",
  async (one) => {
    expectClose((await outputUnder("torch", one)).output, one.output);
  },
);

test.each(cases.filter((one) => one.arguments.need_weights))("torch-mha: $name", async (one) => {
  expectClose((await outputUnder("torch-mha", one)).output, one.output);
});

test("without weights torch-mha gives 0 for a row without a key, as its note says", () => {
  const [quick] = cases.filter(({ arguments: { need_weights } }) => need_weights === false);
  expect(quick.output[1]).toEqual([0, 0, 0, 0]);
});

test("torch refuses what the notes say that it refuses", () => {
  expect(refused).toEqual({
    "scaled_dot_product_attention(attn_mask, is_causal), math kernel": expect.stringContaining(
      "should not be set when is_causal=True",
    ),
    "MultiheadAttention(is_causal)": expect.stringContaining("Need attn_mask"),
  });
});
