import { describe, expect, test } from "vitest";
import {
  type AttendInputs,
  attend,
  compareScoring,
  matrixOf,
  multihead,
  toRows,
  UserError,
} from "../../../../src/index.js";

const x = [
  [1, 0],
  [0, 1],
];
const table = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const segmentTable = [
  [10, 20],
  [30, 40],
];
const embeddedOf = (...args: Parameters<typeof attend>) => matrixOf(attend(...args), "embedded");

describe("what is added to x", () => {
  test("the rows of a table from the first position on", () => {
    // Positions 1 and 2: (1 + 3, 0 + 4) and (0 + 5, 1 + 6).
    const expected = [
      [4, 4],
      [5, 7],
    ];
    expect(toRows(embeddedOf({ x, table }, { addPositions: "learned", offset: 1 }))).toEqual(expected);
    expect(toRows(embeddedOf({ x, table }, { offset: 1 }))).toEqual(expected);
  });

  test("the embeddings of segments, in a row or a column", () => {
    const expected = [
      [31, 40],
      [10, 21],
    ];
    expect(toRows(embeddedOf({ x, segmentTable, segments: [[1, 0]] }))).toEqual(expected);
    expect(toRows(embeddedOf({ x, segmentTable, segments: [[1], [0]] }))).toEqual(expected);
  });

  test("positions and segments to √d_model·x", () => {
    // √2·1 + 1 + 10, √2·0 + 2 + 20; √2·0 + 3 + 10, √2·1 + 4 + 20.
    const given = { x, table, segmentTable, segments: [[0, 0]] };
    expect(embeddedOf(given, { embeddingScale: "sqrt" })).toBeCloseToMatrix([
      [Math.SQRT2 + 11, 22],
      [13, Math.SQRT2 + 24],
    ]);
  });

  test("sines and cosines: PE(pos) of two columns is (sin pos, cos pos)", () => {
    const zeros = {
      x: [
        [0, 0],
        [0, 0],
      ],
    };
    const at = (...positions: number[]) =>
      positions.map((position) => [Math.sin(position), Math.cos(position)]);
    const settings = { addPositions: "sinusoidal" } as const;
    expect(embeddedOf(zeros, settings)).toBeCloseToMatrix(at(0, 1));
    expect(embeddedOf(zeros, { ...settings, offset: 7 })).toBeCloseToMatrix(at(7, 8));
    // fairseq keeps positions 0 and 1 free.
    expect(embeddedOf(zeros, { ...settings, convention: "fairseq" })).toBeCloseToMatrix(at(2, 3));
  });

  test("√d_model alone is the step scaled-embeddings", () => {
    const trace = attend({ x }, { embeddingScale: "sqrt" });
    expect(matrixOf(trace, "scaled-embeddings")).toBeCloseToMatrix([
      [Math.SQRT2, 0],
      [0, Math.SQRT2],
    ]);
    // √2·√2 on the diagonal.
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([
      [2, 0],
      [0, 2],
    ]);
  });
});

describe("who is embedded", () => {
  const rowsOf = (trace: Parameters<typeof matrixOf>[0], key: string) => toRows(matrixOf(trace, key));
  const wq = [
    [1, 0],
    [0, 1],
  ];

  test("query, key and value of self-attention, in every command", () => {
    // x + table: (2, 2), (3, 5); scores (2, 2)·(2, 2) = 8, (2, 2)·(3, 5) = 16, 9 + 25 = 34.
    const scores = [
      [8, 16],
      [16, 34],
    ];
    expect(rowsOf(attend({ x, table }), "scores")).toEqual(scores);
    expect(rowsOf(multihead({ x, table }), "head 0/scores")).toEqual(scores);
    expect(rowsOf(compareScoring({ x, table }, { scorings: ["dot"] }), "dot/scores")).toEqual(scores);
    expect(rowsOf(attend({ x, table, wq }), "q")).toEqual([
      [2, 2],
      [3, 5],
    ]);
  });

  test("but not memory, which its encoder has embedded", () => {
    // (2, 2)·(1, 10) and (3, 5)·(1, 10).
    const trace = attend({ x, memory: [[1, 10]], table });
    expect(rowsOf(trace, "scores")).toEqual([[22], [53]]);
  });

  test("behind cached keys, at the positions after them", () => {
    const cache = { pastKey: [[1, 1]], pastValue: [[1, 1]] };
    // One cached key: x stands at positions 1 and 2.
    expect(rowsOf(multihead({ x, table, ...cache }), "embedded")).toEqual([
      [4, 4],
      [5, 7],
    ]);
  });
});

describe("what does not fit", () => {
  const errorOf = (given: AttendInputs, settings: Parameters<typeof attend>[1] = {}) => {
    try {
      attend(given, settings);
    } catch (error) {
      if (error instanceof UserError) return `${error.code}: ${error.message}`;
    }
    return "nothing was thrown";
  };

  test("positions that the table does not have", () => {
    expect(errorOf({ x, table }, { offset: 2 })).toBe("BAD_VALUE: The table is 3×2: it has no position 3.");
    expect(errorOf({ x, table }, { offset: -1 })).toBe("BAD_VALUE: The table is 3×2: it has no position -1.");
  });

  test.each<[string, AttendInputs, Parameters<typeof attend>[1]]>([
    ["MISSING_INPUT", { x }, { addPositions: "learned" }],
    ["MISSING_INPUT", { query: x, key: x, table }, {}],
    ["MISSING_INPUT", { x, segments: [[0, 1]] }, {}],
    ["MISSING_INPUT", { x, segmentTable }, {}],
    ["CONFLICTING_INPUTS", { x, table }, { addPositions: "sinusoidal" }],
    ["SHAPE_MISMATCH", { x, table: [[1], [2]] }, {}],
    ["SHAPE_MISMATCH", { x, segmentTable: [[1]], segments: [[0, 0]] }, {}],
    ["SHAPE_MISMATCH", { x, segmentTable, segments: [[0, 1, 1]] }, {}],
    [
      "BAD_VALUE: segmentTable has 2 rows: there is no segment 2",
      { x, segmentTable, segments: [[0, 2]] },
      {},
    ],
    [
      "BAD_VALUE: segmentTable has 2 rows: there is no segment 0.5",
      { x, segmentTable, segments: [[0.5, 0]] },
      {},
    ],
    ["BAD_VALUE: convention", { x }, { convention: "fairseq" }],
  ])("%s", (expected, given, settings) => {
    expect(errorOf(given, settings)).toContain(expected);
  });
});
