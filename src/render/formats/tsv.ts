import { writeDelimited } from "./delimited.js";
import type { MatrixFormat } from "./format.js";

/** Tab-separated values: what a spreadsheet takes from the clipboard. */
export const tsv: MatrixFormat = {
  endings: [".tsv", ".tab"],
  holds: "matrix",
  write: (named, view) => writeDelimited(named, view, "\t"),
};
