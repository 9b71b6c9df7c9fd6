import { define } from "./define.js";

/** Matrices of one shape as the tiles of one, `perRow` beside each other. k·perRow inputs of n×m → (k·n)×(perRow·m). */
export const tiles = define<{ readonly perRow: number }>({
  name: "tiles",
  of({ joinRows, joinColumns }, inputs, { perRow }) {
    const rows = Array.from({ length: inputs.length / perRow }, (_, row) =>
      joinColumns(inputs.slice(row * perRow, (row + 1) * perRow)),
    );
    return joinRows(rows);
  },
});
