import type { MatrixFormat } from "./format.js";
import { writeMatrix } from "./grid.js";

const WORDS = { nan: "NaN", infinity: "Inf", minusInfinity: "-Inf" };

/** A matrix for MATLAB, Octave and Julia: spaces between cells, a semicolon after a row. */
export const octave: MatrixFormat = {
  endings: [".m"],
  holds: "matrix",
  write: ({ matrix }, { precision }) =>
    writeMatrix(matrix, precision, WORDS, {
      before: "[",
      betweenCells: " ",
      betweenRows: ";\n ",
      after: "]\n",
    }),
};
