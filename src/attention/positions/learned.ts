import { refuseAs, setting } from "../../errors.js";
import { shapeText } from "../../math/matrix.js";
import { lookUpRows } from "../../ops/distances.js";
import { record } from "../recorder.js";
import { type AddedKind, type EncodingContext, recordSum } from "./kind.js";
import { recordDotProducts } from "./shift.js";

/** Rows of a learned table (Gehring et al. 2017; BERT, GPT). */
export const learned: AddedKind = {
  title: "learned table",
  source: "Gehring et al. 2017",
  isLearned: true,
  settings: ["dModel", "embeddingScale", "dotProducts"],
  encode(context) {
    return record(
      "learned-encoding",
      lookUpRows,
      [requireTable(context)],
      { rows: Array.from(context.positions) },
      { rows: context.axis },
    );
  },
  record(context) {
    const encoding = learned.encode(context);
    recordSum(context, encoding);
    if (context.settings.dotProducts) recordDotProducts(encoding, context.positions);
  },
};

function requireTable({ table, positions, settings }: EncodingContext) {
  if (!table)
    refuseAs(
      "MISSING_INPUT",
      "Learned positions need their table.",
      `Give it with ${setting("table")} FILE, one row per position, or let ${setting("random")} draw one.`,
    );

  const { rows, cols } = table.shape;
  const outside = positions.find(
    (position) => !Number.isInteger(position) || position < 0 || position >= rows,
  );
  if (outside !== undefined)
    refuseAs(
      "BAD_VALUE",
      `The table is ${shapeText({ rows, cols })}: it has no position ${outside}.`,
      `Its positions are 0 to ${rows - 1}.`,
      "table",
    );

  if (settings.dModel !== undefined && settings.dModel !== cols)
    refuseAs(
      "SHAPE_MISMATCH",
      `The table has ${cols} columns, but ${setting("dModel")} is ${settings.dModel}.`,
      `Leave out ${setting("dModel")}: it is the columns of the table.`,
      "table",
    );

  return table;
}
