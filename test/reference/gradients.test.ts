import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AttendInputs, attend, matrixOf, multihead } from "../../src/index.js";

type Rows = readonly (readonly number[])[];

/** One case of fixtures/reference/gradients.json; its README says what the fields mean. */
interface Case {
  readonly id: string;
  readonly command: "attend" | "multihead";
  readonly inputs: AttendInputs;
  readonly settings: object;
  readonly loss?: number;
  readonly output: Rows;
  readonly gradients: Readonly<Record<string, Rows>>;
  readonly steps: Readonly<Record<string, Rows>>;
}

const { cases } = JSON.parse(readFileSync("fixtures/reference/gradients.json", "utf8")) as {
  cases: readonly Case[];
};

const RECIPES = { attend, multihead } as const;

describe("gradients of torch's autograd in float64", () => {
  test.each(cases.map((one) => [one.id, one] as const))("%s", (_, one) => {
    const trace = RECIPES[one.command](one.inputs, one.settings);
    const output = trace.results.attentional ?? trace.results.output;
    expect(matrixOf(trace, String(output))).toBeCloseToMatrix(one.output);
    if (one.loss !== undefined) expect(matrixOf(trace, "loss").data[0]).toBeCloseTo(one.loss, 12);
    expect(Object.keys(trace.results.gradients ?? {}).sort()).toEqual(Object.keys(one.gradients).sort());
    const byInput = Object.entries(one.gradients).map(([name, wanted]) => [`d-${name}`, wanted] as const);
    for (const [key, wanted] of [...byInput, ...Object.entries(one.steps)]) {
      expect(matrixOf(trace, key), key).toBeCloseToMatrix(wanted);
    }
  });
});
