import { expect, test } from "vitest";
import { createMatrix, type Matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { identity } from "../../../src/ops/elementwise.js";
import { rowSums } from "../../../src/ops/product.js";
import { MemoryBudget } from "../../../src/trace/evaluate/memory-budget.js";
import type { Op } from "../../../src/trace/op.js";
import { createRecorder, resumeRecorder } from "../../../src/trace/recorder.js";

// A recording that continues another one needs no more memory than one that was recorded at once.

const AXES = [{ name: "row" }, { name: "column" }] as const;
const described = (id: string) => ({ id, title: "", formula: "", axes: AXES });

test("steps that are not kept are worked out in blocks of rows by what goes on from them", () => {
  const sizes: number[] = [];
  const widened: Op = {
    ...identity,
    rowwise: [0],
    shape: ([{ rows }]) => ({ rows, cols: 1024 }),
    compute: ([{ rows, data }]) => {
      sizes.push(rows);
      return createMatrix(rows, 1024, (row) => data[row]);
    },
  };
  const recorder = createRecorder("attend", { keeps: ({ id }) => id !== "wide" });
  const x = recorder.input("x", matrixFromRows(Array.from({ length: 1000 }, (_, row) => [row])), AXES);
  recorder.step(widened, [x], described("wide"));
  const further = resumeRecorder(recorder.trace());
  const sums = further.step(rowSums, [further.ref("wide")], described("sums"));
  // Row 7 is 1024 times 7.
  expect(further.numbers.of(sums).data[7]).toBe(7 * 1024);
  // A block is a megabyte: 2¹⁷ numbers, 128 rows of 1024.
  expect(Math.max(...sizes)).toBe(128);
  expect(sizes.reduce((sum, rows) => sum + rows, 0)).toBe(1000);
});

test("numbers that are let go are not held by what goes on from them", () => {
  let made = 0;
  const counted: Op = {
    ...identity,
    compute: ([matrix]: readonly Matrix[]) => {
      made++;
      return { ...matrix, data: matrix.data.map((value) => value + 1) };
    },
  };
  // Room for one step of four numbers, besides the one that is being computed.
  const budget = new MemoryBudget(4);
  const recorder = createRecorder("attend", { budget, memoryGroupOf: ({ id }) => id });
  let ref = recorder.input("x", matrixFromRows([[1, 2, 3, 4]]), AXES);
  for (const id of ["one", "two"]) {
    ref = recorder.step(counted, [ref], described(id));
  }
  const further = resumeRecorder(recorder.trace());
  const firstOf = (key: string) => further.numbers.of({ key }).data[0];
  expect([firstOf("one"), firstOf("two"), made, budget.used]).toEqual([2, 3, 2, 4]);
  expect([firstOf("one"), made]).toEqual([2, 3]);
});

test("a step that is worked by another arithmetic is worked by it further on, too", () => {
  const arithmetic =
    () =>
    ([{ rows, cols, data }]: readonly Matrix[]) => ({
      ...{ rows, cols },
      data: data.map((value) => value * 10),
    });
  const how = { arithmetic, keeps: () => false };
  const recorder = createRecorder("attend", how);
  const x = recorder.input("x", matrixFromRows([[1], [2]]), AXES);
  recorder.step(identity, [x], described("tenfold"));
  const further = resumeRecorder(recorder.trace(), how);
  expect([...further.numbers.of({ key: "tenfold" }).data]).toEqual([10, 20]);
});
