import { writeDelimited } from "./delimited.js";
import type { MatrixFormat } from "./format.js";

/** Comma-separated values: one row a line, decimal points, LF. */
export const csv: MatrixFormat = {
  endings: [".csv"],
  holds: "matrix",
  write: (named, view) => writeDelimited(named, view, ","),
};
