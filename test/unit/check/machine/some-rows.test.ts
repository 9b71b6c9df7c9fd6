import { expect, test } from "vitest";
import { inRows, someRows } from "../../../../src/check/machine/some-rows.js";
import { judge } from "../../../../src/index.js";

test("half of the rows are edges of the largest tiles, the others lie evenly between them", () => {
  // Edges: both ends, and where tiles of 32 meet. The 60 others are taken in four parts, the middle of each: numbers 7, 22, 37 and 52.
  expect(someRows(64, 8)).toEqual([0, 8, 23, 31, 32, 40, 55, 63]);
  expect(someRows(64, 1)).toEqual([0]);
  expect(someRows(100, 4)).toEqual([0, 25, 74, 99]);
  expect(someRows(4, 4)).toBeUndefined();
});

test("what is right is the answer itself where it is not compared", () => {
  const [want, got] = [1, 2].map((value) => ({ rows: 3, cols: 2, data: new Float64Array(6).fill(value) }));
  expect([...inRows(want, got, [1]).data]).toEqual([2, 2, 1, 1, 2, 2]);
  expect(inRows(want, got, undefined)).toBe(want);
});

/** Two heads of 64 queries against one key, whose value is 3: every output is 3, and every log-sum-exp the score, 0. */
function dump(wrong: readonly (readonly [head: number, row: number])[]) {
  const array = (shape: readonly number[], value: number) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(value),
  });
  const o = array([2, 64, 4], 3);
  for (const [head, row] of wrong) o.data[(head * 64 + row) * 4 + 1] = 5;
  const inputs = { q: array([2, 64, 4], 1), k: array([2, 1, 4], 0), v: array([2, 1, 4], 3) };
  return { inputs, answers: { o, lse: array([2, 64], 0) } };
}

test("rows that are compared are judged, and no other is called right", async () => {
  const [right, atEdge, between] = await Promise.all(
    [[], [[1, 31]] as const, [[0, 30]] as const].map((wrong) => {
      const { inputs, answers } = dump(wrong);
      return judge(inputs, answers, { rows: 8 });
    }),
  );
  // 8 rows of the output and of the log-sum-exp of each of two heads, of 64.
  const answered = { parts: { checked: 32, of: 256 } };
  expect(right).toMatchObject({ verdict: "agrees", answered });
  expect(right.answers?.map(({ of }) => of)).toEqual([2 * 8 * 4, 2 * 8]);
  expect(between).toMatchObject({ verdict: "agrees", answered });
  expect(atEdge).toMatchObject({ verdict: "differs", answered });
  expect(atEdge.steps.filter(({ wrong }) => wrong > 0)).toMatchObject([
    { scope: "head 1", wrong: 1, of: 32, where: { rows: [[31, 31]], every: null } },
  ]);
});

test("as many rows as there are, or more, are a check of all of them", async () => {
  const { inputs, answers } = dump([]);
  expect((await judge(inputs, answers, { rows: 64 })).answered).toBeUndefined();
});
