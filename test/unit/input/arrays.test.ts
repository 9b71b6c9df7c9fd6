import { describe, expect, it } from "vitest";
import { readBits } from "../../../src/input/arrays/bits-as-integers.js";
import { takeRotation } from "../../../src/input/arrays/rotary-tables.js";
import { createGathered, type Gathered } from "../../../src/input/source-matrices.js";
import type { Value } from "../../../src/input/value.js";
import { ndArray, numbersOf } from "../../../src/math/nd-array.js";
import { runCli } from "../../support/run-cli.js";

const parsed = { source: { name: "dump.npz", isBinary: true } } as never;

const arrayValue = (shape: readonly number[], data: Float64Array, stored = "float32"): Value => ({
  kind: "array",
  start: 0,
  array: ndArray(shape, data),
  stored,
  kept: undefined,
  pickedAs: "FILE",
});

describe("tables of cosines and sines in a dump", () => {
  const [ROWS, PAIRS] = [40, 4];

  /** A table with the angles p · base^(−2i/R), R = 8, in float32; `columns` says which pair each column has. */
  function gatheredWith({
    base = 500_000,
    names = ["rotary_cos", "rotary_sin"],
    columns = [0, 1, 2, 3],
    changed = 0,
  }) {
    const table = (of: (angle: number) => number) =>
      arrayValue(
        [ROWS, columns.length],
        Float64Array.from({ length: ROWS * columns.length }, (_, at) => {
          const [row, pair] = [Math.floor(at / columns.length), columns[at % columns.length]];
          return Math.fround(of(row * base ** (-pair / PAIRS)) + (at === 30 ? changed : 0));
        }),
      );
    const gathered = createGathered();
    gathered.members.push(
      { kind: "rotaryCos", key: names[0], value: table(Math.cos), parsed },
      { kind: "rotarySin", key: names[1], value: table(Math.sin), parsed },
    );
    return gathered;
  }

  it("become RoPE if the kernel rotates by them", () => {
    const gathered = gatheredWith({});
    expect(takeRotation(gathered, { rope: {} })).toBeUndefined();
    expect(gathered.settings).toEqual({ rope: "half-split", rotarySize: 8, base: 500_000 });
    expect(gathered.notices).toEqual([
      "read rotary_cos and rotary_sin as RoPE, half-split, of the first 8 columns with base 500000",
    ]);
  });

  it("are interleaved if the dump or the order of their columns says so", () => {
    const said = gatheredWith({});
    const value: Value = { kind: "scalar", start: 0, value: true };
    said.members.push({ kind: "rotaryInterleaved", key: "rotary_interleaved", value, parsed });
    takeRotation(said, { rope: {} });
    expect(said.settings).toMatchObject({ rope: "interleaved", rotarySize: 8 });
    const paired = gatheredWith({ columns: [0, 0, 1, 1, 2, 2, 3, 3] });
    takeRotation(paired, { rope: {} });
    expect(paired.settings).toMatchObject({ rope: "interleaved", rotarySize: 8 });
    const halves = gatheredWith({ columns: [0, 1, 2, 3, 0, 1, 2, 3], base: 10_000 });
    takeRotation(halves, { rope: {} });
    expect(halves.settings).toEqual({ rope: "half-split", rotarySize: 8, base: 10_000 });
  });

  it("are only tried if they may have been used before", () => {
    const gathered = gatheredWith({ names: ["cos", "sin"], base: 10_000 });
    expect(takeRotation(gathered, { rope: {} })).toEqual({ rope: "half-split", rotarySize: 8, base: 10_000 });
    expect(gathered.settings).toEqual({});
    expect(gathered.notices[0]).toContain("query and key may be rotated already");
  });

  it("are not used if they are others, or if the keys are those of a cache", () => {
    const other = gatheredWith({ changed: 0.01 });
    expect(takeRotation(other, { rope: {} })).toBeUndefined();
    expect(other.settings).toEqual({});
    expect(other.notices).toEqual([
      "not used: rotary_cos and rotary_sin; they are not those of RoPE with one base",
    ]);
    const cached = gatheredWith({});
    const value: Value = { kind: "scalar", start: 0, value: 3 };
    cached.members.push({ kind: "cacheLengths", key: "cache_seqlens", value, parsed });
    takeRotation(cached, { rope: {} });
    expect(cached.settings).toEqual({});
    expect(cached.notices).toEqual(["not used: rotary_cos and rotary_sin; the keys of a cache are rotated"]);
  });
});

describe("integers of 16 bits", () => {
  const matricesOf = (numbers: readonly number[], stored: string): Gathered => {
    const gathered = createGathered();
    for (const name of ["query", "key", "value"] as const)
      gathered.matrices.set(name, {
        name,
        value: arrayValue([1, numbers.length], Float64Array.from(numbers), stored),
        parsed,
      });
    gathered.answers.push({
      key: "output",
      called: "o",
      value: arrayValue([1, numbers.length], Float64Array.from(numbers), stored),
      parsed,
    });
    return gathered;
  };
  const numbersIn = (value: Value) => (value.kind === "array" ? Array.from(numbersOf(value.array)) : []);

  // The upper halves of the float32 numbers 1 (0x3f800000), −2 (0xc0000000), 0.5 (0x3f000000) and 0.
  it.each([
    ["uint16", [0x3f80, 0xc000, 0x3f00, 0]],
    ["int16", [0x3f80, 0xc000 - 0x10000, 0x3f00, 0]],
  ] as const)("are read as the bits of bfloat16 if they make sense only so: %s", (stored, numbers) => {
    const gathered = matricesOf(numbers, stored);
    readBits(gathered);
    const { matrices, answers, notices } = gathered;
    const values = [matrices.get("query"), matrices.get("value"), answers[0]].map((one) => one?.value);
    for (const value of values) {
      expect(value).toMatchObject({ stored: "bfloat16" });
      expect(value && numbersIn(value)).toEqual([1, -2, 0.5, 0]);
    }
    expect(notices).toEqual(["read the integers of query, key, value, o as the bits of bfloat16"]);
  });

  it.each([
    // Small whole numbers, as exercises have them, and ∞ (0x7f80) as bits.
    ["int16", [1, -2, 3, 4]],
    ["uint16", [0x3f80, 0x7f80, 0x3f00, 0x4000]],
    ["int32", [0x3f80, 0x4000, 0x3f00, 0]],
  ] as const)("are numbers otherwise: %s %j", (stored, numbers) => {
    const gathered = matricesOf(numbers, stored);
    readBits(gathered);
    expect(gathered.notices).toEqual([]);
    expect(numbersIn(gathered.answers[0].value)).toEqual(numbers);
  });
});

describe("attention_chunk", () => {
  const rows = [[0], [0], [0], [0], [0]];
  const weightsWith = async (more: object) => {
    const { stdout } = await runCli(["attend", "--causal", "--json", "-"], {
      stdin: JSON.stringify({ q: rows, k: rows, v: rows, ...more }),
    });
    const { steps } = JSON.parse(stdout) as {
      readonly steps: readonly { readonly id: string; readonly data: readonly (readonly number[])[] }[];
    };
    return steps.find(({ id }) => id === "weights")?.data;
  };

  it("hides the keys of other chunks", async () => {
    // All scores are equal, so each row has equal weights: rows 0–1 among keys 0–1, rows 2–3 among keys 2–3.
    expect(await weightsWith({ attention_chunk: 2 })).toEqual([
      [1, 0, 0, 0, 0],
      [0.5, 0.5, 0, 0, 0],
      [0, 0, 1, 0, 0],
      [0, 0, 0.5, 0.5, 0],
      [0, 0, 0, 0, 1],
    ]);
  });

  it("of 0 means that there are none", async () => {
    expect((await weightsWith({ attention_chunk: 0 }))?.[1]).toEqual([0.5, 0.5, 0, 0, 0]);
    expect((await weightsWith({ attention_chunk: 0 }))?.[4]).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  });
});
