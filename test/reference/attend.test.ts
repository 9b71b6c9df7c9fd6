import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AttendInputs, type AttendSettings, attend, matrixOf } from "../../src/index.js";

type Cells = readonly (readonly (number | string)[])[];

/** One case of fixtures/reference/attend.json; its README says what the fields mean. */
interface Case {
  readonly id: string;
  readonly role: "must_match" | "behaviour";
  readonly query: Cells;
  readonly key: Cells;
  readonly value: Cells;
  readonly mask: readonly (readonly boolean[])[] | null;
  readonly bias: Cells | null;
  readonly causal_shift: number | null;
  readonly window: readonly [number, number] | null;
  readonly window_shift: number;
  readonly key_length: number | null;
  readonly scale: number | null;
  readonly softcap: number | null;
  readonly empty_row: AttendSettings["emptyRow"];
  readonly expect: Readonly<
    Partial<Record<"out" | "weights" | "scores_raw" | "scores_capped" | "scores_biased", Cells>>
  >;
  readonly tolerance: { readonly atol: number; readonly rtol: number };
}

const { cases } = JSON.parse(readFileSync("fixtures/reference/attend.json", "utf8")) as {
  cases: readonly Case[];
};

const numbers = (cells: Cells) => cells.map((row) => row.map(Number));

function record(c: Case) {
  const inputs: AttendInputs = {
    query: numbers(c.query),
    key: numbers(c.key),
    value: numbers(c.value),
    ...(c.mask && { mask: c.mask }),
    ...(c.bias && { bias: numbers(c.bias) }),
  };
  const offset = c.causal_shift ?? (c.window ? c.window_shift : undefined);
  return attend(inputs, {
    emptyRow: c.empty_row,
    ...(c.causal_shift !== null && { causal: true }),
    ...(offset !== undefined && { queryOffset: offset }),
    ...(c.window && c.window[0] >= 0 && { windowLeft: c.window[0] }),
    ...(c.window && c.window[1] >= 0 && { windowRight: c.window[1] }),
    ...(c.key_length !== null && { keyLength: c.key_length }),
    ...(c.scale !== null && { scale: c.scale }),
    ...(c.softcap !== null && { softcap: c.softcap }),
  });
}

describe("numbers from ONNX and torch", () => {
  for (const c of cases) {
    if (c.id === "torch/sdpa_plus_inf_mask") continue; // refused: see below
    test(`${c.id} (${c.role})`, () => {
      const trace = record(c);
      if (c.expect.out)
        expect(matrixOf(trace, "output")).toBeCloseToMatrix(numbers(c.expect.out), c.tolerance);
      if (c.expect.weights) {
        expect(matrixOf(trace, "weights")).toBeCloseToMatrix(numbers(c.expect.weights), c.tolerance);
      }
      if (c.expect.scores_biased) {
        // ONNX has the masks in its biased scores, as −∞.
        const last = trace.steps.some((step) => step.id === "masked-scores")
          ? "masked-scores"
          : "biased-scores";
        expect(matrixOf(trace, last)).toBeCloseToMatrix(numbers(c.expect.scores_biased), c.tolerance);
      }
    });
  }
});
