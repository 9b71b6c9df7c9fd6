import { describe, expect, test } from "vitest";
import { variantsOf } from "../../../../src/check/machine/mistakes/kernel-mistake.js";
import { type MadeRow, makeRow } from "../../../../src/check/machine/rows.js";
import { mistakeOf, searchContextOf } from "../../../support/kernel-variants.js";

// Nine columns, of which eight are looked at first.
const COLS = 9;
const row = (first: number) => Array.from({ length: COLS }, (_, c) => first * (c + 1) - c ** 2);
const OUTPUT = [0, 1, 2].map((i) => Array.from({ length: COLS }, (_, c) => (i === 1 || c === 8 ? 0 : 7)));
const given = searchContextOf({
  ...{ name: "", command: "attend", settings: {} },
  matrices: {
    query: [
      [1, 0],
      [2, 1],
      [0, 3],
    ],
    key: [
      [1, 2],
      [0, 1],
      [1, 1],
    ],
    value: [row(1), row(4), row(9)],
  },
  dump: { head: 0, output: OUTPUT, wrongRows: [1] },
});
const [task] = given.tasks;
const made = (id: string, at: number) => variantsOf(mistakeOf(id), given)[0].make(task, at) as MadeRow;
const right = [0, 1, 2].map((at) => makeRow(task, at) as MadeRow);

describe("an output that was written column by column", () => {
  test.each([0, 1, 2])("has in row %d the cells that lie there, with their squares", (at) => {
    // Cell (i, c) lies at place c · 3 + i.
    const places = Array.from({ length: COLS }, (_, c) => at * COLS + c);
    const cells = (numbers: (own: MadeRow) => Float64Array) =>
      places.map((place) => numbers(right[place % 3])[Math.floor(place / 3)]);
    const own = made("output-transposed", at);
    expect([...own.output]).toEqual(cells(({ output }) => output));
    expect([...own.squares]).toEqual(cells(({ squares }) => squares));
    expect([...own.spread]).toEqual(cells(({ spread }) => spread));
    expect([...(own.sample?.() ?? [])]).toEqual(cells(({ output }) => output).slice(0, 8));
    // One number per row is stored like the first column.
    expect(own.logSumExp).toBe(right[places[0] % 3].logSumExp);
  });
});

describe("what was not written stands as it was dumped", () => {
  test("in a row that is missing, which is no sum of values", () => {
    expect([...made("rows-missing", 1).output]).toEqual(OUTPUT[1]);
    expect(made("rows-missing", 1).sample).toBeUndefined();
    expect(made("rows-missing", 0).output).toEqual(right[0].output);
    expect(made("rows-missing", 0).sample?.()).toEqual(right[0].sample?.());
  });

  test("in a column that is missing", () => {
    const own = made("columns-missing", 0);
    expect([...own.output]).toEqual([...right[0].output.slice(0, 8), 0]);
    expect(own.sample).toBeUndefined();
  });
});

test("heads are taken for those of another batch", () => {
  const other = searchContextOf({
    ...{ name: "", command: "attend", settings: {} },
    matrices: {
      query: [
        [0, 1],
        [1, 1],
        [1, 3],
      ],
      key: [
        [1, 2],
        [0, 1],
        [1, 1],
      ],
      value: [row(2), row(3), row(5)],
    },
  });
  const ways = variantsOf(mistakeOf("heads-swapped"), {
    ...given,
    allBatches: [
      { batch: 0, tasks: given.tasks },
      { batch: 4, tasks: other.tasks },
    ],
  });
  expect(ways.map((way) => way.make(task, 1)?.output)).toContainEqual(makeRow(other.tasks[0], 1)?.output);
});
