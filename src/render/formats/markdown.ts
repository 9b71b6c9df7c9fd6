import type { Axis } from "../../trace/trace.js";
import { labelsOf } from "../label.js";
import type { MatrixFormat } from "./format.js";
import { chooseSpelling, writeGrid } from "./grid.js";

const WORDS = { nan: "NaN", infinity: "∞" };

/** A table of GitHub's Markdown, which must have a header row: names or indices on both sides, numbers flush right. */
export const markdown: MatrixFormat = {
  endings: [".md", ".markdown"],
  holds: "matrix",
  write({ matrix, axes }, { precision }) {
    const [rowName, colName] = axes.map(nameCells);
    const header = Array.from({ length: matrix.cols }, (_, col) => ` ${colName(col)} |`).join("");
    const spell = chooseSpelling(matrix, precision, WORDS);
    return writeGrid(matrix, spell, {
      before: `| |${header}\n|---|${"---:|".repeat(matrix.cols)}\n`,
      rowStart: (row) => `| ${rowName(row)} | `,
      betweenCells: " | ",
      rowEnd: " |",
      betweenRows: "\n",
      after: "\n",
    });
  },
};

/** What a table makes of a name: no line breaks, and no sign of Markdown's own. */
function nameCells(axis: Axis): (position: number) => string {
  const labels = labelsOf(axis);
  return (position) => labels.at(position).replace(/[\\`*_~|<>[\]]/g, "\\$&");
}
