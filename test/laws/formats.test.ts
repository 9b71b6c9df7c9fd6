import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBinary } from "../../src/input/binary/read.js";
import { parseText } from "../../src/input/forms/registry.js";
import type { NumbersValue, Value } from "../../src/input/value.js";
import { type Matrix, matrixFromRows } from "../../src/math/matrix.js";
import type { Format, NamedMatrix } from "../../src/render/formats/format.js";
import { FORMAT_NAMES, FORMATS } from "../../src/render/formats/registry.js";

// Everything that is written is read back with the same numbers, bit for bit.

const NASTY = [
  ...[0, -0, 1, -1, 0.1, 1 / 3, 5e-324, -5e-324, 2.2250738585072014e-308, 1e308, -Number.MAX_VALUE],
  ...[1e21, 1e-7, 123456789012345680000, 2 ** 53, 2 ** 53 + 2, -(2 ** 60), 999999999999999, 0.000001, 1e22],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];

const cell = fc.oneof(fc.constantFrom(...NASTY), fc.double(), fc.integer(), fc.double({ min: -1, max: 1 }));

const matrix: fc.Arbitrary<Matrix> = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 13 }))
  .chain(([rows, cols]) =>
    fc
      .array(cell, { minLength: rows * cols, maxLength: rows * cols })
      .map((cells) => ({ rows, cols, data: Float64Array.from(cells) })),
  );

const named = (given: Matrix): NamedMatrix => ({
  key: "weights",
  matrix: given,
  axes: [{ name: "query" }, { name: "key" }],
});

const FULL = { precision: "full", labels: false } as const;

function bytesOf(chunks: Iterable<string | Uint8Array>): Uint8Array {
  return Buffer.concat(Array.from(chunks, (chunk) => Buffer.from(chunk)));
}

async function readText(bytes: Uint8Array, name: string): Promise<Value> {
  const options = {
    subject: "weights",
    decimalComma: false,
    header: undefined,
    emptyCells: "refused",
  } as const;
  return (await parseText({ name, kind: "file", bytes }, options)).value;
}

function numbers(value: Value | undefined): NumbersValue {
  if (value?.kind !== "numbers") throw new Error(`${value?.kind} was read`);
  return value;
}

function expectSame(value: Value | undefined, { rows, cols, data }: Matrix): void {
  const read = numbers(value);
  expect([read.rows, read.cols]).toEqual([rows, cols]);
  expect(Array.from(read.data)).toEqual(Array.from(data)); // NaN is NaN, and −0 is not 0
}

const TEXTS = FORMAT_NAMES.flatMap((name) => {
  const format: Format = FORMATS[name];
  if (format.isBinary || format.holds === "steps" || !format.write) return [];
  return [{ name, write: format.write, ending: format.endings[0] }];
});

const options = { seed: 7, numRuns: 1500 } as const;

describe.each(TEXTS)("$name", ({ write, ending }) => {
  test("reads back", () =>
    fc.assert(
      fc.asyncProperty(matrix, async (given) => {
        expectSame(await readText(bytesOf(write(named(given), FULL)), `weights${ending}`), given);
      }),
      options,
    ));

  test("reads back from standard input, which has no ending", () =>
    fc.assert(
      fc.asyncProperty(matrix, async (given) => {
        expectSame(await readText(bytesOf(write(named(given), FULL)), "stdin"), given);
      }),
      { ...options, numRuns: 300 },
    ));
});

const label = fc.oneof(
  fc.constantFrom("the", "cat", 'a "b"', "a,b", "x;y", "#1"),
  fc.stringMatching(/^[a-z]{1,8}$/),
);

describe.each(TEXTS.filter(({ name }) => ["csv", "tsv", "markdown"].includes(name)))(
  "$name with labels",
  ({ write, ending }) => {
    test("reads back without them", () =>
      fc.assert(
        fc.asyncProperty(matrix, fc.infiniteStream(label), async (given, names) => {
          const labels = (count: number) => Array.from({ length: count }, () => names.next().value ?? "");
          const axes = [
            { name: "query", labels: labels(given.rows) },
            { name: "key", labels: labels(given.cols) },
          ] as const;
          const text = bytesOf(write({ ...named(given), axes }, { precision: "full", labels: true }));
          expectSame(await readText(text, `weights${ending}`), given);
        }),
        { ...options, numRuns: 500 },
      ));
  },
);

test("npy reads back", () =>
  fc.assert(
    fc.asyncProperty(matrix, async (given) => {
      const bytes = bytesOf(FORMATS.npy.write(named(given), FULL));
      expectSame((await readBinary(bytes, "w.npy"))?.value, given);
    }),
    options,
  ));

test.each(["npz", "safetensors"] as const)("%s reads back, with its keys", (format) =>
  fc.assert(
    fc.asyncProperty(fc.array(matrix, { minLength: 1, maxLength: 4 }), async (given) => {
      const keys = ["weights", "head 0/weights", "scaled-scores", "größe"];
      const entries = given.map((one, index) => ({ ...named(one), key: keys[index] }));
      const chunks: (string | Uint8Array)[] = [];
      for await (const chunk of FORMATS[format].write(entries)) chunks.push(chunk);
      const value = (await readBinary(bytesOf(chunks), `run${FORMATS[format].endings[0]}`))?.value;
      if (value?.kind !== "object") throw new Error("no archive was read");
      expect([...value.entries.keys()]).toEqual(entries.map(({ key }) => key));
      for (const { key, matrix: one } of entries) expectSame(value.entries.get(key)?.value, one);
    }),
    { ...options, numRuns: 500 },
  ),
);

// https://github.com/huggingface/safetensors: 8 bytes of length, JSON, numbers; offsets count from the end of the header.
test("safetensors is laid out as its description says", async () => {
  const chunks: Uint8Array[] = [];
  const about = { inputs: ["scores"], settings: { causal: true, scale: "1/2" } };
  for await (const chunk of FORMATS.safetensors.write([named(matrixFromRows([[1.5, -2]]))], about))
    chunks.push(chunk as Uint8Array);
  const bytes = Buffer.concat(chunks);
  const length = Number(bytes.readBigUInt64LE(0));
  expect(length % 8).toBe(0);
  const { __metadata__, ...tensors } = JSON.parse(bytes.subarray(8, 8 + length).toString());
  expect(JSON.parse(__metadata__["run.json"])).toEqual({
    schema: "qkv/1",
    inputs: ["scores"],
    settings: { causal: true, scale: "1/2" },
  });
  const [[, tensor]] = Object.entries(tensors);
  expect(tensor).toEqual({ dtype: "F64", shape: [1, 2], data_offsets: [0, 16] });
  expect([bytes.readDoubleLE(8 + length), bytes.readDoubleLE(16 + length), bytes.length]).toEqual([
    1.5,
    -2,
    24 + length,
  ]);
});
