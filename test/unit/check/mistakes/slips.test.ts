import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../../src/check/answers.js";
import { cellAt } from "../../../../src/check/judgement.js";
import {
  cellSlip,
  digitsSwapped,
  productDropped,
  productSign,
  rowDistorted,
  type Slip,
  type WrongCell,
} from "../../../../src/check/mistakes/slips.js";
import { checkPerson } from "../../../../src/check/person/check-person.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { constant, sum } from "../../../../src/trace/expression.js";
import { recordAttend } from "../../../support/record.js";
import { typedAnswers } from "../../../support/typed-answers.js";

/** The cells of a step in which a slip is seen. */
function seen(slip: Slip, query: number[][], key: number[][], typed: string, step = "scores") {
  const matrices = { query: matrixFromRows(query), key: matrixFromRows(key) };
  const problem = { matrices, settings: { scale: 1 } };
  const trace = recordAttend(problem);
  const sheet = settleAnswers(trace, typedAnswers({ [step]: typed }));
  const [judgement] = checkPerson({ trace, problem, record: recordAttend }, sheet).judged;
  const { inputs } = judgement.answer.step;
  const worked = inputs.map((name) =>
    name === "query" ? matrices.query : name === "key" ? matrices.key : judgement.own,
  );
  const { answer, wrong } = judgement;
  return wrong.filter((index) => {
    const arithmetic = answer.step.op.explainCells(worked, answer.step.params)(...cellAt(answer, index));
    const written = answer.cells[index];
    return written && slip.asks({ judgement, index, arithmetic, written });
  });
}

// 1·4 + 2·5 + 3·6 = 32, 7·4 + 8·5 + 0·6 = 68.
const QUERY = [
  [1, 2, 3],
  [7, 8, 0],
];
const KEY = [[4, 5, 6]];

describe("a product left out", () => {
  test.each([
    // 32 − 4, − 10, − 18; 68 − 28, − 40.
    ["28; 68", [0]],
    ["22; 68", [0]],
    ["14; 68", [0]],
    ["32; 40", [1]],
    ["22; 28", [0, 1]],
    ["22; 27", [0]],
    // What it is twice, and with no product at all.
    ["24; 68", []],
    ["0; 68", []],
    ["33; -", []],
    ["28; -", [0]],
  ])("%s", (typed, cells) => expect(seen(productDropped, QUERY, KEY, typed)).toEqual(cells));

  test("is none of one product", () => {
    // 6 = 2 · 3 without it is 0.
    expect(seen(productDropped, [[2]], [[3]], "0.00")).toEqual([]);
    expect(seen(productDropped, [[2, 1]], [[3, 1]], "6.00")).toEqual([0]);
  });

  test("is looked for in the cell where it is", () => {
    // 1·4 + 2·5 = 14, 1·6 + 2·7 = 20; 3·4 + 1·5 = 17, 3·6 + 1·7 = 25, which is 7 without the 18.
    const query = [
      [1, 2],
      [3, 1],
    ];
    const key = [
      [4, 5],
      [6, 7],
    ];
    expect(seen(productDropped, query, key, "14 20; 17 7")).toEqual([3]);
    expect(seen(productDropped, query, key, "14 6; 5 25")).toEqual([1, 2]);
  });
});

test("nothing is asked where no product is missing from the arithmetic that is shown", () => {
  const arithmetic = sum([constant(4), constant(10), constant(18)]);
  const asked = (value: number) =>
    productDropped.asks({ arithmetic, written: { value, decimals: 0 } } as WrongCell);
  expect(asked(22)).toEqual(["Was ", constant(10), " left out?"]);
  expect(asked(21)).toBeUndefined();
});

describe("a product with the wrong sign", () => {
  test.each([
    // 32 − 8, − 20, − 36; 68 − 56, − 80.
    ["24; 68", [0]],
    ["12; 68", [0]],
    ["-4; 68", [0]],
    ["32; -12", [1]],
    ["12; 12", [0, 1]],
    ["28; 68", []],
  ])("%s", (typed, cells) => expect(seen(productSign, QUERY, KEY, typed)).toEqual(cells));
});

describe("two digits swapped", () => {
  const swapped = (right: number, typed: string) => seen(digitsSwapped, [[right]], [[1]], typed).length > 0;

  test.each<[number, string, boolean]>([
    [32, "23", true],
    [1234, "1324", true],
    [1234, "1243", true],
    // Only neighbours are.
    [1234, "3214", false],
    [1234, "2143", false],
    [32, "33", false],
    // Across the point, and behind it.
    [12.34, "13.24", true],
    [12.34, "12.43", true],
    [12.34, "21.34", true],
    [12.34, "11.34", false],
    [0.5, "5.0", true],
    // With as many decimals as were written: 12.345678 is 12.35, and 12.53 swapped.
    [12.345678, "12.53", true],
    [-32, "-23", true],
    [-32, "23", false],
    [-1.2, "-2.1", true],
    // The point is no digit.
    [12.34, "123.40", false],
    [12.34, "1.234", false],
    // NaN is no number that digits were swapped in.
    [12.34, "NaN", false],
    // 1.2e2 has fewer than none, but for a whole number.
    [210.4, "1.2e2", false],
    [210, "1.2e2", true],
  ])("%d as %s is %s", (right, typed, isSwapped) => expect(swapped(right, typed)).toBe(isSwapped));

  test("in each cell that has them", () =>
    // 32 and 68.
    expect(seen(digitsSwapped, QUERY, KEY, "23; 86")).toEqual([0, 1]));

  test("up to twelve decimals", () => {
    // 1/3 · 1.2 is 0.4; 0.123456789012 with 9 and 0 swapped.
    expect(swapped(0.123456789012, "0.123456780912")).toBe(true);
    expect(swapped(0.1234567890123, "0.1234567809123")).toBe(false);
  });
});

describe("weights bent so that their row adds up to 1", () => {
  // Equal scores: 1/4 each.
  const fourths = (typed: string) => seen(rowDistorted, [[1], [1]], [[1], [1], [1], [1]], typed, "weights");

  test.each([
    // Two units off, as four roundings may be, and the row is 1.
    ["0.27 0.25 0.25 0.23; 0.25 0.25 0.25 0.25", [0, 3]],
    ["0.25 0.25 0.25 0.25; 0.25 0.23 0.25 0.27", [5, 7]],
    // These rows add up to 1.01, 0.99 and what nobody knows.
    ["0.27 0.25 0.25 0.24; - - - -", []],
    ["0.26 0.25 0.25 0.23; - - - -", []],
    ["0.27 0.25 0.25 -; - - - -", []],
    // Three units off.
    ["0.28 0.25 0.25 0.22; - - - -", []],
    ["0.28 0.24 0.24 0.24; - - - -", []],
  ])("%s", (typed, cells) => expect(fourths(typed)).toEqual(cells));

  test("of two numbers one unit may be too much, of no more", () => {
    const halves = (typed: string) => seen(rowDistorted, [[1]], [[1], [1]], typed, "weights");
    expect(halves("0.52 0.48")).toEqual([]);
  });

  test("of six numbers three units may be too much", () => {
    // 1/6 = 0.1667: six times 0.17 is 1.02, six times 0.16 0.96.
    const sixths = (typed: string) => seen(rowDistorted, [[1]], Array(6).fill([1]), typed, "weights");
    expect(sixths("0.17 0.17 0.17 0.17 0.17 0.15")).toEqual([5]);
    // 0.16 is 0.1667 cut off.
    expect(sixths("0.19 0.17 0.16 0.16 0.16 0.16")).toEqual([0]);
    expect(sixths("0.20 0.16 0.16 0.16 0.16 0.16")).toEqual([]);
    expect(sixths("0.17 0.17 0.17 0.17 0.19 0.13")).toEqual([4, 5]);
    expect(sixths("0.17 0.17 0.17 0.17 0.20 0.12")).toEqual([]);
  });

  test("of ten numbers with a blank nobody knows the sum", () => {
    const tenths = (typed: string) => seen(rowDistorted, [[1]], Array(10).fill([1]), typed, "weights");
    // 0.12 and eight times 0.11 are 1.
    expect(tenths(`0.12 ${"0.11 ".repeat(8)}-`)).toEqual([]);
    expect(tenths(`0.12 ${"0.11 ".repeat(8)}0.00`)).toEqual([]);
  });

  test("is seen in weights alone", () =>
    expect(seen(rowDistorted, [[1]], [[0.5], [0.5]], "0.51 0.49")).toEqual([]));

  test("are those that follow from the person's own scores, or the right ones", () => {
    // Right are 1/4 each; from 1.00 1.00 1.00 3.00 they are 1/(3 + e²) = 0.096 and e²/(3 + e²) = 0.711.
    const matrices = { query: matrixFromRows([[1]]), key: matrixFromRows([[1], [1], [1], [1]]) };
    const problem = { matrices, settings: { scale: 1 } };
    const trace = recordAttend(problem);
    const bent = (weights: string) => {
      const sheet = settleAnswers(trace, typedAnswers({ scores: "1.00 1.00 1.00 3.00", weights }));
      const [, judgement] = checkPerson({ trace, problem, record: recordAttend }, sheet).judged;
      return judgement.wrong.filter((index) => rowDistorted.asks({ judgement, index } as WrongCell));
    };
    // A step that does not follow is wrong in every cell.
    expect(bent("0.10 0.10 0.07 0.73")).toEqual([0, 1, 2, 3]);
    expect(bent("0.27 0.23 0.27 0.23")).toEqual([0, 1, 2, 3]);
    expect(bent("0.40 0.20 0.20 0.20")).toEqual([]);
  });
});

describe("one cell that is wrong", () => {
  test.each([
    ["31; 68", [0]],
    ["32; 1", [1]],
    // Two are, or there is no other.
    ["31; 1", []],
    ["31; -", []],
  ])("%s", (typed, cells) => expect(seen(cellSlip, QUERY, KEY, typed)).toEqual(cells));
});
