import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { type JsonView, traceToJson } from "../../../src/render/json.js";
import type { Trace } from "../../../src/trace/trace.js";
import { blockedOf, stepOf, traceOf } from "../../support/traces.js";

const jsonOf = (trace: Trace, view: Partial<JsonView> = {}) =>
  Array.from(traceToJson(trace, { settings: {}, ...view })).join("");

const small = traceOf(
  [
    stepOf({
      id: "scores",
      title: "Scores",
      formula: "S = Q Kᵀ",
      op: "matmul-transposed",
      inputs: ["query", "key"],
      rows: [[1.5, -0]],
    }),
    stepOf({ id: "weights", notes: ["one row"], rows: [[Number.NaN, Number.NEGATIVE_INFINITY]] }),
  ],
  {
    inputs: [
      { name: "query", matrix: matrixFromRows([[1, 2]]), axes: [{ name: "query" }, { name: "feature" }] },
    ],
    conventions: [
      { name: "scale", value: 0.5, text: "scale 0.5" },
      { name: "causal", value: false, text: "" },
    ],
    results: { weights: "weights", both: ["scores", "query"] },
    facts: { attentionFactor: { value: 1.25 } },
    warnings: ["look out"],
  },
);

test("the whole object, in the order of the contract", () => {
  const view: JsonView = {
    settings: { causal: true, scale: Number.POSITIVE_INFINITY },
    tokens: ["a"],
    keyTokens: ["b", '"'],
    booleans: { mask: blockedOf("x.") },
    extra: { check: { verdict: "agrees", cells: [[0, 1]] } },
  };
  expect(jsonOf(small, view)).toBe(`{
  "schema": "qkv/1",
  "command": "attend",
  "conventions": {"scale":0.5,"causal":false},
  "settings": {"causal":true,"scale":"Infinity"},
  "inputs": {
    "query": [
      [1,2]
    ],
    "mask": [
      [true,false]
    ]
  },
  "tokens": ["a"],
  "keyTokens": ["b","\\""],
  "steps": [
    {"id":"scores","scope":"","title":"Scores","formula":"S = Q Kᵀ","op":"matmul-transposed","inputs":["query","key"],"axes":["query","key"],"shape":[1,2],"data":[
      [1.5,-0]
    ],"notes":[]},
    {"id":"weights","scope":"","title":"weights","formula":"","op":"given","inputs":[],"axes":["query","key"],"shape":[1,2],"data":[
      ["NaN","-Infinity"]
    ],"notes":["one row"]}
  ],
  "weights": [
    ["NaN","-Infinity"]
  ],
  "both": [
    [
      [1.5,-0]
    ],
    [
      [1,2]
    ]
  ],
  "attentionFactor": 1.25,
  "check": {"verdict":"agrees","cells":[[0,1]]},
  "warnings": ["look out"]
}
`);
});

test("without steps, inputs and tokens", () => {
  expect(JSON.parse(jsonOf(traceOf([]), { steps: [] }))).toEqual({
    ...{
      schema: "qkv/1",
      command: "attend",
      conventions: {},
      settings: {},
      inputs: {},
      steps: [],
      warnings: [],
    },
  });
});

describe("which steps", () => {
  test("only those asked for", () => {
    const { steps } = JSON.parse(jsonOf(small, { steps: ["weights"] }));
    expect(steps.map((step: { id: string }) => step.id)).toEqual(["weights"]);
  });

  test("an unknown one is refused", () => {
    expect(() => jsonOf(small, { steps: ["wieghts"] })).toThrow(UserError);
  });
});

test("numbers read back to the same doubles", () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(-0, 5e-324, 1e21, 2 ** 53 + 2, 1e-7));
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (row) => {
      const { values } = JSON.parse(
        jsonOf(traceOf([stepOf({ id: "s", rows: [row] })], { results: { values: "s" } })),
      );
      expect(values[0].map(Number)).toEqual(row);
      for (const [col, value] of row.entries()) {
        expect(typeof values[0][col]).toBe(Number.isFinite(value) ? "number" : "string");
      }
    }),
    { seed: 7 },
  );
});

test("a large matrix is written as its rows are when they are few", () => {
  const rows = Array.from({ length: 400 }, (_, row) =>
    Array.from({ length: 100 }, (_, col) => (row === col ? Number.NEGATIVE_INFINITY : (row - col) / 7)),
  );
  const textOf = (some: number[][]) => {
    const trace = traceOf([stepOf({ id: "s", rows: some })], { results: { values: "s" } });
    const chunks = Array.from(traceToJson(trace, { settings: {} }), (chunk) => Buffer.from(chunk));
    return Buffer.concat(chunks).toString("utf8");
  };
  const linesOf = (text: string) => text.split("\n").filter((line) => /^ +\[[-\d"]/.test(line));
  const halves = [textOf(rows.slice(0, 200)), textOf(rows.slice(200))].map(linesOf);
  const unended = (line: string) => line.replace(/,$/, "");
  // Each row is there twice: in the step, and in the result.
  const expected = [0, 200].flatMap((start) => halves.flatMap((lines) => lines.slice(start, start + 200)));
  expect(linesOf(textOf(rows)).map(unended)).toEqual(expected.map(unended));
});

test("a large run comes in many chunks that make one object", () => {
  const rows = Array.from({ length: 200 }, (_, row) =>
    Array.from({ length: 100 }, (_, col) => row / (col + 1)),
  );
  const chunks = Array.from(traceToJson(traceOf([stepOf({ id: "s", rows })]), { settings: {} }));
  expect(chunks.length).toBeGreaterThan(3);
  const text = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))).toString("utf8");
  expect(JSON.parse(text).steps[0].data).toEqual(rows);
});
