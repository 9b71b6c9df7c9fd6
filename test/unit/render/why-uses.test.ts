import { expect, test } from "vitest";
import { parseCellReference } from "../../../src/explain/cell-reference.js";
import { findUses } from "../../../src/explain/uses.js";
import { attend, multihead, posenc, type Trace } from "../../../src/index.js";
import { createBooleanMatrix } from "../../../src/math/matrix.js";
import { blocksOf, describeBlocks } from "../../../src/render/cell-ranges.js";
import { describeUses, usesToJson } from "../../../src/render/why-uses.js";
import { lines, textOf } from "../../support/traces.js";

const inputs = {
  query: [
    [1, 0],
    [0, 2],
    [1, 1],
  ],
  key: [
    [1, 1],
    [0, 1],
    [2, 0],
  ],
  value: [[1], [2], [3]],
};

function usesOf(trace: Trace, text: string) {
  const cell = parseCellReference(trace, text);
  return { cell, uses: findUses(trace, cell) };
}

test("a key reaches its column of the scores, and with it the rows that see it", async () => {
  const trace = attend({ ...inputs, tokens: ["please", "study", "man"] }, { causal: true });
  const { cell, uses } = usesOf(trace, "key[study,0]");
  const text = await textOf(describeUses(trace, cell, uses, 4), { width: 100 });
  // Query 0 comes before key 1, so its row does not change.
  expect(text.split("\n").slice(0, 10).join("\n")).toBe(
    lines(`
      key[study,0] = 0 reaches 30 cells of 12 steps
        key[study,0] → scores[·,study] → scaled-scores[·,study] → masked-scores[study…man,study] →
            exponentials[study…man,study] → row-sums[study…man] → weights[…] → output[study…man]
      scores          3 of 9: all rows × column study
      scaled-scores   3 of 9: all rows × column study
      masked-scores   2 of 9: rows study, man × column study
      exponentials    2 of 9: rows study, man × column study
      row-sums        2 of 3: rows study, man
      weights         5 of 9: row study × columns please, study; row man × all columns
      output          2 of 3: rows study, man
      `).trimEnd(),
  );
});

test("a step's cell can be followed, too, through scopes", () => {
  const x = [
    [1, 2, 3, 4],
    [0, 1, 0, 1],
  ];
  const { uses } = usesOf(multihead({ x }, { heads: 2 }), "head 1/weights[0,1]");
  const found = Object.fromEntries(uses.map(({ key, cells }) => [key, blocksOf(cells)]));
  // Head 1 makes columns 2 and 3 of row 0, and there is no W^O.
  const columns = [{ rows: [[0, 0]], columns: [[2, 3]] }];
  expect(found).toMatchObject({ "head 1/context": [{ rows: [[0, 0]] }], concat: columns, output: columns });
  expect(Object.keys(found).filter((key) => key.startsWith("head 0/"))).toEqual([]);
});

test("rates reach the waves, though these are those of the exact products", () => {
  const trace = posenc({}, { length: 3, dModel: 4 });
  const { cell, uses } = usesOf(trace, "rates[0,1]");
  expect(usesToJson(trace, cell, uses)).toMatchObject({
    cell: "rates[0,1]",
    value: 0.01,
    chain: ["angles", "encoding"],
    steps: [
      { step: "wavelengths", count: 1, of: 2 },
      { step: "angles", through: ["rates"], count: 3, of: 6, cells: [{ rows: [[0, 2]], columns: [[1, 1]] }] },
      {
        step: "encoding",
        through: ["angles"],
        count: 6,
        of: 12,
        cells: [{ rows: [[0, 2]], columns: [[2, 3]] }],
      },
    ],
  });
});

test("the last cell reaches nothing", async () => {
  // Query (1, 1) has the scores 2, 1, 2 and gives the values 1 and 3 equal weights.
  const trace = attend(inputs);
  const { cell, uses } = usesOf(trace, "output[2,0]");
  expect(await textOf(describeUses(trace, cell, uses, 2))).toBe("output[2] = 2 reaches no other cell\n");
});

test.each([
  [2, 3, () => true, "all"],
  [4, 1, (row: number) => row > 1, "rows 2, 3"],
  [1, 6, (_: number, col: number) => col !== 1, "columns 0, 2…5"],
  [3, 3, (row: number, col: number) => row === col, "row 0 × column 0; row 1 × column 1; row 2 × column 2"],
  [
    7,
    7,
    (row: number, col: number) => col <= row && row > 0,
    "row 1 × columns 0, 1; row 2 × columns 0…2; row 3 × columns 0…3; row 4 × columns 0…4; … 2 more rows",
  ],
  [1, 20, (_: number, col: number) => col % 2 === 0, "columns 0, 2, 4, 6, … 6 more"],
])("cells of a %i×%i matrix", (rows, cols, isIn, text) => {
  const cells = createBooleanMatrix(rows, cols, isIn);
  expect(describeBlocks(cells, blocksOf(cells), [{ name: "query" }, { name: "key" }])).toBe(text);
});
