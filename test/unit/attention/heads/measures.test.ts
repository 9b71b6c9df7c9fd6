import { describe, expect, test } from "vitest";
import { recordHeadMeasures } from "../../../../src/attention/heads/measures.js";
import { recordWith } from "../../../../src/attention/recorder.js";
import { matrixFromRows, toRows } from "../../../../src/index.js";
import { createRecorder } from "../../../../src/trace/recorder.js";

interface Head {
  /** n×m. */
  readonly weights: number[][];
  /** For each row, as a share of the largest possible value. */
  readonly entropies: readonly number[];
}

/** Records measures of heads with the given weights and entropies, and their sentences. */
function measure(given: readonly Head[], offset = 0, keyLabels?: readonly string[]) {
  const recorder = createRecorder("heads");
  const keys = { name: "key", ...(keyLabels && { labels: keyLabels }) };
  const heads = given.map(({ weights, entropies }, head) => {
    const record = (name: string, rows: number[][]) =>
      recorder.input(`${name}-${head}`, matrixFromRows(rows), [{ name: "query" }, keys]);
    const column = (values: readonly number[]) => values.map((value) => [value]);
    const totals = weights[0].map((_, col) => weights.reduce((sum, row) => sum + row[col], 0));
    const entropy = record("entropy", column(entropies));
    return {
      ...{ weights: record("weights", weights), entropy, columnSums: record("sums", [totals]) },
      // Not used here.
      ...{ strongestKey: entropy, largestWeight: entropy },
    };
  });
  const sentences = recordWith(recorder, () => recordHeadMeasures(heads, offset));
  return { sentences, steps: recorder.trace().steps };
}

describe("the table of heads", () => {
  const one: Head = {
    weights: [
      [0.5, 0.25, 0.25],
      [0.1, 0.2, 0.7],
    ],
    entropies: [0.9, 0.7],
  };
  const other: Head = {
    weights: [
      [1, 0, 0],
      [0, 1, 0],
    ],
    entropies: [0, 0],
  };
  const cells = (offset: number) =>
    Object.fromEntries(measure([one, other], offset).steps.map(({ id, output }) => [id, output()]));

  test("holds means over the rows", () => {
    const { "head-entropy": entropy, "head-first-key": first, "head-strongest-key": strongest } = cells(0);
    // (0.9 + 0.7) / 2 and 0; (0.5 + 0.1) / 2 and (1 + 0) / 2
    expect(entropy).toBeCloseToMatrix([[0.8], [0]]);
    expect(first).toBeCloseToMatrix([[0.3], [0.5]]);
    // Columns add up to 0.6, 0.45, 0.95 and to 1, 1, 0. If several are equal, the first counts.
    expect(toRows(strongest)).toEqual([[2], [0]]);
  });

  test("looks at the query's own place and the one before, where there is one", () => {
    const { "head-diagonal": own, "head-previous": previous } = cells(0);
    // (0.5 + 0.2) / 2. Only query 1 has a previous position: 0.1.
    expect(own).toBeCloseToMatrix([[0.35], [1]]);
    expect(previous).toBeCloseToMatrix([[0.1], [0]]);
  });

  test("counts places from where query 0 stands", () => {
    const { "head-diagonal": own, "head-previous": previous } = cells(1);
    // (0.25 + 0.7) / 2; (0.5 + 0.2) / 2
    expect(own).toBeCloseToMatrix([[0.475], [0]]);
    expect(previous).toBeCloseToMatrix([[0.35], [1]]);
  });

  test("says what it holds", () => {
    const { steps, sentences } = measure([one, other], 0, ["a", "b", "c"]);
    expect(steps.map(({ id, title, formula }) => [id, title, formula])).toEqual([
      ["head-entropy", "entropy / ln m", "mean over the rows"],
      ["head-strongest-key", "strongest key", "argmax_j Σ_i α_ij"],
      ["head-first-key", "on key 0", "mean of α_i0"],
      ["head-diagonal", "on itself", "mean of α_ii"],
      ["head-previous", "on the one before", "mean of α_i,i−1"],
    ]);
    for (const step of steps)
      expect(step).toMatchObject({
        ...{ view: "row-summary", of: "weights-0" },
        axes: [{ name: "head", labels: ["0", "1"] }, { name: "measure" }],
      });
    expect(steps[1].valuesOn).toEqual({ name: "key", labels: ["a", "b", "c"] });
    expect(steps[4].notes).toEqual(sentences);
  });
});

describe("a sentence a head", () => {
  const half = [0.5, 0, 0.5];
  /** For a head with one row. */
  const said = (row: readonly number[], entropy: number, offset = 9, labels?: readonly string[]) =>
    measure([{ weights: [[...row]], entropies: [entropy] }], offset, labels).sentences;

  test.each<[string, readonly number[], number, number, string]>([
    [
      "its own place, from half of its weight on",
      half,
      0.6,
      2,
      "looks mostly at its own position (50 % of its weight)",
    ],
    ["its own place before the first", half, 0.6, 0, "looks mostly at its own position (50 % of its weight)"],
    ["the first key, from half on", half, 0.6, 1, "looks mostly at the first key (50 % of its weight)"],
    [
      ...(["all keys nearly alike", [0.3, 0.3, 0.4], 0.95, 9] as const),
      "looks at all keys nearly equally (entropy 95 % of the maximum)",
    ],
    [
      ...(["less than half of the first", [0.49, 0.51, 0], 0.94, 9] as const),
      "spreads its weight (entropy 94 % of the maximum), most of all on key 1",
    ],
    [
      ...(["a focus, to 30 %", [0, 0.1, 0.9], 0.3, 9] as const),
      "is focused (entropy 30 % of the maximum), most of all on key 2",
    ],
    [
      ...(["a spread, from there on", [0, 0.1, 0.9], 0.31, 9] as const),
      "spreads its weight (entropy 31 % of the maximum), most of all on key 2",
    ],
    ["nothing", [0, 0, 0], 0, 9, "looks at no key"],
    ["no numbers", [Number.NaN, 1, 0], Number.NaN, 9, "has weights that are not numbers"],
  ])("%s", (_, row, entropy, offset, sentence) => {
    expect(said(row, entropy, offset)).toEqual([`Head 0 ${sentence}.`]);
  });

  test("calls keys by their names", () => {
    expect(said([0, 0.1, 0.9], 0.5, 9, ["the", "cat", "sat"])).toEqual([
      "Head 0 spreads its weight (entropy 50 % of the maximum), most of all on sat.",
    ]);
  });

  test("up to sixteen, the others are counted", () => {
    const heads = (count: number) =>
      measure(Array.from({ length: count }, () => ({ weights: [[1, 0]], entropies: [0] }))).sentences;
    expect(heads(16)).toHaveLength(16);
    expect(heads(16)[15]).toBe("Head 15 looks mostly at its own position (100 % of its weight).");
    expect(heads(18).slice(15)).toEqual([heads(16)[15], "… and 2 more heads."]);
  });
});
