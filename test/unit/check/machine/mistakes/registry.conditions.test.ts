import { describe, expect, test } from "vitest";
import { type SearchContext, variantsOf } from "../../../../../src/check/machine/mistakes/kernel-mistake.js";
import { KERNEL_MISTAKES, LAST_RESORTS } from "../../../../../src/check/machine/mistakes/registry.js";
import type { Task } from "../../../../../src/check/machine/task.js";
import { createMatrix, matrixFromRows } from "../../../../../src/math/matrix.js";
import { parametersOf, searchContextOf, waysOf } from "../../../../support/kernel-variants.js";

// When a mistake can be made at all.

const MATRICES = {
  query: [
    [1, 2],
    [3, 1],
    [0, 1],
  ],
  key: [
    [1, 0],
    [2, 1],
    [1, 1],
  ],
  value: [
    [1, 3],
    [2, 0],
    [4, 1],
  ],
};
const BIAS = [
  [0, 1, 2],
  [1, 0, 2],
  [2, 1, 0],
];
const of = (settings: object, matrices: Readonly<Record<string, number[][]>> = {}): SearchContext =>
  searchContextOf({ name: "", command: "attend", matrices: { ...MATRICES, ...matrices }, settings });

/** Two attentions, of which one or both have what a mistake is about. */
function both(id: string, has: SearchContext, lacking: Partial<Task>) {
  const [task] = has.tasks;
  const other: Task = { ...task, head: 1, ...lacking };
  return [
    [task, { ...task, head: 1 }],
    [task, other],
    [other, task],
  ].map((tasks) => parametersOf(id, { ...has, tasks }).length > 0);
}

describe("a mistake is one of every attention, or of none", () => {
  const causal = of({ causal: true });
  const noMask = { blocked: undefined };
  const biased = of({}, { bias: BIAS });
  const capped = of({ causal: true, softcap: 2 });
  const narrow = of({}, { value: [[1], [2], [4]] });

  test.each<[string, SearchContext, Partial<Task>]>([
    ["mask-inverted", causal, noMask],
    ["mask-missing", causal, noMask],
    ["mask-excludes-self", causal, noMask],
    ["mask-transposed", causal, { query: createMatrix(2, 2) }],
    ["softcap-after-mask", capped, { softcap: undefined }],
    ["softcap-after-mask", capped, noMask],
    ["softcap-missing", capped, { softcap: undefined }],
    ["bias-missing", biased, { bias: undefined }],
    ["bias-transposed", biased, { bias: createMatrix(1, 3) }],
    ["scale-missing", causal, { scale: 1 }],
    ["scale-on-value", causal, { scale: 1 }],
    ["scale-by-sqrt-dv", narrow, { value: createMatrix(3, 2) }],
    ["scores-transposed", causal, { query: createMatrix(2, 2) }],
    ["scores-transposed", causal, { query: createMatrix(3, 3) }],
    ["value-by-query", causal, { value: createMatrix(2, 2) }],
    ["value-is-key", causal, { value: createMatrix(3, 1) }],
  ])("%s", (id, has, lacking) => {
    expect(both(id, has, lacking)).toEqual([true, false, false]);
  });

  test("numbers may be rounded in one of them", () => {
    const thirds = of(
      {},
      {
        value: [
          [1 / 3, 0],
          [1, 1],
          [2, 1],
        ],
      },
    );
    expect(both("inputs-rounded", thirds, { value: createMatrix(3, 2) })).toEqual([true, true, true]);
  });
});

test("a bias of −∞ hides a key, whatever sign the others have", () => {
  // Weights e^0, 0 and e^(−ln 3) of the values 1, 2 and 4: (1 + 4/3) / (4/3)
  const given = of({}, { query: [[0, 0]], value: [[1], [2], [4]] });
  const bias = matrixFromRows([[0, Number.NEGATIVE_INFINITY, Math.log(3)]]);
  const [{ rows }] = waysOf("bias-negated", { ...given, tasks: [{ ...given.tasks[0], bias }] });
  expect(rows[0][0]?.[0]).toBeCloseTo(7 / 4, 12);
});

describe("every mistake can be looked for, and made,", () => {
  const all = [...KERNEL_MISTAKES, ...LAST_RESORTS.flat()];
  const value = [
    [1, 3, 2, 5],
    [2, 0, 1, 1],
    [4, 1, 3, 7],
  ];
  /** How many ways there are, and how many of their rows are something. */
  function count(given: SearchContext) {
    const ways = all.flatMap((mistake) => variantsOf(mistake, given));
    const rows = ways.flatMap(({ make }) => [0, 1, 2].map((row) => make(given.tasks[0], row)?.output.length));
    return { ways: ways.length, rows: rows.filter((length) => length === 4).length, of: rows.length };
  }

  test("where the wrong row has no keys", () => {
    const empty = searchContextOf({
      ...{ name: "", command: "attend", matrices: { ...MATRICES, value }, settings: {} },
      mask: [
        [1, 1, 0],
        [0, 0, 0],
        [0, 1, 1],
      ],
      dump: {
        head: 0,
        output: [
          [1, 1, 1, 1],
          [7, 8, 9, 7],
          [1, 1, 1, 1],
        ],
        wrongRows: [1],
      },
    });
    const { ways, rows, of } = count(empty);
    expect(ways).toBeGreaterThan(50);
    expect(rows).toBeGreaterThan(of / 2);
    expect(parametersOf("padding-attended", empty).every((said) => said && "tile" in said)).toBe(true);
    expect(parametersOf("inputs-rounded", empty)).toEqual([]);
  });

  test("where what was dumped is no number", () => {
    const nothing = {
      head: 0,
      output: Array.from({ length: 3 }, () => ["NaN", "NaN", "NaN", "NaN"] as const),
    };
    const given = searchContextOf({
      ...{ name: "", command: "attend", settings: { causal: true } },
      ...{ matrices: { ...MATRICES, value }, dump: { ...nothing, wrongRows: [0, 1, 2] } },
    });
    expect(count(given).ways).toBeGreaterThan(50);
    for (const id of ["other-keys-attended", "scale-other", "tile-repeated"]) {
      expect(parametersOf(id, given)).toEqual([]);
    }
    // Only the factor of each row is left, which is none.
    expect(parametersOf("rows-scaled", given)).toEqual([undefined]);
  });
});
