import type { InputName } from "../../src/attention/inputs.js";
import type { Rows } from "./homework.js";

/** A problem whose numbers every form and every type holds exactly: multiples of a quarter below 8. */
export interface CrossedProblem {
  readonly command: string;
  readonly options: readonly string[];
  readonly matrices: Readonly<Partial<Record<InputName, Rows>>>;
}

/** Multiples of a quarter from −1.75 to 1.75, in an order without a pattern; never a row or column of zeros. */
function quarters(rows: number, cols: number, start: number): Rows {
  const at = (index: number) => (((start + index) * 7 + index * index * 3) % 15) - 7;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: cols }, (_cell, col) => at(row * cols + col) / 4),
  );
}

const [query, key, value] = [quarters(3, 2, 1), quarters(4, 2, 2), quarters(4, 2, 5)];
const mask: Rows = [
  [1, 1, 0, 1],
  [1, 0, 1, 1],
  [0, 1, 1, 1],
];
const x = quarters(3, 4, 3);
const w = (start: number) => quarters(4, 4, start);
const b = (start: number) => quarters(1, 4, start);

/** Together these give every input that exists, as a test checks. */
export const CROSSED_PROBLEMS: readonly CrossedProblem[] = [
  {
    command: "attend",
    options: ["--scoring", "additive"],
    matrices: {
      ...{ query, key, value, mask, bias: quarters(3, 4, 9) },
      ...{ wa: quarters(2, 2, 4), ua: quarters(2, 2, 8), va: quarters(2, 1, 6), wc: quarters(4, 3, 2) },
    },
  },
  {
    command: "attend",
    options: [],
    matrices: { scores: quarters(3, 4, 7), value, backward: quarters(3, 2, 8) },
  },
  {
    command: "attend",
    options: ["--loss", "mse", "--dropout-p", "0.5"],
    matrices: { query, key, value, target: quarters(3, 2, 3), dropoutMask: mask },
  },
  {
    command: "attend",
    options: [],
    matrices: {
      ...{ x, wq: w(1), wk: w(2), wv: w(3), bq: b(1), bk: b(2), bv: b(3) },
      ...{ table: quarters(5, 4, 6), segmentTable: quarters(2, 4, 1), segments: [[0, 1, 1]] },
    },
  },
  { command: "attend", options: [], matrices: { x, memory: quarters(5, 4, 4) } },
  {
    command: "multihead",
    options: ["--heads", "2"],
    matrices: {
      ...{ x, wq: w(1), wk: w(2), wv: w(3), wo: w(4), bq: b(1), bk: b(2), bv: b(3), bo: b(4) },
      ...{ pastKey: quarters(2, 4, 5), pastValue: quarters(2, 4, 6) },
    },
  },
  {
    command: "multihead",
    options: ["--heads", "2"],
    matrices: { x, wqkv: quarters(4, 12, 2), bqkv: quarters(1, 12, 5), biasK: b(6), biasV: b(7) },
  },
  {
    command: "multihead",
    options: ["--heads", "2", "--eps", "0.5"],
    matrices: { x, queryNorm: quarters(1, 2, 5), keyNorm: quarters(1, 2, 9) },
  },
  { command: "multihead", options: ["--heads", "2"], matrices: { x, sinks: quarters(1, 2, 3) } },
  {
    command: "layer",
    options: ["--heads", "2", "--norm", "pre", "--activation", "swiglu"],
    matrices: {
      ...{
        x,
        wq: w(1),
        wo: w(4),
        w1: quarters(4, 6, 1),
        b1: quarters(1, 6, 2),
        w2: quarters(6, 4, 3),
        b2: b(5),
      },
      ...{ w3: quarters(4, 6, 5), b3: quarters(1, 6, 8), norm1: b(1), norm1Bias: b(2), norm2: b(3) },
      ...{ norm2Bias: b(4), memory: quarters(5, 4, 4), crossNorm: b(5), crossNormBias: b(6) },
      ...{ crossWq: w(5), crossWk: w(6), crossWv: w(7), crossWo: w(8) },
      ...{ crossBq: b(7), crossBk: b(8), crossBv: b(9), crossBo: b(10) },
    },
  },
  {
    command: "layer",
    options: [],
    matrices: { x, sublayer: quarters(3, 4, 9), norm1: b(3), norm1Bias: b(4) },
  },
  {
    command: "layer",
    options: [],
    matrices: {
      ...{ x, memory: quarters(5, 4, 4), w1: w(1), w2: w(2), backward: quarters(3, 4, 6) },
      ...{ crossWqkv: quarters(4, 12, 3), crossBqkv: quarters(1, 12, 4) },
    },
  },
  { command: "posenc", options: [], matrices: { x, positions: [[0, 1, 5]] } },
  { command: "posenc", options: ["--kind", "learned"], matrices: { table: w(6), positions: [[0, 2, 1]] } },
  { command: "posenc", options: [], matrices: { encoding: quarters(5, 4, 6) } },
  {
    command: "compare-scoring",
    options: ["--scorings", "dot,general,additive"],
    matrices: {
      query,
      key,
      value,
      mask,
      wa: quarters(2, 2, 4),
      ua: quarters(2, 2, 8),
      va: quarters(1, 2, 6),
    },
  },
];
