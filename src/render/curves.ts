import { cellOf } from "../math/matrix.js";
import type { Curves } from "./document.js";
import { labelsOf } from "./label.js";
import type { Pen } from "./pen.js";
import { writeChart } from "./plot.js";

/** The chart of the chosen columns over the rows. */
export async function* writeCurves(
  { matrix, axes, columns, view }: Curves,
  pen: Pen,
): AsyncGenerator<string> {
  const [rows, cols] = axes;
  const names = labelsOf(cols);
  const curves = columns.map((col) => ({
    name: names.kind === "index" ? `${cols.name} ${names.at(col)}` : names.at(col),
    values: Float64Array.from({ length: matrix.rows }, (_, row) => cellOf(matrix, row, col)),
  }));
  const chart = {
    curves,
    xName: rows.name,
    ...(rows.labels && { xLabels: rows.labels }),
    precision: view.precision,
  };
  yield `${(await writeChart(chart, pen)).join("\n")}\n`;
}
