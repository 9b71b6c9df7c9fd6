import { squaresOf, sumOver } from "../../../math/lists.js";
import { type Matrix, mapCells, rowOf } from "../../../math/matrix.js";
import type { MistakeText } from "../../mistakes/mistake.js";
import type { FloatName } from "../float-names.js";
import { FLOAT_TYPES, fitsType, roundTo } from "../float-types.js";
import { comparedRows, type Expected } from "../judge-output.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";
import { eachScore, PARTS, type RowMaker, replacing } from "./kernel-mistake.js";
import { throughFunction } from "./weights.js";

// Errors that are as small as those of a lower precision, but do not come from rounding to it.

export const approximated: MistakeText = {
  id: "approximated",
  step: "output",
  title: "The errors are as small as those of a lower precision, but do not come from rounding to it.",
  formula: "α_ij = e^(s_ij) / Σ_j e^(s_ij), o_i = Σ_j α_ij v_j",
  fix: "Look for an approximation: of e^x, of 1/x, or of queries, keys and values in fewer bits.",
};

/** What a kernel in a short type may round: its inputs, scaled queries, scores, exponentials or weights. */
function roundedRows(type: FloatName): readonly RowMaker[] {
  const round = (value: number) => roundTo(FLOAT_TYPES[type], value);
  return [
    // Some machines cut the last bits off, which is rounding a number that is smaller by half of its last bit.
    ...[0, FLOAT_TYPES[type].unit].map((less) =>
      replacing(PARTS["query, key and value"], (task, part) =>
        mapCells(task[part], (own) => round(own * (1 - less))),
      ),
    ),
    replacing(["query"], ({ query, scale }) => mapCells(query, (own) => round(own * scale) / scale)),
    eachScore(round),
    ...throughFunction(round, {}),
  ].map(({ make }) => make);
}

const MAX_ROWS = 96;

/** So many standard errors are no chance. */
const FAR = 4;

/**
 * Whether the errors of an output resemble those of something that is rounded to a type, or, with `mayDoubt`, are too few to tell. They are
 * compared row by row. Chance is what rows show that do not belong together, or the cells of a single row.
 */
export function isRoundedTo(
  type: FloatName,
  task: Task,
  got: Matrix,
  expected: Expected,
  mayDoubt: boolean,
): boolean {
  if (fitsType(FLOAT_TYPES[type], got.data).all) return true;
  const rows = spread(comparedRows(expected, got), MAX_ROWS).filter((row) => makeRow(task, row));
  const right = rows.map((row) => makeRow(task, row)?.output ?? new Float64Array(got.cols));
  const errors = rows.map((row, at) => rowOf(got, row).map((own, c) => own - right[at][c]));
  return roundedRows(type).some((make) => {
    const made = rows.map(
      (row, at) => make(task, row)?.output.map((own, c) => own - right[at][c]) ?? right[at],
    );
    const products = errors.map((one) => made.map((other) => dotOf(one, other)));
    const sum = sumOver(products, (own, at) => own[at]);
    const most = sumOver(errors, (own, at) => Math.sqrt(squaresOf(own) * squaresOf(made[at])));
    const others =
      sumOver(products, (own, at) => squaresOf(own) - own[at] ** 2) / Math.max(1, rows.length - 1);
    const far = FAR * Math.sqrt(rows.length > 1 ? others : most ** 2 / got.cols);
    return Math.abs(sum) > far || (mayDoubt && far > most / 2);
  });
}

const dotOf = (one: Float64Array, other: Float64Array) => sumOver(one, (own, c) => own * other[c]);
