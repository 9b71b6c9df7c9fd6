import { Chalk } from "chalk";
import fc from "fast-check";
import { expect, test } from "vitest";
import { showLabel, widthOf } from "../../../src/render/label.js";
import { alignByCliTable, alignColumns, alignQuickly, type Column } from "../../../src/render/table.js";

const columnOf = (align: "left" | "right", ...cells: string[]): Column => {
  return { align, cells, width: Math.max(...cells.map(widthOf)) };
};

test("aligns words at their beginning and numbers at their end", async () => {
  const columns = [columnOf("left", "", "please", "注意"), columnOf("right", "key", "0.5000", "·")];
  expect(await alignColumns(columns)).toEqual(["           key", "please  0.5000", "注意         ·"]);
});

test("the quick writer gives the same text as cli-table3", async () => {
  const chalk = new Chalk({ level: 3 });
  const cell = fc
    .tuple(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 8 }).map(showLabel),
        fc.constantFrom("0.5000", "-3.2e-7", "−∞", "√dₖ", "ŷ", "·", "…", "QKᵀ"),
      ),
      fc.constantFrom((text: string) => text, chalk.dim, chalk.rgb(1, 2, 3)),
    )
    .map(([text, paint]) => paint(text));
  const columns = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }))
    .chain(([rows, cols]) =>
      fc.array(
        fc
          .tuple(
            fc.constantFrom<"left" | "right">("left", "right"),
            fc.array(cell, { minLength: rows, maxLength: rows }),
          )
          .map(([align, cells]) => columnOf(align, ...cells)),
        { minLength: cols, maxLength: cols },
      ),
    );
  await fc.assert(
    fc.asyncProperty(columns, async (table) => {
      expect(alignQuickly(table)).toEqual(await alignByCliTable(table));
    }),
    { seed: 6, numRuns: 300 },
  );
});
