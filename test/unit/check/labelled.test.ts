import { describe, expect, test } from "vitest";
import { type LabelledRows, placeByLabels } from "../../../src/check/labelled.js";
import type { Axis } from "../../../src/trace/op.js";
import { refusal } from "../../support/refusal.js";

const WORDS: Axis = { name: "query", labels: ["the", "cat", "sat"] };
const KEYS: Axis = { name: "key", labels: ["a", "b"] };
const PLACE = { source: "sheet.md", line: 3 };

/** The numbers of a table as they are answered. */
function placed(
  rows: readonly (readonly number[])[],
  names: Omit<LabelledRows, "rows">,
  axes: readonly [Axis, Axis] = [WORDS, KEYS],
) {
  const cells = rows.map((row) => row.map((value) => ({ value, decimals: 0 })));
  const found = placeByLabels({ rows: cells, ...names }, axes, "weights", PLACE);
  return found.map((row) => row.map((cell) => cell?.value ?? null));
}

const ROWS = [
  [1, 2],
  [3, 4],
  [5, 6],
];

describe("a table goes by its place", () => {
  test.each<[string, Omit<LabelledRows, "rows">]>([
    ["without names", {}],
    ["with names that stand as they should", { rowLabels: ["the", "cat", "sat"], columnLabels: ["a", "b"] }],
    ["with names that only count", { rowLabels: ["q1", "q2", "q3"], columnLabels: ["k1", "k2"] }],
  ])("%s", (_, names) => expect(placed(ROWS, names)).toEqual(ROWS));

  test("where its axes have no names, or are sums", () => {
    const names = { rowLabels: ["sat", "the", "cat"], columnLabels: ["total", "more"] };
    expect(placed(ROWS, names, [{ name: "query" }, { name: "sum", labels: ["Σ", "Σ²"] }])).toEqual(ROWS);
  });
});

describe("a table goes by its names", () => {
  test("of rows", () => {
    expect(placed(ROWS, { rowLabels: ["sat", "the", "cat"] })).toEqual([
      [3, 4],
      [5, 6],
      [1, 2],
    ]);
  });

  test("of columns", () => {
    expect(placed(ROWS, { columnLabels: ["b", "a"] })).toEqual([
      [2, 1],
      [4, 3],
      [6, 5],
    ]);
  });

  test("of both, with blanks where it has no such row and no such column", () => {
    const three = { name: "key", labels: ["a", "b", "c"] };
    const names = { rowLabels: ["sat", "the"], columnLabels: ["c", "a"] };
    expect(placed(ROWS.slice(0, 2), names, [WORDS, three])).toEqual([
      [4, null, 3],
      [null, null, null],
      [2, null, 1],
    ]);
  });
});

describe("a table with other names is refused", () => {
  test.each<[string, Omit<LabelledRows, "rows">, string]>([
    [
      ...(["rows", { rowLabels: ["the", "dog", "sat"] }] as const),
      "the rows of weights are the, cat, sat, but they are called the, dog, sat.",
    ],
    [
      ...(["columns", { columnLabels: ["a", "c"] }] as const),
      "the columns of weights are a, b, but they are called a, c.",
    ],
  ])("of %s", (_, names, message) => {
    const error = refusal(() => placed(ROWS, names));
    expect(error?.code).toBe("UNKNOWN_NAME");
    expect(error?.message).toBe(message);
    expect(error?.details.location).toEqual(PLACE);
  });

  test.each<["rows" | "columns", Omit<LabelledRows, "rows">]>([
    ["rows", { rowLabels: ["the", "the", "sat"] }],
    ["columns", { columnLabels: ["b", "b"] }],
  ])("and one with a name of %s twice", (side, names) => {
    const error = refusal(() => placed(ROWS, names));
    expect(error?.code).toBe("DUPLICATE_KEY");
    expect(error?.message).toContain(`names several ${side} of weights`);
    expect(error?.details.location).toEqual(PLACE);
  });
});
