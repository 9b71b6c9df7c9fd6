import { tabulate } from "../../math/lists.js";
import { rowOf } from "../../math/matrix.js";
import { axesOf } from "../../trace/trace.js";
import { labelsOf } from "../label.js";
import type { Crossed } from "./figures.js";
import { writeGrid } from "./grid.js";
import { minus } from "./math.js";
import type { PageRun } from "./table.js";

/** The maximum number of cells in the table. */
const MOST_LISTED = 2000;

/** Writes where every query has its largest weight, head by head: the numbers behind the pictures. */
export function writeStrongest({ cells, trace }: PageRun, figures: readonly Crossed[]): string {
  const [first] = figures;
  if (!first) return "";
  const { rows } = cells.matrix(first.weights);
  const alike = figures.filter(({ weights }) => cells.matrix(weights).rows === rows);
  if (rows * alike.length > MOST_LISTED) return "";
  const queries = labelsOf(axesOf(trace, first.weights)[0]);
  const lines = tabulate(rows, (row) => ({
    name: queries.at(row),
    cells: alike.map(({ weights }) => {
      const line = rowOf(cells.matrix(weights), row);
      const most = Math.max(...line);
      const key = labelsOf(axesOf(trace, weights)[1]).at(line.indexOf(most));
      return most > 0 ? `${key} ${minus(most.toFixed(2))}` : "—";
    }),
  }));
  return writeGrid({
    caption: "The key that each query looks at most, with its weight",
    corner: "query",
    heads: alike.map(({ scope }) => (scope === "" ? "key" : scope)),
    rows: lines,
  });
}
