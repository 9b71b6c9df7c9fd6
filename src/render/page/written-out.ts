import { present, tabulate, upTo } from "../../math/lists.js";
import { rowOf } from "../../math/matrix.js";
import { axesOf, findStep } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { labelsOf } from "../label.js";
import { chainOf } from "./chain.js";
import type { Crossed } from "./figures.js";
import { writeGrid } from "./grid.js";
import { writeMath } from "./markup.js";
import { minus } from "./math.js";
import type { PageRun } from "./table.js";

/** With more queries, or with several heads, only the last row is written out. */
const MOST_ROWS = 4;
/** Longer rows are not written out. Readers can point at their cells instead. */
const MOST_COLUMNS = 16;
const MOST_CELLS = 130;

/** Writes the arithmetic of rows, from the scores to the output, for those who read on paper. */
export function writeRows({ cells, trace }: PageRun, figures: readonly Crossed[]): string {
  let left = MOST_CELLS;
  const parts = figures.flatMap(({ scope, scores, band, weights, after, output }) => {
    const { rows, cols } = cells.matrix(weights);
    if (cols > MOST_COLUMNS) return [];
    const names = labelsOf(axesOf(trace, weights)[0]);
    const shownRows = rows <= MOST_ROWS && figures.length === 1 ? upTo(rows) : [rows - 1];
    const sums = trace.steps.filter(
      ({ view, of, shape }) => view === "margin" && shape.cols === 1 && of !== undefined && band.includes(of),
    );
    const keys = present([scores, ...band, ...sums.map(({ key }) => key), weights, ...after, output]);
    return shownRows.flatMap((row) => {
      if (left <= 0) return [];
      const lines = keys.flatMap((key) => {
        if (!findStep(trace, key)) return [];
        return tabulate(cells.matrix(key).cols, (col) => {
          left -= 1;
          const { lines: chain } = chainOf(cells, [key, row, col], 1);
          return `<p>${chain.map(writeMath).join(" ")}</p>`;
        });
      });
      return [
        `<h2 class="sub">${escapeMarkup([scope, names.at(row)].filter(Boolean).join(", "))}</h2>${lines.join("")}`,
      ];
    });
  });
  return `<div class="rows">${parts.join("")}</div>`;
}

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
