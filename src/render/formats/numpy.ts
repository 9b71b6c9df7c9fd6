import type { MatrixFormat } from "./format.js";
import { chooseSpelling, writeGrid } from "./grid.js";

const WORDS = { nan: "np.nan", infinity: "np.inf", minusInfinity: "-np.inf" };

const OPEN = "np.array([";

/** Python code to paste where NumPy is imported as np. */
export const numpy: MatrixFormat = {
  endings: [".py"],
  holds: "matrix",
  write({ matrix }, { precision }) {
    const spell = chooseSpelling(matrix, precision, WORDS);
    return writeGrid(matrix, (value) => asFloat(spell(value)), {
      before: OPEN,
      rowStart: "[",
      betweenCells: ", ",
      rowEnd: "]",
      betweenRows: `,\n${" ".repeat(OPEN.length)}`,
      after: "])\n",
    });
  },
};

/** Adds a point to whole numbers. Otherwise the array would contain integers, in which −0 is 0. */
function asFloat(text: string) {
  return /^-?\d+$/.test(text) ? `${text}.` : text;
}
