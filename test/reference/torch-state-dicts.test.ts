import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { matrixFromRows } from "../../src/math/matrix.js";
import { runCli } from "../support/run-cli.js";

type Rows = readonly (readonly number[])[];

/** One case of fixtures/reference/torch-state-dicts.json; its README says what the fields mean. */
interface Case {
  readonly id: string;
  readonly heads: number;
  readonly add_zero_attn: boolean;
  readonly average: boolean;
  readonly query: Rows;
  readonly key: Rows;
  readonly value: Rows;
  readonly state_dict: Readonly<Record<string, unknown>>;
  readonly attn_mask?: readonly (readonly unknown[])[];
  readonly key_padding_mask?: readonly (readonly boolean[])[];
  readonly expect: { readonly out: Rows; readonly weights: unknown };
}

const { cases } = JSON.parse(readFileSync("fixtures/reference/torch-state-dicts.json", "utf8")) as {
  cases: readonly Case[];
};

/** torch masks with true where a query may not attend; both of its masks are one here, and one of numbers is a bias. */
function masksOf({ attn_mask: given, key_padding_mask: padding }: Case) {
  if (!given || !padding) return given && { bias: given };
  return { mask: given.map((row) => row.map((dropped, key) => dropped === true || padding[0][key])) };
}

describe("layers of torch.nn.MultiheadAttention, read from their state dicts", () => {
  test.each(cases)("$id", async (c) => {
    const { query, key, value } = c;
    const settings = { heads: c.heads, maskTrue: "drop", averageWeights: true };
    const bundle = {
      ...{ query, key, value, ...c.state_dict, ...masksOf(c) },
      settings: { ...settings, addZeroAttention: c.add_zero_attn },
    };
    const { exitCode, stdout, stderr } = await runCli(["multihead", "--json", "--steps", "none"], {
      stdin: JSON.stringify(bundle),
    });
    expect(exitCode, stderr).toBe(0);
    const { output, weights, averageWeights } = JSON.parse(stdout);
    expect(matrixFromRows(output)).toBeCloseToMatrix(c.expect.out);
    const [got, want] = c.average ? [[averageWeights], [c.expect.weights]] : [weights, c.expect.weights];
    for (const [head, rows] of (want as Rows[]).entries()) {
      expect(matrixFromRows(got[head])).toBeCloseToMatrix(rows);
    }
  });
});
