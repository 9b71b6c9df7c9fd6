import { tabulate } from "../../math/lists.js";
import type { Axis } from "../../trace/trace.js";
import { escapeMarkdown, lowerToMarkdown } from "../lowering/markdown.js";
import type { RunFormat } from "./format.js";
import { writeMatrix } from "./grid.js";

const WORDS = { nan: "NaN", infinity: "∞", minusInfinity: "-∞" };

/**
 * The worked solution. A single matrix is a table of GitHub's Markdown, which must have a header row: names or indices
 * on both sides, numbers flush right.
 */
export const markdown: RunFormat = {
  endings: [".md", ".markdown"],
  holds: "run",
  writesZeros: true,
  lower: ({ document }) => lowerToMarkdown(document),
  write({ matrix, axes }, { precision }) {
    const nameOf = ({ labels }: Axis, at: number) => escapeMarkdown(labels?.[at] ?? String(at)).trim();
    const header = tabulate(matrix.cols, (col) => ` ${nameOf(axes[1], col)} |`).join("");
    return writeMatrix(matrix, precision, WORDS, {
      before: `| |${header}\n|---|${"---:|".repeat(matrix.cols)}\n`,
      rowName: (row) => `| ${nameOf(axes[0], row)} | `,
      betweenCells: " | ",
      rowEnd: " |",
      betweenRows: "\n",
      after: "\n",
    });
  },
};
