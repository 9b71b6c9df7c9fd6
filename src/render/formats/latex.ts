import type { RunFormat } from "./format.js";
import { chooseSpelling, type Marks, writeGrid } from "./grid.js";

const WORDS = { nan: "\\mathrm{NaN}", infinity: "\\infty", minusInfinity: "-\\infty" };

/** amsmath's matrix environments take no more columns than its counter MaxMatrixCols says. */
const MOST_BMATRIX_COLS = 10;

/** The worked solution as an article; one matrix for a formula: amsmath's bmatrix, or an array in brackets where that has too few columns. */
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

function environmentFor(cols: number): Pick<Marks, "after"> & { readonly before: string } {
  if (cols <= MOST_BMATRIX_COLS) return { before: "\\begin{bmatrix}\n", after: "\n\\end{bmatrix}\n" };
  const columns = "r".repeat(cols);
  return { before: `\\left[\\begin{array}{${columns}}\n`, after: "\n\\end{array}\\right]\n" };
}

/** 1.5e-7 as 1.5 \times 10^{-7}. */
function raiseExponent(text: string): string {
  const at = text.indexOf("e");
  return at < 0 ? text : `${text.slice(0, at)} \\times 10^{${Number(text.slice(at + 1))}}`;
}
