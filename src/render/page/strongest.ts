import { tabulate } from "../../math/lists.js";
import { rowOf } from "../../math/matrix.js";
import { axesOf } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { labelsOf } from "../label.js";
import type { Crossed } from "./figures.js";
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
  const heads = alike.map(
    ({ scope }) => `<th scope="col">${escapeMarkup(scope === "" ? "key" : scope)}</th>`,
  );
  const lines = tabulate(rows, (row) => {
    const found = alike.map(({ weights }) => {
      const matrix = cells.matrix(weights);
      const line = rowOf(matrix, row);
      const most = Math.max(...line);
      const key = line.indexOf(most);
      if (!(most > 0)) return "<td>—</td>";
      return `<td>${escapeMarkup(labelsOf(axesOf(trace, weights)[1]).at(key))} ${minus(most.toFixed(2))}</td>`;
    });
    return `<tr><th scope="row">${escapeMarkup(queries.at(row))}</th>${found.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="group" aria-label="The largest weight of every row"><table class="grid"><caption class="hide">The key that each query looks at most, with its weight</caption><thead><tr><th scope="col">query</th>${heads.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
}
