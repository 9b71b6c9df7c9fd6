import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type AttendInputs,
  attend,
  layer,
  matrixOf,
  model,
  multihead,
  type PlainModel,
  type Trace,
} from "../../src/index.js";

type Rows = readonly (readonly number[])[];

/** One case of fixtures/reference/gradients.json, layer-gradients.json or drawn-heads.json; their README says what the fields mean. */
interface Case extends Partial<PlainModel> {
  readonly id: string;
  readonly command: "attend" | "multihead" | "layer" | "model";
  readonly inputs: AttendInputs;
  readonly settings: object;
  readonly loss?: number;
  readonly output: Rows;
  readonly gradients: Readonly<Record<string, Rows>>;
  readonly steps: Readonly<Record<string, Rows>>;
}

const cases = ["gradients", "layer-gradients", "drawn-heads"].flatMap((name) => {
  const text = readFileSync(`fixtures/reference/${name}.json`, "utf8");
  return (JSON.parse(text) as { readonly cases: readonly Case[] }).cases;
});

type Recipe = (inputs: Case["inputs"], settings: object) => Trace;
const RECIPES: Readonly<Record<"attend" | "multihead" | "layer", Recipe>> = { attend, multihead, layer };

function run({ command, config, tensors, inputs, settings }: Case) {
  if (command !== "model") return RECIPES[command](inputs, settings);
  return model({ config: config ?? {}, tensors: tensors ?? {}, ...inputs }, settings);
}

describe("gradients of torch's autograd in float64", () => {
  test.each(cases.map((one) => [one.id, one] as const))("%s", (_, one) => {
    const trace = run(one);
    const output = trace.results.attentional ?? trace.results.logits ?? trace.results.output;
    expect(matrixOf(trace, String(output))).toBeCloseToMatrix(one.output);
    if (one.loss !== undefined) expect(matrixOf(trace, "loss").data[0]).toBeCloseTo(one.loss, 12);
    expect(Object.keys(trace.results.gradients ?? {}).sort()).toEqual(Object.keys(one.gradients).sort());
    const byInput = Object.entries(one.gradients).map(([name, wanted]) => [`d-${name}`, wanted] as const);
    for (const [key, wanted] of [...byInput, ...Object.entries(one.steps)]) {
      expect(matrixOf(trace, key), key).toBeCloseToMatrix(wanted);
    }
  });
});
