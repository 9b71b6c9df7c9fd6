import type { Axis } from "../../trace/trace.js";
import type { RunFormat } from "./format.js";
import { writeMatrix } from "./grid.js";

const WORDS = { nan: "NaN", infinity: "∞", minusInfinity: "-∞" };

/** The worked solution; one matrix as a table of GitHub's Markdown, which must have a header row: names or indices on both sides, numbers flush right. */
export const markdown: RunFormat = {
  endings: [".md", ".markdown"],
  holds: "run",
  writesZeros: true,
  async *lower({ document }) {
    const { lowerToMarkdown } = await import("../lowering/markdown.js");
    yield* lowerToMarkdown(document);
  },
  write({ matrix, axes }, { precision }) {
    const [rowName, colName] = axes.map(nameCells);
    const header = Array.from({ length: matrix.cols }, (_, col) => ` ${colName(col)} |`).join("");
    return writeMatrix(matrix, precision, WORDS, {
      before: `| |${header}\n|---|${"---:|".repeat(matrix.cols)}\n`,
      rowName: (row) => `| ${rowName(row)} | `,
      betweenCells: " | ",
      rowEnd: " |",
      betweenRows: "\n",
      after: "\n",
    });
  },
};

/** The names of an axis as cells: without line breaks, and with Markdown's own signs escaped. */
function nameCells({ labels }: Axis): (position: number) => string {
  return (position) =>
    (labels?.[position] ?? String(position))
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
      .replace(/[\\`*_~|<>$[\]]/g, "\\$&")
      .trim();
}
