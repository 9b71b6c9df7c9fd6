import { describe, expect, test } from "vitest";
import { findStep, multihead, type Rows } from "../../../../src/index.js";

type Inputs = Parameters<typeof multihead>[0];
type Settings = Parameters<typeof multihead>[1];

const times = (count: number, row: number[]): Rows => Array.from({ length: count }, () => row);

// The vector (1, 0) rotated by the angle θ is (cos θ, sin θ). A head of two columns rotates by its position in radians.
const turnedTo = (...positions: number[]) =>
  positions.map((position) => [Math.cos(position), Math.sin(position)]);

/** This many queries and keys, all (1, 0). */
const alike = (numQueries: number, newKeys: number): Inputs => ({
  query: times(numQueries, [1, 0]),
  key: times(newKeys, [1, 0]),
  value: times(newKeys, [1]),
});
const PAST: Inputs = { pastKey: times(3, [1, 0]), pastValue: times(3, [1]) };

describe("where queries and keys are turned to", () => {
  test.each<[string, Inputs, Settings, number[], number[], boolean]>([
    ["as many of each: one table for both", alike(2, 2), {}, [0, 1], [0, 1], true],
    ["a cache of three", { ...alike(2, 2), ...PAST }, {}, [3, 4], [3, 4], true],
    ["more keys", alike(2, 3), {}, [0, 1], [0, 1, 2], false],
    ["more queries", alike(3, 2), {}, [0, 1, 2], [0, 1], false],
    ["queries behind the keys", alike(2, 2), { causal: true, queryOffset: 5 }, [5, 6], [0, 1], false],
    ["a first position", alike(2, 2), { offset: 7 }, [7, 8], [7, 8], true],
    // The first new row has position 7, the cached ones 4, 5 and 6.
    ["a first position behind a cache", { ...alike(2, 2), ...PAST }, { offset: 7 }, [7, 8], [7, 8], true],
    [
      "aligned with the last keys",
      alike(1, 3),
      { causal: true, align: "bottom-right" },
      [2],
      [0, 1, 2],
      false,
    ],
  ])("%s", (_, inputs, settings, queries, keys, isShared) => {
    const trace = multihead(inputs, { rope: "interleaved", ...settings });
    const rows = (id: string) => findStep(trace, `head 0/${id}`)?.output();
    expect(rows("q-rotated")).toBeCloseToMatrix(turnedTo(...queries));
    expect(rows("k-rotated")).toBeCloseToMatrix(turnedTo(...keys));
    const tables = trace.steps.map(({ id }) => id).filter((id) => id.endsWith("angles"));
    expect(tables).toEqual(isShared ? ["angles"] : ["angles", "key-angles"]);
  });

  test("what is turned says so, and so does the run", () => {
    const trace = multihead(alike(2, 2), { rope: "interleaved", base: 100 });
    expect(findStep(trace, "head 0/q-rotated")?.title).toBe("Q rotated by its position");
    expect(findStep(trace, "head 0/k-rotated")?.title).toBe("K rotated by its position");
    expect(trace.conventions).toContainEqual({
      ...{ name: "rope", value: "interleaved" },
      text: "RoPE rotates columns (2i, 2i + 1) of the first R = 2, base 100",
    });
  });

  test("angles of sinusoids and of turns have names of their own", () => {
    const anglesOf = (settings: Settings) =>
      multihead({ x: times(2, [1, 0]) }, { rope: "interleaved", ...settings })
        .steps.map(({ id }) => id)
        .filter((id) => id.endsWith("angles"));
    expect(anglesOf({ addPositions: "sinusoidal" })).toEqual(["angles", "query-angles"]);
    expect(anglesOf({})).toEqual(["angles"]);
  });

  test("nothing turns without rope", () => {
    const trace = multihead(alike(2, 2));
    expect(trace.steps.filter(({ id }) => /rotated|angles/.test(id))).toEqual([]);
    expect(trace.conventions.map(({ name }) => name)).not.toContain("rope");
  });
});

describe("one length for queries and keys", () => {
  // Heads of 4 columns. L is one more than the last position, L₀ = 2, s = 2:
  // (2·L/2 − 1)^(4/2) is 3² for L = 4, so the base 10 becomes 90.
  const wide = (count: number) => times(count, [1, 0, 0, 0]);
  const notesOf = (numQueries: number, numKeys: number) => {
    const given = { query: wide(numQueries), key: wide(numKeys), value: wide(numKeys) };
    const scaled = { scaling: "dynamic", scalingFactor: 2, originalLength: 2 } as const;
    const trace = multihead(given, { rope: "half-split", base: 10, ...scaled });
    return findStep(trace, "inverse-frequencies")?.notes;
  };

  test.each([
    [4, 3],
    [3, 4],
    [4, 4],
  ])("%d queries, %d keys: the longer", (numQueries, numKeys) => {
    expect(notesOf(numQueries, numKeys)).toEqual(["base 10 becomes 90"]);
  });
});

describe("biases of ALiBi", () => {
  // Two heads: slopes 2^(−8·1/2) = 1/16 and 2^(−8·2/2) = 1/256.
  const biasOf = (inputs: Inputs, settings: Settings) =>
    ["head 0/bias", "head 1/bias"].map((key) =>
      findStep(multihead(inputs, { heads: 2, alibi: true, ...settings }), key)?.output(),
    );
  const slopes = [1 / 16, 1 / 256];

  test("fall with the distance, in each head by its slope", () => {
    const [one, other] = biasOf({ ...alike(2, 2), value: times(2, [1, 1]) }, {});
    // Query i, key j: −m·(i − j).
    for (const [bias, slope] of [[one, slopes[0]] as const, [other, slopes[1]] as const])
      expect(bias).toBeCloseToMatrix([
        [0, slope],
        [-slope, 0],
      ]);
  });

  test("count from the cached keys", () => {
    // The query has position 3, the keys 0 to 3.
    const past = { pastKey: times(3, [1, 0]), pastValue: times(3, [1, 1]) };
    const given = { query: [[1, 0]], key: [[1, 0]], value: [[1, 1]], ...past };
    const [one] = biasOf(given, {});
    expect(one).toBeCloseToMatrix([[-3 / 16, -2 / 16, -1 / 16, 0]]);
    expect(biasOf(given, { offset: 40 })[0]).toBeCloseToMatrix([[-3 / 16, -2 / 16, -1 / 16, 0]]);
  });

  test("are stated", () => {
    const { conventions } = multihead(alike(2, 2), { alibi: true });
    expect(conventions).toContainEqual({
      ...{ name: "alibi", value: true },
      text: "ALiBi: −slope·(i − j) added to the scaled scores",
    });
    const without = multihead(alike(2, 2));
    expect(without.conventions.map(({ name }) => name)).not.toContain("alibi");
    expect(without.steps.map(({ id }) => id)).not.toContain("bias");
  });

  // Queries and keys are all (1, 0): a score is 1/√2, minus 2⁻⁸ for each token between them. The last key has the given
  // score.
  const near = Math.exp(1 / Math.sqrt(2));
  const far = Math.exp(1 / Math.sqrt(2) - 2 ** -8);
  test.each<[string, Inputs, Settings, number]>([
    ["bias_k", { biasK: [[1, 0]], biasV: [[1]] }, {}, near],
    ["a zero key", {}, { addZeroAttention: true }, 1],
    ["a sink", { sinks: [[0.5]] }, {}, Math.exp(0.5)],
  ])("have no distance to %s", (_, more, settings, last) => {
    const trace = multihead({ ...alike(2, 2), ...more }, { alibi: true, causal: true, ...settings });
    expect(findStep(trace, "head 0/weights")?.output()).toBeCloseToMatrix([
      [near / (near + last), 0, last / (near + last)],
      [far / (far + near + last), near / (far + near + last), last / (far + near + last)],
    ]);
  });
});
