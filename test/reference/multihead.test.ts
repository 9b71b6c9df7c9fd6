import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AttendInputs, type MultiheadSettings, matrixOf, multihead } from "../../src/index.js";

type Cells = readonly (readonly number[])[];

/** One case of fixtures/reference/multihead.json; its README says what the fields mean. */
interface Case {
  readonly id: string;
  readonly query: Cells;
  readonly key: Cells;
  readonly value: Cells;
  readonly num_heads: number;
  readonly kv_heads: number;
  readonly mask: readonly (readonly boolean[])[] | null;
  readonly bias: Cells | null;
  readonly causal_shift: number | null;
  readonly scale: number | null;
  readonly empty_row: MultiheadSettings["emptyRow"];
  readonly expect: {
    readonly out?: Cells;
    readonly weights?: readonly Cells[];
    readonly weights_mean?: Cells;
  };
  readonly tolerance: { readonly atol: number; readonly rtol: number };
  readonly [projection: `${"w" | "b"}_${string}`]: Cells | readonly number[] | null;
}

const { cases } = JSON.parse(readFileSync("fixtures/reference/multihead.json", "utf8")) as {
  cases: readonly Case[];
};

function inputsOf(c: Case): AttendInputs {
  const rows = (given: Cells | readonly number[]) =>
    (typeof given[0] === "number" ? [given] : given) as Cells;
  const projections = (["w_q", "w_k", "w_v", "w_o", "b_q", "b_k", "b_v", "b_o"] as const).flatMap((name) => {
    const given = c[name];
    return given ? [[name.replace("_", ""), rows(given)]] : [];
  });
  const { query, key, value } = c;
  return {
    ...{ query, key, value },
    ...Object.fromEntries(projections),
    ...(c.mask && { mask: c.mask }),
    ...(c.bias && { bias: c.bias }),
  };
}

describe("numbers from ONNX, torch and ONNX Runtime", () => {
  for (const c of cases) {
    test(c.id, () => {
      const trace = multihead(inputsOf(c), {
        ...{ heads: c.num_heads, kvHeads: c.kv_heads, emptyRow: c.empty_row },
        ...(c.causal_shift !== null && { causal: true, queryOffset: c.causal_shift }),
        ...(c.scale !== null && { scale: c.scale }),
        averageWeights: true,
      });
      const { out, weights, weights_mean: average } = c.expect;
      if (out) expect(matrixOf(trace, "output")).toBeCloseToMatrix(out, c.tolerance);
      if (average) expect(matrixOf(trace, "average-weights")).toBeCloseToMatrix(average, c.tolerance);
      for (const [head, want] of (weights ?? []).entries()) {
        expect(matrixOf(trace, `head ${head}/weights`)).toBeCloseToMatrix(want, c.tolerance);
      }
    });
  }
});
