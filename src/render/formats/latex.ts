import type { RunFormat } from "./format.js";
import { chooseSpelling, writeGrid } from "./grid.js";

const WORDS = { nan: "\\mathrm{NaN}", infinity: "\\infty", minusInfinity: "-\\infty" };

/** amsmath's matrix environments allow at most MaxMatrixCols columns, which is 10. */
const MOST_BMATRIX_COLS = 10;

/**
 * The worked solution as an article. A single matrix is written for a formula: as amsmath's bmatrix or, if it has too
 * many columns, as an array in brackets.
 */
export const latex: RunFormat = {
  endings: [".tex"],
  holds: "run",
  writesZeros: true,
  async *lower({ document }) {
    const { lowerToLatex } = await import("../lowering/latex.js");
    yield* lowerToLatex(document);
  },
  write({ matrix }, { precision }) {
    const spell = chooseSpelling(matrix, precision, WORDS);
    return writeGrid(matrix, (value) => raiseExponent(spell(value)), {
      ...environmentFor(matrix.cols),
      rowStart: "  ",
      betweenCells: " & ",
      betweenRows: " \\\\\n",
    });
  },
};

function environmentFor(cols: number) {
  if (cols <= MOST_BMATRIX_COLS) return { before: "\\begin{bmatrix}\n", after: "\n\\end{bmatrix}\n" };
  const columns = "r".repeat(cols);
  return { before: `\\left[\\begin{array}{${columns}}\n`, after: "\n\\end{array}\\right]\n" };
}

/** Writes 1.5e-7 as 1.5 \times 10^{-7}. */
function raiseExponent(text: string) {
  const at = text.indexOf("e");
  return at < 0 ? text : `${text.slice(0, at)} \\times 10^{${Number(text.slice(at + 1))}}`;
}
